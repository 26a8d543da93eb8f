"""The Data Access rights of a Paycor application: which one each request needs, and why we ask for it (rule B5).

Values only. Source: the `Data Access:` line of each operation of Paycor Public API v1 and v2, read 2026-07.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from connector.core.attributes import Origin, origins


@dataclass(frozen=True, slots=True)
class Permission:
    """One right, by its name in the developer portal. Without a required one no sync is possible."""

    name: str
    reason: str
    required: bool = False


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
)
ONBOARDING = Permission(
    "View Legal Entity Onboarding Employees",
    "People who are not fully onboarded yet: they are listed with that reason, never synced.",
)

#: What to tick in the developer portal, in its order.
ALL = (EMPLOYEES, EMPLOYMENT_DATES, POSITION, STATUS, WORK_LOCATION, DEPARTMENTS, ONBOARDING)

#: The values of `include`, each with its block of an employee record and the right that opens it.
INCLUDES: dict[str, tuple[str, Permission]] = {
    "EmploymentDates": ("employmentDateData", EMPLOYMENT_DATES),
    "Position": ("positionData", POSITION),
    "Status": ("statusData", STATUS),
    "WorkLocation": ("workLocation", WORK_LOCATION),
}

_PATHS: tuple[tuple[re.Pattern[str], Permission], ...] = (
    (re.compile(r"/v[12]/legalentities/\d+/employees", re.IGNORECASE), EMPLOYEES),
    (re.compile(r"/v[12]/legalentities/\d+/departments", re.IGNORECASE), DEPARTMENTS),
    (re.compile(r"/v[12]/legalentities/\d+/onboardingemployees", re.IGNORECASE), ONBOARDING),
)


def permission_of(path: str) -> Permission | None:
    """The right that a request to `path` needs whatever its parameters are; None when it needs none we know of."""
    return next((permission for pattern, permission in _PATHS if pattern.fullmatch(path)), None)


def needed(wanted: Iterable[str]) -> tuple[Permission, ...]:
    """The rights to ask for when these attributes are wanted: departments only if one is mapped."""
    without = () if Origin.DEPARTMENT in origins(wanted) else (DEPARTMENTS,)
    return tuple(permission for permission in ALL if permission not in without)
