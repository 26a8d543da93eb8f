"""From a `Person` to the record Paycor puts on the wire, as structs that msgspec encodes in one go.

Field names are Paycor's, renamed to camelCase by msgspec. Version 1 and version 2 differ in a few fields;
blocks that were not requested are null.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

import msgspec

from connector.sandbox.company import employment_details
from connector.sandbox.company.person import Person, Spelling


class _Wire(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The base of every record on the wire: camelCase names."""


class Reference(_Wire, frozen=True):
    """A pointer to another resource."""

    id: str
    url: str


class Email(_Wire, frozen=True):
    """An address and what it is for."""

    type: str
    email_address: str | None


class EmploymentDates(_Wire, frozen=True):
    """The dates block; note Paycor's spelling `reHireDate`."""

    hire_date: str | None
    adjusted_hire_date: str | None
    termination_date: str | None
    termination_reason: str | None
    re_hire_date: str | None
    seniority_date: str | None


class Manager(_Wire, frozen=True):
    """A person's manager: ids only, never a name."""

    id: str
    employee_number: str | None
    employee: Reference | None


class PositionV1(_Wire, frozen=True):
    """The position block of version 1."""

    job_title: str | None
    job_code: str | None
    effective_start_date: str | None
    effective_end_date: str | None
    pay_group_id: str
    manager: Manager | None


class PositionV2(_Wire, frozen=True):
    """The position block of version 2."""

    job_title: str | None
    job_code: str | None
    effective_end_date: str | None
    department_effective_date: str | None
    pay_group_id: str
    manager: Manager | None


class Status(_Wire, frozen=True):
    """The status block."""

    is_full_time: bool | None
    status: str | None
    flsa: str
    type: str | None
    eligible_for_rehire: str | None
    leave_start_date: str | None
    leave_reason: str | None


class WorkLocation(_Wire, frozen=True):
    """The work location block: one address, flattened."""

    id: str
    name: str
    street_line1: str
    type: str
    city: str
    county: str | None
    state: str
    zip_code: str
    country: str


class EmployeeV1(_Wire, frozen=True):
    """An employee as version 1 sends it."""

    id: str
    employee_number: str
    alternate_employee_number: str | None
    badge_number: None
    first_name: str
    middle_name: str | None
    last_name: str
    email: Email | None
    employment_date_data: EmploymentDates | None
    position_data: PositionV1 | None
    status_data: Status | None
    work_location: WorkLocation | None
    legal_entity: Reference
    person: Reference
    department: Reference
    earnings: None = None
    deductions: None = None
    taxes: None = None
    direct_deposits: None = None
    pay_rates: None = None


class EmployeeV2(_Wire, frozen=True):
    """An employee as version 2 sends it."""

    id: str
    employee_number: str
    first_name: str
    middle_name: str | None
    last_name: str
    last_name2: str | None
    email: Email | None
    employment_date_data: EmploymentDates | None
    position_data: PositionV2 | None
    status_data: Status | None
    work_location: WorkLocation | None
    legal_entity: Reference
    person: Reference
    department: Reference
    work_country_code: str
    worker_category: str
    earnings: None = None
    deductions: None = None
    taxes: None = None
    direct_deposits: None = None
    pay_rates: None = None


class ListedEmployee(_Wire, frozen=True):
    """An employee in a tenant's list; the id is that of the list's record."""

    id: str
    employee_number: str
    first_name: str
    middle_name: str | None
    last_name: str
    employee: Reference


_SPELLINGS: dict[Spelling, str] = {
    "no-offset": "T00:00:00",
    "z": "T00:00:00Z",
    "date-only": "",
    "milliseconds": "T00:00:00.000",
}


@cache
def spell(day: date | None, spelling: Spelling) -> str | None:
    """A date as one of Paycor's four spellings; null stays null.

    Cached: the days of two centuries in four spellings are the most it can hold.
    """
    return None if day is None else f"{day.isoformat()}{_SPELLINGS[spelling]}"


def employment_dates(person: Person) -> EmploymentDates:
    """The dates block of a person."""
    spelling = person.spelling

    return EmploymentDates(
        hire_date=spell(person.hired_on, spelling),
        adjusted_hire_date=spell(employment_details.adjusted_hire_date(person), spelling),
        termination_date=spell(person.terminated_on, spelling),
        termination_reason=person.termination_reason,
        re_hire_date=spell(person.rehired_on, spelling),
        seniority_date=spell(employment_details.seniority_date(person), spelling),
    )


def position_v1(person: Person, pay_group_ids: Sequence[str]) -> PositionV1:
    """The position block of version 1; the ids are those of the legal entity's pay groups."""
    return PositionV1(
        person.job_title,
        person.job_code,
        spell(employment_details.position_start(person), person.spelling),
        spell(employment_details.position_end(person), person.spelling),
        pay_group_ids[employment_details.pay_group(person)],
        manager_block(person),
    )


def position_v2(person: Person, pay_group_ids: Sequence[str]) -> PositionV2:
    """The position block of version 2."""
    return PositionV2(
        person.job_title,
        person.job_code,
        spell(employment_details.position_end(person), person.spelling),
        spell(employment_details.department_start(person), person.spelling),
        pay_group_ids[employment_details.pay_group(person)],
        manager_block(person),
    )


def listed_employee(person: Person, list_id: str) -> ListedEmployee:
    """The thin record of a tenant's list."""
    return ListedEmployee(
        list_id,
        person.number,
        person.first_name,
        person.middle_name,
        person.last_name,
        employee_reference(person.employee_id),
    )


def employee_reference(employee_id: str) -> Reference:
    """A pointer to an employee."""
    return Reference(employee_id, f"/v1/employees/{employee_id}")


def status_block(person: Person) -> Status:
    """The status block of a person."""
    return Status(
        is_full_time=person.is_full_time,
        status=person.status,
        flsa=person.flsa,
        type=person.employment_type,
        eligible_for_rehire="Yes" if person.rehired_on else None,
        leave_start_date=spell(person.leave_from, person.spelling),
        leave_reason=person.leave_reason,
    )


def email_block(person: Person, email_type: str) -> Email | None:
    """The address of the requested type: null, or an object whose address may be null."""
    if email_type == "Home":
        return Email("Home", person.home_email)

    return Email("Work", person.work_email) if person.has_email_block else None


def manager_block(person: Person) -> Manager | None:
    """The manager block of a person; None when there is none."""
    manager_id = person.manager_id
    if manager_id is None:
        return None
    reference = employee_reference(manager_id) if person.has_manager_reference else None

    return Manager(manager_id, person.manager_number, reference)
