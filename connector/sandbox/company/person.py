"""The value a company is made of: one employment, as it stands on one day."""

from datetime import date
from typing import Literal

import msgspec

#: How a person's dates are written on the wire; Paycor is known to send all four.
Spelling = Literal["no-offset", "z", "date-only", "milliseconds"]

#: A Paycor id that means "none".
ZERO_GUID = "00000000-0000-0000-0000-000000000000"


class Person(msgspec.Struct, frozen=True, gc=False):
    """One employment of a person on one day.

    `has_email_block` false means the whole email object is null on the wire; true with a null address
    means an object without an address. `department` and `location` are indexes into the lists of `samples`.
    Names, emails and numbers may have stray spaces, as typed text does.
    """

    index: int
    employee_id: str
    person_id: str
    number: str
    first_name: str
    last_name: str
    work_email: str | None
    home_email: str | None
    hired_on: date
    status: str | None
    job_title: str | None
    job_code: str | None
    employment_type: str | None
    flsa: str
    is_full_time: bool
    department: int
    location: int | None
    manager_id: str | None
    manager_number: str | None
    terminated_on: date | None = None
    termination_reason: str | None = None
    rehired_on: date | None = None
    leave_from: date | None = None
    leave_reason: str | None = None
    middle_name: str | None = None
    second_last_name: str | None = None
    alternate_number: str | None = None
    has_email_block: bool = True
    has_manager_reference: bool = True
    worker_category: str = "Paid"
    work_country: str = "USA"
    spelling: Spelling = "no-offset"
