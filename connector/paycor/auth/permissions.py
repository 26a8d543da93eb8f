"""The Data Access rights of a Paycor application: which one each request needs, and why we ask for it (rule B5).

Values only. Source: the `Data Access:` line of each operation of Paycor Public API v1 and v2, read 2026-07.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.core.model.attributes import Origin, origins


@dataclass(frozen=True, slots=True)
class Permission:
    """One right, by its name in the developer portal. Without a required one no sync is possible.

    `origin` is where the attributes come from that alone need it; None when it is needed whatever is mapped.
    """

    name: str
    reason: str
    required: bool = False
    origin: Origin | None = None


EMPLOYEES = Permission(
    "View Legal Entity Employees",
    "Names, work email, employee number and department: who there is.",
    required=True,
)
EMPLOYMENT_DATES = Permission(
    "View Legal Entity Employees Employment Dates",
    "Hire, rehire and termination date: from when and until when somebody has access.",
    required=True,
)
STATUS = Permission(
    "View Legal Entity Employees Status",
    "Employed, on leave or separated: who may have access at all.",
    required=True,
)
POSITION = Permission(
    "View Legal Entity Employees Position",
    "Job title and manager: tick Manager & Position as well, so that supervisors are known.",
)
WORK_LOCATION = Permission(
    "View Legal Entity Employees Work Location",
    "Work location and state: they decide which regional course applies.",
)
DEPARTMENTS = Permission(
    "View Legal Entity Departments Information",
    "Department names and codes; needed only if one of them is mapped.",
    origin=Origin.DEPARTMENT,
)
ONBOARDING = Permission(
    "View Legal Entity Onboarding Employees",
    "People who are not fully onboarded yet: they are listed with that reason, never synced.",
)
PERSONS = Permission(
    "View Legal Entity Persons",
    "Legal names and phones; needed only if one of them is mapped.",
    origin=Origin.PERSON,
)
PERSON_PHONE = Permission(
    "View Person Phone",
    "Work and mobile phone; needed only if one of them is mapped.",
    origin=Origin.PERSON,
)
CUSTOM_FIELDS = Permission(
    "Legal Entity CustomFields",
    "Custom fields of employees; needed only if one of them is mapped.",
    origin=Origin.CUSTOM,
)

#: What to tick in the developer portal, in its order.
ALL = (
    EMPLOYEES,
    EMPLOYMENT_DATES,
    POSITION,
    STATUS,
    WORK_LOCATION,
    DEPARTMENTS,
    ONBOARDING,
    PERSONS,
    PERSON_PHONE,
    CUSTOM_FIELDS,
)

CERTIFICATES = Permission(
    "View Certification Information for Employee", "To see that a finished course is not at Paycor already."
)
ADD_CERTIFICATES = Permission(
    "Create and Update Certification",
    "To add a certification for a finished course; the only right to write that anything here uses.",
)
#: What to tick besides, only where an admin has switched on that completions are sent to Paycor.
COMPLETIONS = (CERTIFICATES, ADD_CERTIFICATES)

#: Rights to write, which no sync uses: an application is safer without them. Whether it has one cannot be seen from
#: outside without writing, which no sync ever does (rule A1).
WRITING = (
    "Update Employee Contact",
    "Update Employee Custom Fields",
    ADD_CERTIFICATES.name,
)

#: The values of `include`, each with its block of an employee record and the right that opens it in the list.
INCLUDES: dict[str, tuple[str, Permission]] = {
    "EmploymentDates": ("employmentDateData", EMPLOYMENT_DATES),
    "Position": ("positionData", POSITION),
    "Status": ("statusData", STATUS),
    "WorkLocation": ("workLocation", WORK_LOCATION),
}

_ONE_AT_A_TIME = "When one employee is looked at by themselves: "

#: The rights to one employee at a time, which Paycor keeps apart from those to the list.
EMPLOYEE = Permission("View Employee Information", _ONE_AT_A_TIME + "names and work email.", required=True)
EMPLOYEE_PERSON = Permission("View Employee Person", _ONE_AT_A_TIME + "legal names.", origin=Origin.PERSON)
EMPLOYEE_CUSTOM_FIELDS = Permission(
    "View Employee Custom Fields", _ONE_AT_A_TIME + "custom fields.", origin=Origin.CUSTOM
)
_ONE_INCLUDES = {
    "EmploymentDates": Permission("View Employee Employment Dates", _ONE_AT_A_TIME + "dates.", required=True),
    "Position": Permission("View Employee Position", _ONE_AT_A_TIME + "job title and manager."),
    "Status": Permission("View Employee Status", _ONE_AT_A_TIME + "status.", required=True),
    "WorkLocation": Permission("View Employee Work Location", _ONE_AT_A_TIME + "work location."),
}
#: What to tick besides, for one employee at a time.
ONE = (EMPLOYEE, *_ONE_INCLUDES.values(), EMPLOYEE_PERSON, EMPLOYEE_CUSTOM_FIELDS)

_LIST = {include: permission for include, (_, permission) in INCLUDES.items()}
_PHONES = {"Phones": PERSON_PHONE}

#: Path -> the right it needs, and the rights of its includes.
_PATHS: tuple[tuple[re.Pattern[str], Permission, Mapping[str, Permission]], ...] = tuple(
    (re.compile(rf"/v[12]/{pattern}", re.IGNORECASE), permission, includes)
    for pattern, permission, includes in (
        (r"legalentities/\d+/employees", EMPLOYEES, _LIST),
        (r"legalentities/\d+/departments", DEPARTMENTS, {}),
        (r"legalentities/\d+/onboardingemployees", ONBOARDING, {}),
        (r"legalentities/\d+/persons", PERSONS, _PHONES),
        (r"legalentities/\d+/customfields", CUSTOM_FIELDS, {}),
        (r"employees/[^/]+", EMPLOYEE, _ONE_INCLUDES),
        (r"employees/[^/]+/person", EMPLOYEE_PERSON, _PHONES),
        (r"employees/[^/]+/customfields", EMPLOYEE_CUSTOM_FIELDS, {}),
        (r"employees/[^/]+/certifications", CERTIFICATES, {}),
    )
)


def permission_of(path: str) -> Permission | None:
    """The right that a request to `path` needs whatever its parameters are; None when it needs none we know of."""
    return next((permission for pattern, permission, _ in _PATHS if pattern.fullmatch(path)), None)


def include_rights(path: str) -> Mapping[str, Permission]:
    """The values of `include` that we ask `path` for, each with its right."""
    return next((includes for pattern, _, includes in _PATHS if pattern.fullmatch(path)), {})


def rights_of(path: str, params: Iterable[tuple[str, str]]) -> tuple[Permission, ...]:
    """Every right that a request needs, that of the path first; none for a path that needs none."""
    own, includes = permission_of(path), include_rights(path)
    asked = [includes[value] for name, value in params if name == "include" and value in includes]
    return (own, *asked) if own else ()


def needed(wanted: Iterable[str]) -> tuple[Permission, ...]:
    """The rights to ask for when these attributes are wanted: what only others need is left out."""
    keys = frozenset(wanted)
    found = origins(keys)
    without = () if keys & {"work_phone", "mobile_phone"} else (PERSON_PHONE,)
    return tuple(one for one in ALL if one.origin in (None, *found) and one not in without)
