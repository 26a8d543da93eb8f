"""What Paycor calls things in an employee record: the only file that knows its field names there.

Each block is a typed Struct whose fields have the catalogue's keys and whose `rename` has Paycor's. What is never
wanted (rule D19: pay, birth date, leave reason and their like) has no field, so it is skipped unread if it is sent.
Source: Paycor Public API v1, `GET /v1/legalentities/{id}/employees`, read 2026-07.
"""

import msgspec

#: Paycor writes some codes now as text, now as a number.
Code = str | int | None


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
    msgspec.Struct, rename={"job_title": "jobTitle", "job_code": "jobCode", "boss": "manager"}, gc=False
):
    """Block `Position`."""

    job_title: str | None = None
    job_code: Code = None
    boss: Supervisor | None = None


class Standing(
    msgspec.Struct,
    rename={
        "employment_status": "status",
        "employment_type": "type",
        "flsa_class": "flsa",
        "full_time": "isFullTime",
    },
    gc=False,
):
    """Block `Status`, without the reason for a leave."""

    employment_status: str | None = None
    employment_type: str | None = None
    flsa_class: str | None = None
    full_time: bool | None = None


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
    alternate_employee_number: Code = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    email: Email | None = None
    dates: Dates | None = None
    position: Position | None = None
    standing: Standing | None = None
    location: Location | None = None
    person: Reference | None = None
    department: Reference | None = None


class Identity(msgspec.Struct, gc=False):
    """A record as far as its id."""

    id: str | None = None


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
