"""The catalogue: every Paycor attribute that can be mapped, under its standard name (rule A31).

Names, emails and the dates that decide about access are part of `Employee` itself. "Map your data" offers this list and
the custom fields of the company, which only its own Paycor knows. Source: Paycor Public API v1 and v2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from connector.core.model.settings import ListVersion


class ValueKind(StrEnum):
    """What the canonical text of an attribute looks like."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"


class Origin(StrEnum):
    """Where an attribute's value comes from, and so how much reading it costs."""

    EMPLOYEE = "employee"
    DEPARTMENT = "department"
    MANAGER = "manager"
    REPORTS = "reports"
    PERSON = "person"
    CUSTOM = "custom"


#: The call that returns the values of each origin; a call that two origins share is made once.
CALLS = {
    Origin.EMPLOYEE: "GET legalentities/{id}/employees",
    Origin.DEPARTMENT: "GET legalentities/{id}/departments",
    Origin.MANAGER: "GET legalentities/{id}/employees",
    Origin.REPORTS: "GET legalentities/{id}/employees",
    Origin.PERSON: "GET legalEntities/{id}/persons",
    Origin.CUSTOM: "POST legalentities/{id}/customfields",
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `permission` is the Data Access permission that reading it needs.

    `only` is the version of the employee list that has it, None when both have it. `derived`: no Paycor field has this
    value; the connector works it out from one record or from all of them.
    """

    key: str
    label: str
    kind: ValueKind = ValueKind.TEXT
    origin: Origin = Origin.EMPLOYEE
    permission: str = "View Legal Entity Employees"
    only: ListVersion | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field as a company has set it up in Paycor; `data_type` is Paycor's own word."""

    name: str
    data_type: str = ""


_DATES = "View Legal Entity Employees Employment Dates"
_POSITION = "View Legal Entity Employees Position"
_STATUS = "View Legal Entity Employees Status"
_LOCATION = "View Legal Entity Employees Work Location"
_DEPARTMENTS = "View Legal Entity Departments Information"
_PERSONS = "View Legal Entity Persons"
_PHONE = "View Person Phone"
_CUSTOM = "Legal Entity CustomFields"
_MANAGER, _REPORTS, _PERSON = Origin.MANAGER, Origin.REPORTS, Origin.PERSON

CATALOGUE: tuple[Attribute, ...] = (
    Attribute("employee_number", "Employee number"),
    Attribute("alternate_employee_number", "Alternate employee number", only=ListVersion.V1),
    Attribute("employee_id", "Paycor employee id"),
    Attribute("person_id", "Paycor person id"),
    Attribute("first_name", "First name"),
    Attribute("middle_name", "Middle name"),
    Attribute("last_name", "Last name"),
    Attribute("second_last_name", "Second last name", only=ListVersion.V2),
    Attribute("legal_first_name", "Legal first name", origin=_PERSON, permission=_PERSONS),
    Attribute("legal_last_name", "Legal last name", origin=_PERSON, permission=_PERSONS),
    Attribute("work_email", "Work email"),
    Attribute("work_phone", "Work phone", origin=_PERSON, permission=_PHONE),
    Attribute("mobile_phone", "Mobile phone", origin=_PERSON, permission=_PHONE),
    Attribute("job_title", "Job title", permission=_POSITION),
    Attribute("job_code", "Job code", permission=_POSITION),
    Attribute(
        "position_start_date",
        "Position start date",
        ValueKind.DATE,
        permission=_POSITION,
        only=ListVersion.V1,
    ),
    Attribute("department", "Department", origin=Origin.DEPARTMENT, permission=_DEPARTMENTS),
    Attribute("department_code", "Department code", origin=Origin.DEPARTMENT, permission=_DEPARTMENTS),
    Attribute("department_id", "Paycor department id"),
    Attribute(
        "department_start_date",
        "Department start date",
        ValueKind.DATE,
        permission=_POSITION,
        only=ListVersion.V2,
    ),
    Attribute("work_location", "Work location", permission=_LOCATION),
    Attribute("work_city", "Work city", permission=_LOCATION),
    Attribute("work_state", "Work state", permission=_LOCATION),
    Attribute("work_postal_code", "Work postal code", permission=_LOCATION),
    Attribute("work_country", "Work country", permission=_LOCATION),
    Attribute("work_country_code", "Work country code", only=ListVersion.V2),
    Attribute("worker_category", "Worker category", only=ListVersion.V2),
    Attribute("hire_date", "Hire date", ValueKind.DATE, permission=_DATES),
    Attribute("rehire_date", "Rehire date", ValueKind.DATE, permission=_DATES),
    Attribute("start_date", "Start date", ValueKind.DATE, permission=_DATES, derived=True),
    Attribute("seniority_date", "Seniority date", ValueKind.DATE, permission=_DATES),
    Attribute("adjusted_hire_date", "Adjusted hire date", ValueKind.DATE, permission=_DATES),
    Attribute("termination_date", "Termination date", ValueKind.DATE, permission=_DATES),
    Attribute("employment_status", "Employment status", permission=_STATUS),
    Attribute("employment_type", "Employment type", permission=_STATUS),
    Attribute("full_time", "Full time", ValueKind.YES_NO, permission=_STATUS),
    Attribute("flsa_class", "FLSA class", permission=_STATUS),
    Attribute("leave_start_date", "Leave start date", ValueKind.DATE, permission=_STATUS),
    Attribute("legal_entity_id", "Legal entity id", ValueKind.NUMBER),
    Attribute("manager_id", "Paycor employee id of the manager", permission=_POSITION),
    Attribute("manager_name", "Manager name", origin=_MANAGER, permission=_POSITION, derived=True),
    Attribute("manager_email", "Manager work email", origin=_MANAGER, permission=_POSITION, derived=True),
    Attribute(
        "manager_number", "Manager employee number", origin=_MANAGER, permission=_POSITION, derived=True
    ),
    Attribute("supervisor", "Supervisor", ValueKind.YES_NO, _REPORTS, _POSITION, derived=True),
    Attribute(
        "direct_reports", "Number of direct reports", ValueKind.NUMBER, _REPORTS, _POSITION, derived=True
    ),
)

BY_KEY = {attribute.key: attribute for attribute in CATALOGUE}

#: The key of a custom field starts with this; the field's name follows.
CUSTOM = "custom:"

#: What the values of a custom field look like, by Paycor's data type; any other type is text.
DATA_TYPES = {
    "FreeFormAlphaNumeric": ValueKind.TEXT,
    "DropDownAlphaNumeric": ValueKind.TEXT,
    "PickListAlphaNumeric": ValueKind.TEXT,
    "FreeFormCurrency": ValueKind.NUMBER,
    "DropDownCurrency": ValueKind.NUMBER,
    "PickListCurrency": ValueKind.NUMBER,
    "DropDownYesNo": ValueKind.YES_NO,
    "Date": ValueKind.DATE,
}


def custom_name(key: str) -> str | None:
    """The name of the custom field with this attribute key; None for a key of the catalogue."""
    return key.removeprefix(CUSTOM) if key.startswith(CUSTOM) else None


def custom_names(keys: Iterable[str]) -> frozenset[str]:
    """The names of the custom fields among these attribute keys."""
    return frozenset(name for key in keys if (name := custom_name(key)))


def custom_kind(data_type: str) -> ValueKind:
    """What the canonical text of a custom field of this data type looks like."""
    return DATA_TYPES.get(data_type, ValueKind.TEXT)


def label_of(key: str) -> str:
    """The label of an attribute; its key where the catalogue does not have it."""
    return BY_KEY[key].label if key in BY_KEY else custom_name(key) or key


def offered(version: ListVersion, fields: Iterable[CustomField] = ()) -> tuple[Attribute, ...]:
    """The attributes that can be mapped when this list is read: the catalogue, then the company's custom fields."""
    custom = tuple(
        Attribute(CUSTOM + field.name, field.name, custom_kind(field.data_type), Origin.CUSTOM, _CUSTOM)
        for field in fields
    )
    return tuple(one for one in CATALOGUE if one.only in (None, version)) + custom


def origins(keys: Iterable[str]) -> frozenset[Origin]:
    """Where the values of these attributes come from; unknown keys are ignored."""
    return frozenset(origin for key in keys if (origin := _origin(key)))


def _origin(key: str) -> Origin | None:
    if custom_name(key):
        return Origin.CUSTOM
    return BY_KEY[key].origin if key in BY_KEY else None
