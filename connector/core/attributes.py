"""The catalogue: every Paycor attribute that can be mapped, under its standard name (rule A31).

Names, emails and dates that decide about access are part of `Employee` itself; this list is what "Map your data"
offers. Source: Paycor Public API v1, `GET /v1/legalentities/{id}/employees` and `.../departments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the canonical text of an attribute looks like."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"


class Origin(StrEnum):
    """Where an attribute's value comes from, and so what asking for it costs."""

    EMPLOYEE = "employee"
    DEPARTMENT = "department"
    MANAGER = "manager"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `permission` is the Data Access right of the Paycor application that it needs."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    origin: Origin = Origin.EMPLOYEE
    permission: str = "View Legal Entity Employees"


_DATES = "View Legal Entity Employees Employment Dates"
_POSITION = "View Legal Entity Employees Position"
_STATUS = "View Legal Entity Employees Status"
_LOCATION = "View Legal Entity Employees Work Location"
_DEPARTMENTS = "View Legal Entity Departments Information"

CATALOGUE: tuple[Attribute, ...] = (
    Attribute("employee_number", "Employee number"),
    Attribute("alternate_employee_number", "Alternate employee number"),
    Attribute("first_name", "First name"),
    Attribute("middle_name", "Middle name"),
    Attribute("last_name", "Last name"),
    Attribute("work_email", "Work email"),
    Attribute("job_title", "Job title", permission=_POSITION),
    Attribute("job_code", "Job code", permission=_POSITION),
    Attribute("department", "Department", origin=Origin.DEPARTMENT, permission=_DEPARTMENTS),
    Attribute("department_code", "Department code", origin=Origin.DEPARTMENT, permission=_DEPARTMENTS),
    Attribute("work_location", "Work location", permission=_LOCATION),
    Attribute("work_city", "Work city", permission=_LOCATION),
    Attribute("work_state", "Work state", permission=_LOCATION),
    Attribute("work_postal_code", "Work postal code", permission=_LOCATION),
    Attribute("work_country", "Work country", permission=_LOCATION),
    Attribute("hire_date", "Hire date", Kind.DATE, permission=_DATES),
    Attribute("rehire_date", "Rehire date", Kind.DATE, permission=_DATES),
    Attribute("start_date", "Start date", Kind.DATE, permission=_DATES),
    Attribute("seniority_date", "Seniority date", Kind.DATE, permission=_DATES),
    Attribute("adjusted_hire_date", "Adjusted hire date", Kind.DATE, permission=_DATES),
    Attribute("termination_date", "Termination date", Kind.DATE, permission=_DATES),
    Attribute("employment_status", "Employment status", permission=_STATUS),
    Attribute("employment_type", "Employment type", permission=_STATUS),
    Attribute("full_time", "Full time", Kind.YES_NO, permission=_STATUS),
    Attribute("flsa_class", "FLSA class", permission=_STATUS),
    Attribute("legal_entity_id", "Legal entity id", Kind.NUMBER),
    Attribute("manager_name", "Manager name", origin=Origin.MANAGER, permission=_POSITION),
    Attribute("manager_email", "Manager work email", origin=Origin.MANAGER, permission=_POSITION),
    Attribute("manager_number", "Manager employee number", origin=Origin.MANAGER, permission=_POSITION),
    Attribute("supervisor", "Supervisor", Kind.YES_NO, origin=Origin.REPORTS, permission=_POSITION),
    Attribute(
        "direct_reports", "Number of direct reports", Kind.NUMBER, origin=Origin.REPORTS, permission=_POSITION
    ),
)

BY_KEY = {attribute.key: attribute for attribute in CATALOGUE}


def origins(keys: Iterable[str]) -> frozenset[Origin]:
    """Where the values of these attributes come from; keys that the catalogue does not have count for nothing."""
    return frozenset(BY_KEY[key].origin for key in keys if key in BY_KEY)
