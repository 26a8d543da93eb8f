"""A seeded company: the same seed gives the same people, dates and moves.

In: a seed, a head count, the company's first day (`anchor`) and the day to show (`today`).
Out: one `Person` at a time. A person is a pure function of (seed, index, day), so a company of a million
people takes no more memory than one of sixty. It may not read a clock, a file or a socket.

Two tenants exist, see `tenants`: Northfield (two legal entities, the requested head count) and Southgate
(one legal entity, 25 people). Index i belongs to Northfield's second legal entity when i % 5 is 4, else
to its first; every person of Southgate belongs to its only one.

Which index is which edge case, in a company of 60 people or more (`edge_cases` has the table,
`Company.kinds` gives the employee ids):

     0  no-manager, chief, existing.learner.1       30  status-LeaveWithPay
     1  two-entities (first employment)             31  status-LeaveWithoutPay
     2  manager-left (reports to 3)                 32  status-ThirdPartyPayable
     3  status-Terminated                           33  status-Resigned
     4  two-entities-second (the person of 1)       34  status-Retired
     5  manager-cycle (5 -> 6 -> 5)                 35  status-WorkersCompensation
     6  manager-cycle-other                         36  status-Unknown
     7  manager-zero-guid                           37  status-null
     8  email-null (home address only)              38  type-IndependentContractor
     9  email-address-null                          39  type-Seasonal
    10  same-email                                  40  type-Temporary
    11  same-email-other                            41  type-Variable
    12  email-upper-case                            42  type-null
    13  email-padded                                43  future-hire (in 20 days)
    14  manager-other-entity (reports to 0)         44  future-termination (in 15 days)
    15  names-padded                                45  rehire-same-id
    16  accents                                     46  rehire-new-id-former (left)
    17  apostrophe                                  47  rehire-new-id (the person of 46)
    18  second-surname                              48  dates-with-z
    19  country-not-us                              49  dates-only
    20  number-leading-zeros                        50  dates-with-milliseconds
    21  number-alphanumeric                         51  worker-unpaid
    22  job-title-null                              52  separated-without-date
    23  work-location-null                          53  termination-before-hire
    24  type-Casual                                 54  manager-without-reference
    25  status-Deceased                             55  email-blank
    26  status-LongTermDisability                   56  hired-today
    27  status-ShortTermDisability                  57  existing.learner.2
    28  status-Fmla                                 58  existing.learner.3
    29  status-LaidOff                              59  head of the second legal entity

Index 75, 100, 125, ... are existing.learner.4, 5, 6, ... In a smaller company 0, 1 and 2 are the existing
learners and there are no edge cases. All others are ordinary: of a hundred about 6 have left, 2 are on leave
and 1 is hired for a coming day.

As days pass people join, move, marry, go on leave and come back, leave, are rehired under the same id or a
new one, and change the legal entity: `histories` says how often, and 30 days of 500 people show all of it.
`employment_details` makes what differs a little from person to person: every attribute that can be mapped has values
of its own. `certificates`, `custom_fields` and `personal_details` make what Paycor keeps apart from an employee.
"""

from connector.sandbox.company.company import Company
from connector.sandbox.company.person import Person
from connector.sandbox.company.tenants import NORTHFIELD, SOUTHGATE, TENANTS, LegalEntity, SignInUser, Tenant

__all__ = [
    "NORTHFIELD",
    "SOUTHGATE",
    "TENANTS",
    "Company",
    "LegalEntity",
    "Person",
    "SignInUser",
    "Tenant",
]
