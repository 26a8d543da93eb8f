"""What Paycor calls things in an employee record: the only file that knows its field names there.

Each block is a typed Struct whose fields have the catalogue's keys and whose `rename` has Paycor's. What is never
wanted (rule D19: pay, birth date, leave reason and their like) has no field, so it is skipped unread if it is sent.
A field that only some versions of the list have is UNSET where it is absent: that is not known to be empty (D11).
Source: Paycor Public API v1 and v2, `GET /legalentities/{id}/employees`, read 2026-07.
"""

import msgspec
from msgspec import UNSET

from connector.paycor.records.canonical import Code


class Reference(msgspec.Struct, gc=False):
    """A pointer to something else; null, blank and the all-zero id point nowhere."""

    id: str | None = None


class Email(msgspec.Struct, rename={"kind": "type", "address": "emailAddress"}, gc=False):
    """One address; `kind` is Work or Home."""

    kind: str | None = None
    address: str | None = None


class Dates(
    msgspec.Struct,
    rename={
        "hire_date": "hireDate",
        "rehire_date": "reHireDate",
        "termination_date": "terminationDate",
        "seniority_date": "seniorityDate",
        "adjusted_hire_date": "adjustedHireDate",
    },
    gc=False,
):
    """Block `EmploymentDates`: civil dates, with or without a time behind them."""

    hire_date: str | None = None
    rehire_date: str | None = None
    termination_date: str | None = None
    seniority_date: str | None = None
    adjusted_hire_date: str | None = None


class Supervisor(msgspec.Struct, gc=False):
    """Who somebody reports to; `employee` is the surer of the two ids."""

    id: str | None = None
    employee: Reference | None = None


class Position(
    msgspec.Struct,
    rename={
        "job_title": "jobTitle",
        "job_code": "jobCode",
        "position_start_date": "effectiveStartDate",
        "department_start_date": "departmentEffectiveDate",
        "boss": "manager",
    },
    gc=False,
):
    """Block `Position`; v1 has the start date of the position, v2 that of the department."""

    job_title: str | None = None
    job_code: Code = None
    position_start_date: Code = UNSET
    department_start_date: Code = UNSET
    boss: Supervisor | None = None


class StatusBlock(
    msgspec.Struct,
    rename={
        "employment_status": "status",
        "employment_type": "type",
        "flsa_class": "flsa",
        "full_time": "isFullTime",
        "leave_start_date": "leaveStartDate",
    },
    gc=False,
):
    """Block `Status`, without the reason for a leave."""

    employment_status: str | None = None
    employment_type: str | None = None
    flsa_class: str | None = None
    full_time: bool | None = None
    leave_start_date: Code = UNSET


class Location(
    msgspec.Struct,
    rename={
        "work_location": "name",
        "work_city": "city",
        "work_state": "state",
        "work_postal_code": "zipCode",
        "work_country": "country",
    },
    gc=False,
):
    """Block `WorkLocation`."""

    work_location: str | None = None
    work_city: str | None = None
    work_state: str | None = None
    work_postal_code: Code = None
    work_country: str | None = None


class Record(
    msgspec.Struct,
    rename={
        "employee_number": "employeeNumber",
        "alternate_employee_number": "alternateEmployeeNumber",
        "first_name": "firstName",
        "middle_name": "middleName",
        "last_name": "lastName",
        "second_last_name": "lastName2",
        "work_country_code": "workCountryCode",
        "worker_category": "workerCategory",
        "dates": "employmentDateData",
        "position": "positionData",
        "standing": "statusData",
        "location": "workLocation",
    },
    gc=False,
):
    """One employee; a block is None when it was not asked for, not allowed, or not there."""

    id: str | None = None
    employee_number: Code = None
    alternate_employee_number: Code = UNSET
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    second_last_name: Code = UNSET
    work_country_code: Code = UNSET
    worker_category: Code = UNSET
    email: Email | None = None
    dates: Dates | None = None
    position: Position | None = None
    standing: StatusBlock | None = None
    location: Location | None = None
    person: Reference | None = None
    department: Reference | None = None


class Identity(msgspec.Struct, gc=False):
    """A record as far as its id."""

    id: str | None = None


class Ownership(msgspec.Struct, gc=False):
    """A record as far as its human's id."""

    person: Reference | None = None


class Employer(msgspec.Struct, gc=False):
    """A legal entity as a record points to it; its id comes as text, and is a number."""

    id: Code = None


class Placement(msgspec.Struct, rename={"employer": "legalEntity"}, gc=False):
    """A record as far as its own id and its legal entity's."""

    id: str | None = None
    employer: Employer | None = None


class Present(msgspec.Struct, gc=False):
    """A block whose content does not matter."""


class Blocks(
    msgspec.Struct,
    rename={
        "EmploymentDates": "employmentDateData",
        "Position": "positionData",
        "Status": "statusData",
        "WorkLocation": "workLocation",
    },
    gc=False,
):
    """Which blocks came, each under the value of `include` that asks for it."""

    EmploymentDates: Present | None = None
    Position: Present | None = None
    Status: Present | None = None
    WorkLocation: Present | None = None


#: Date key -> Paycor's name of it, for what is said about a record.
DATE_NAMES = {field.name: field.encode_name for field in msgspec.structs.fields(Dates)}
