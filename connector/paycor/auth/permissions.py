"""The Data Access permissions of a Paycor application: which one each request needs, and why (rule B5).

Values only. Source: the `Data Access:` line of each operation of Paycor Public API v1 and v2, read 2026-07.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.core.model.attributes import Origin, origins


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission, by its name in the developer portal. Without a required one no sync is possible.

    `origin` is the origin of the attributes that need it; None when every sync needs it, whatever is mapped.
    """

    name: str
    reason: str
    required: bool = False
    origin: Origin | None = None


EMPLOYEES = Permission(
    "View Legal Entity Employees",
    "Names, work email, employee number and department: who works for you.",
    required=True,
)
EMPLOYMENT_DATES = Permission(
    "View Legal Entity Employees Employment Dates",
    "Hire, rehire and termination date: when access starts and ends.",
    required=True,
)
STATUS = Permission(
    "View Legal Entity Employees Status",
    "Employed, on leave or separated: who may have access.",
    required=True,
)
POSITION = Permission(
    "View Legal Entity Employees Position",
    "Job title and manager. Also tick Manager & Position, so that supervisors are known.",
)
WORK_LOCATION = Permission(
    "View Legal Entity Employees Work Location",
    "Work location and state: they decide which regional course applies.",
)
DEPARTMENTS = Permission(
    "View Legal Entity Departments Information",
    "Department names and codes. Needed only if you map one of them.",
    origin=Origin.DEPARTMENT,
)
ONBOARDING = Permission(
    "View Legal Entity Onboarding Employees",
    "People who are still being onboarded: they are listed with that reason and not synced.",
)
PERSONS = Permission(
    "View Legal Entity Persons",
    "Legal names and phones. Needed only if you map one of them.",
    origin=Origin.PERSON,
)
PERSON_PHONE = Permission(
    "View Person Phone",
    "Work and mobile phone. Needed only if you map one of them.",
    origin=Origin.PERSON,
)
CUSTOM_FIELDS = Permission(
    "Legal Entity CustomFields",
    "Custom fields of employees. Needed only if you map one of them.",
    origin=Origin.CUSTOM,
)

#: The permissions that a sync uses, in the order of the developer portal.
SYNC_PERMISSIONS = (
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
    "View Certification Information for Employee",
    "To check that Paycor does not have a finished course already.",
)
ADD_CERTIFICATES = Permission(
    "Create and Update Certification",
    "To add a certification for a finished course. Nothing else is ever written to Paycor.",
)
#: Also needed when an admin has switched on that finished courses are sent to Paycor.
COMPLETION_PERMISSIONS = (CERTIFICATES, ADD_CERTIFICATES)

#: Write permissions, which no sync uses: an application is safer without them. Only a write could show whether the
#: application has one, and no sync ever writes (rule A1).
WRITE_PERMISSIONS = (
    "Update Employee Contact",
    "Update Employee Custom Fields",
    ADD_CERTIFICATES.name,
)

#: Value of `include` -> its block in an employee record, and the permission that it needs in the list.
INCLUDES: dict[str, tuple[str, Permission]] = {
    "EmploymentDates": ("employmentDateData", EMPLOYMENT_DATES),
    "Position": ("positionData", POSITION),
    "Status": ("statusData", STATUS),
    "WorkLocation": ("workLocation", WORK_LOCATION),
}

_SINGLE = "To read one employee on their own: "

#: The permissions to read one employee, which Paycor keeps separate from those for the list.
EMPLOYEE = Permission("View Employee Information", _SINGLE + "names and work email.", required=True)
EMPLOYEE_PERSON = Permission("View Employee Person", _SINGLE + "legal names.", origin=Origin.PERSON)
EMPLOYEE_CUSTOM_FIELDS = Permission(
    "View Employee Custom Fields", _SINGLE + "custom fields.", origin=Origin.CUSTOM
)
_SINGLE_INCLUDES = {
    "EmploymentDates": Permission("View Employee Employment Dates", _SINGLE + "dates.", required=True),
    "Position": Permission("View Employee Position", _SINGLE + "job title and manager."),
    "Status": Permission("View Employee Status", _SINGLE + "status.", required=True),
    "WorkLocation": Permission("View Employee Work Location", _SINGLE + "work location."),
}
#: Also needed to read one employee at a time.
SINGLE_EMPLOYEE_PERMISSIONS = (EMPLOYEE, *_SINGLE_INCLUDES.values(), EMPLOYEE_PERSON, EMPLOYEE_CUSTOM_FIELDS)

_LIST_INCLUDES = {include: permission for include, (_, permission) in INCLUDES.items()}
_PERSON_INCLUDES = {"Phones": PERSON_PHONE}

#: Path pattern -> its permission, and the permissions of its includes.
_PATHS: tuple[tuple[re.Pattern[str], Permission, Mapping[str, Permission]], ...] = tuple(
    (re.compile(rf"/v[12]/{pattern}", re.IGNORECASE), permission, includes)
    for pattern, permission, includes in (
        (r"legalentities/\d+/employees", EMPLOYEES, _LIST_INCLUDES),
        (r"legalentities/\d+/departments", DEPARTMENTS, {}),
        (r"legalentities/\d+/onboardingemployees", ONBOARDING, {}),
        (r"legalentities/\d+/persons", PERSONS, _PERSON_INCLUDES),
        (r"legalentities/\d+/customfields", CUSTOM_FIELDS, {}),
        (r"employees/[^/]+", EMPLOYEE, _SINGLE_INCLUDES),
        (r"employees/[^/]+/person", EMPLOYEE_PERSON, _PERSON_INCLUDES),
        (r"employees/[^/]+/customfields", EMPLOYEE_CUSTOM_FIELDS, {}),
        (r"employees/[^/]+/certifications", CERTIFICATES, {}),
    )
)


def path_permission(path: str) -> Permission | None:
    """The permission that `path` needs whatever the parameters are; None when it needs none that is documented."""
    return next((permission for pattern, permission, _ in _PATHS if pattern.fullmatch(path)), None)


def include_permissions(path: str) -> Mapping[str, Permission]:
    """The values of `include` that a request to `path` may have, each with its permission."""
    return next((includes for pattern, _, includes in _PATHS if pattern.fullmatch(path)), {})


def permissions_of(path: str, params: Iterable[tuple[str, str]]) -> tuple[Permission, ...]:
    """Every permission that a request needs, the one of the path first; empty for a path that needs none."""
    own, includes = path_permission(path), include_permissions(path)
    included = [includes[value] for name, value in params if name == "include" and value in includes]
    return (own, *included) if own else ()


def needed_permissions(attribute_keys: Iterable[str]) -> tuple[Permission, ...]:
    """The permissions that a sync of these attributes needs."""
    keys = frozenset(attribute_keys)
    key_origins = origins(keys)
    unneeded = () if keys & {"work_phone", "mobile_phone"} else (PERSON_PHONE,)
    return tuple(
        one for one in SYNC_PERMISSIONS if one.origin in (None, *key_origins) and one not in unneeded
    )
