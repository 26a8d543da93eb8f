"""The shape of an employee record: the only file that knows Paycor's field names in it.

Each block is a typed Struct. Its fields are named by the catalogue's keys, and `rename` has Paycor's names. Private
data (rule D19: pay, birth date, leave reason and the like) has no field, so it is skipped unread if Paycor sends it. A
field that only some versions of the list have is UNSET when absent: it is unknown, not empty (rule D11).
Source: Paycor Public API v1 and v2, `GET /legalentities/{id}/employees`, read 2026-07.
"""

import msgspec
from msgspec import UNSET

from connector.paycor.records.canonical import Code


class Reference(msgspec.Struct, gc=False):
    """A reference to another record. A null, blank or all-zero id means none."""

    id: str | None = None


class Email(msgspec.Struct, rename={"kind": "type", "address": "emailAddress"}, gc=False):
    """One email address; `kind` is Work or Home."""

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
    """Block `EmploymentDates`: civil dates, with or without a time after them."""

    hire_date: str | None = None
    rehire_date: str | None = None
    termination_date: str | None = None
    seniority_date: str | None = None
    adjusted_hire_date: str | None = None


class Supervisor(msgspec.Struct, gc=False):
    """The manager of an employee; the id in `employee` is the more reliable of the two."""

    id: str | None = None
    employee: Reference | None = None


class Position(
    msgspec.Struct,
    rename={
        "job_title": "jobTitle",
        "job_code": "jobCode",
        "position_start_date": "effectiveStartDate",
        "department_start_date": "departmentEffectiveDate",
    },
    gc=False,
):
    """Block `Position`; v1 has the start date in the position, v2 the one in the department."""

    job_title: str | None = None
    job_code: Code = None
    position_start_date: Code = UNSET
    department_start_date: Code = UNSET
    manager: Supervisor | None = None


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
    """Block `Status`, without the leave reason."""

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
        "status": "statusData",
        "location": "workLocation",
    },
    gc=False,
):
    """One employee; a block is None when it was not requested, not allowed, or absent."""

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
    status: StatusBlock | None = None
    location: Location | None = None
    person: Reference | None = None
    department: Reference | None = None


class Identity(msgspec.Struct, gc=False):
    """Only the id of a record."""

    id: str | None = None


class PersonLink(msgspec.Struct, gc=False):
    """Only the person id of a record."""

    person: Reference | None = None


class Employer(msgspec.Struct, gc=False):
    """The legal entity of a record; its id is a number, sent as text."""

    id: Code = None


class EntityLink(msgspec.Struct, rename={"employer": "legalEntity"}, gc=False):
    """Only the id of a record and of its legal entity."""

    id: str | None = None
    employer: Employer | None = None


class Present(msgspec.Struct, gc=False):
    """A block that is there; its content is not read."""


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
    """The blocks of a record, each by the value of `include` that requests it."""

    EmploymentDates: Present | None = None
    Position: Present | None = None
    Status: Present | None = None
    WorkLocation: Present | None = None


#: Date key -> Paycor's name of the field, for problems of a record.
DATE_NAMES = {field.name: field.encode_name for field in msgspec.structs.fields(Dates)}
