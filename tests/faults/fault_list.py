"""What can go wrong at Paycor, as values: each fault is a list of requests to the sandbox's control address.

Nothing is run here. The faults are those of the sandbox, at the calls where they can do harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What the connector does when the fault strikes."""

    CONNECT = "connect"
    FIRST_SYNC = "first sync"
    DAILY_SYNC = "daily sync"
    ONE_PERSON = "one person"
    DUE_DATES = "due dates"


@dataclass(frozen=True, slots=True)
class Step:
    """One POST to `/_control/{call}`."""

    call: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: `group` says where, `name` what."""

    group: str
    name: str
    steps: tuple[Step, ...]


#: The legal entities of the company; the first has four in five of its people.
FIRST, SECOND = 190204, 190377
#: With this page size both legal entities have several pages.
PAGE_SIZE = 20
#: An ordinary employee with an account, a job title, a manager and a work location, by index.
ORDINARY_INDEX = 17
#: Further employees, edge cases included: no two are the same person, share an email or are each other's manager.
MANY_INDEXES = range(ORDINARY_INDEX + 1, 44)
#: The second job, in the other legal entity, of a person with two.
SECOND_JOB = 4

PAGE_KINDS = (
    "status-400",
    "status-404",
    "status-418",
    "status-500",
    "status-503",
    "html-504",
    "html-200",
    "reset",
    "slow",
    "error-as-200",
    "empty-as-400",
    "rate-limit",
    "token-refused",
    "truncated-json",
    "repeat-token",
    "empty-page",
    "empty-last-page",
    "records-null",
    "page-shrinks",
    "has-more-as-text",
)
#: Faults that are gone at the next try.
PASSING_KINDS = (
    "status-500",
    "html-504",
    "html-200",
    "reset",
    "rate-limit",
    "token-refused",
    "truncated-json",
    "empty-page",
)
TOKEN_KINDS = (
    "status-400",
    "status-401",
    "status-403",
    "status-404",
    "status-500",
    "html-504",
    "html-200",
    "reset",
    "slow",
    "error-as-200",
    "rate-limit",
    "truncated-json",
    "stored-500",
    "stored-504",
    "stored-reset",
)
ONE_KINDS = (
    "status-400",
    "status-404",
    "status-500",
    "html-200",
    "html-504",
    "reset",
    "slow",
    "error-as-200",
    "rate-limit",
    "token-refused",
    "truncated-json",
)
LIST_KINDS = ("status-500", "status-404", "html-200", "empty-as-400", "truncated-json")
PERMISSIONS = {
    "employees": ("View Legal Entity Employees",),
    "dates": ("View Legal Entity Employees Employment Dates",),
    "status": ("View Legal Entity Employees Status",),
    "position": (
        "View Legal Entity Employees Position",
        "View Legal Entity Employees Manager & Position",
    ),
    "work location": ("View Legal Entity Employees Work Location",),
    "departments": ("View Legal Entity Departments Information",),
    "onboarding": ("View Legal Entity Onboarding Employees",),
    "custom fields": ("Legal Entity CustomFields",),
    "persons": ("View Legal Entity Persons",),
    "phones": ("View Person Phone",),
}
#: The permissions for a single employee, which differ from those for the list.
SINGLE_PERMISSIONS = {
    "one employee": ("View Employee Information",),
    "one employee's dates": ("View Employee Employment Dates",),
    "one employee's status": ("View Employee Status",),
    "one employee's position": ("View Employee Position",),
    "one employee's work location": ("View Employee Work Location",),
    "one employee's custom fields": ("View Employee Custom Fields",),
    "one employee's person": ("View Employee Person",),
}
#: What is wrong with one employee's record.
RECORDS: Mapping[str, Mapping[str, object]] = {
    "no id": {"drop": ["id"]},
    "no person": {"drop": ["person"]},
    "no name": {"set": {"firstName": None, "lastName": None}},
    "a name that is a number": {"set": {"lastName": 7}},
    "no email": {"set": {"email": None}},
    "an email that is none": {"set": {"email.emailAddress": "front desk"}},
    "somebody else's email": {"fields": {"work_email": "MARISOL.VEGA@northfield.example"}},
    "a date that does not exist": {"set": {"employmentDateData.hireDate": "31/02/2026"}},
    "a last day in words": {"set": {"employmentDateData.terminationDate": "tomorrow"}},
    "no dates": {"set": {"employmentDateData": None}},
    "no position": {"set": {"positionData": None}},
    "no work location": {"set": {"workLocation": None}},
    "no status": {"set": {"statusData": None}},
    "a status that nobody knows": {"set": {"statusData.status": "Vanished"}},
    "a department that is not listed": {"set": {"department.id": "00000000-0000-4000-8000-00000000d00d"}},
    "a block that is a list": {"set": {"positionData": []}},
    "gone from the list": {"removed": True},
}


def _control(group: str, name: str, call: str, **body: object) -> Fault:
    return Fault(group, name, (Step(call, body),))


def _fault_at(group: str, kind: str, path: str, **more: object) -> Fault:
    """A fault that strikes every call of a path, unless `more` says otherwise; `slow` waits a moment only."""
    body = {"kind": kind, "path": path, "every": True, "seconds": 0.05, **more}
    return _control(group, kind, "faults", **body)


def _once(kind: str) -> Fault:
    body = {"kind": kind, "path": f"*/{FIRST}/employees", "nth": 2}
    return _control("page 2, once", kind, "faults", **body)


def _missing(permission: str, form: str) -> Fault:
    """A permission is removed: Paycor refuses the call, or leaves the block empty."""
    names = (PERMISSIONS | SINGLE_PERMISSIONS)[permission]
    steps = (Step("permissions", {"remove": names}), Step("switches", {"missing_include": form}))
    return Fault(f"permission missing ({form})", permission, steps)


def _company(name: str, indexes: range, **patch: object) -> Fault:
    return Fault("company", name, tuple(Step("records", {"index": index, **patch}) for index in indexes))


FAULTS: tuple[Fault, ...] = (
    *(_fault_at("page 2", kind, f"*/{FIRST}/employees", nth=2) for kind in PAGE_KINDS),
    *map(_once, PASSING_KINDS),
    *(_fault_at("token endpoint", kind, "*/token") for kind in TOKEN_KINDS),
    _control("token endpoint", "consent revoked", "oauth", action="revoke"),
    _control("token endpoint", "application inactive", "oauth", action="deactivate"),
    _control("token endpoint", "access tokens ended", "oauth", action="expire-access-tokens"),
    _control("token endpoint", "dies after rotation", "oauth", action="die-after-rotate"),
    _control("token endpoint", "late", "oauth", action="delay", seconds=0.05),
    *(
        _fault_at("legal entities", kind, "*/ActivatedLegalEntityTenantList")
        for kind in (*LIST_KINDS, "rate-limit")
    ),
    *(_fault_at("departments", kind, f"*/{FIRST}/departments") for kind in LIST_KINDS),
    *(_fault_at("onboarding", kind, f"*/{FIRST}/onboardingemployees") for kind in LIST_KINDS),
    *(_fault_at("custom fields", kind, "*/customfields") for kind in LIST_KINDS),
    _fault_at("custom fields, page 2", "status-500", f"*/{FIRST}/customfields", nth=2),
    *(_fault_at("persons", kind, "*/person*") for kind in LIST_KINDS),
    *(_fault_at("one employee", kind, "*/v?/employees/*") for kind in ONE_KINDS),
    *(
        _missing(permission, form)
        for form in ("403", "null")
        for permission in (*PERMISSIONS, *SINGLE_PERMISSIONS)
    ),
    _control("consent", "key refused", "switches", is_key_known=False),
    _control("consent", "legal entity withdrawn", "switches", withdrawn_entities=[SECOND]),
    *(
        Fault("record", name, (Step("records", {"index": ORDINARY_INDEX, **patch}),))
        for name, patch in RECORDS.items()
    ),
    _company("one of two jobs gone", range(SECOND_JOB, SECOND_JOB + 1), removed=True),
    _company("half of it gone", MANY_INDEXES, removed=True),
    _company("all of it gone", range(60), removed=True),
    _company(
        "half of it terminated",
        MANY_INDEXES,
        fields={"status": "Terminated", "terminated_on": "2026-02-01"},
    ),
)
