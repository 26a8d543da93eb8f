"""Finished courses back to Paycor: the switch, and the sending."""
