"""Stand-ins for the two systems that the connector connects: Paycor (`paycor`) and an LMS (`lms`).

They ship with the package for three users: the tests, the demo, and an operator who wants to see the
plugin at work before giving it a real tenant. Nothing else in the package may import them.
"""
