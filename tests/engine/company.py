"""A small company and its portal: employees by number, mapped fields, settings."""

from dataclasses import replace
from datetime import date

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import Limit, Limits, MappingRow, Policy, Settings

FIELDS = (
    Field("title", "Job title"),
    Field("state", "State", FieldType.STRING_CHOICE, choices=("OH", "NY")),
    Field("boss", "Supervisor", FieldType.STRING_CHOICE, choices=("Yes", "No")),
    Field("manager", "Manager"),
)
MAPPING = (
    MappingRow("job_title", "title"),
    MappingRow("work_state", "state"),
    MappingRow("supervisor", "boss"),
    MappingRow("manager_name", "manager"),
)
SETTINGS = Settings(1, "America/New_York", Policy(limits=Limits(leavers=Limit(1, 5))), MAPPING)


def worker(number: int, **values: object) -> Employee:
    """The ordinary employee with this number."""
    ordinary = Employee(
        employee_id=f"e{number:03}",
        person_id=f"p{number:03}",
        legal_entity_id=1,
        first_name=f"First{number}",
        last_name=f"Last{number}",
        email=f"p{number}@example.com",
        status=EmploymentStatus.CURRENT,
        status_text="Active",
        hire_date=date(2020, 1, 6),
        work_state="OH",
        has_work_address=True,
        has_position=True,
        attributes={"job_title": "Nurse", "work_state": "OH"},
    )
    return replace(ordinary, **values)  # type: ignore[arg-type]


def leaver(employee: Employee, day: date = date(2026, 2, 1)) -> Employee:
    """The same employee after leaving."""
    return replace(
        employee, status=EmploymentStatus.SEPARATED, status_text="Terminated", termination_date=day
    )


#: Seven ordinary employees.
COMPANY = [worker(number) for number in range(1, 8)]
