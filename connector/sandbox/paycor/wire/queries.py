"""What a client may say in a query: which blocks to include, which filters. What is malformed is refused with 400."""

from collections.abc import Callable, Iterable, Mapping

from flask import request

from connector.sandbox.company import Person
from connector.sandbox.company.words import DEPARTMENTS, LOCATIONS
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers

STATUSES = (
    "Active",
    "Deceased",
    "LongTermDisability",
    "ShortTermDisability",
    "Fmla",
    "LaidOff",
    "LeaveWithPay",
    "LeaveWithoutPay",
    "ThirdPartyPayable",
    "Resigned",
    "Retired",
    "Terminated",
    "WorkersCompensation",
)

Test = Callable[[Person, str], bool]


def _has_department(person: Person, code: str) -> bool:
    return DEPARTMENTS[person.department].code == code


def _works_at(person: Person, name: str) -> bool:
    return person.location is not None and LOCATIONS[person.location].name.lower() == name.lower()


#: Filter -> whether a person passes it. Numbers compare as version 1 does, without leading zeros.
TESTS: dict[str, Test] = {
    "statusFilter": lambda person, wanted: person.status == wanted,
    "employeeNumber": lambda person, wanted: person.number.lstrip("0") == wanted.lstrip("0"),
    "lastName": lambda person, wanted: person.last_name.strip().lower() == wanted.lower(),
    "departmentCode": _has_department,
    "workLocationName": _works_at,
    "jobCode": lambda person, wanted: (person.job_code or "").lower() == wanted.lower(),
    "workerCategory": lambda person, wanted: person.worker_category == wanted,
    "workCountryCode": lambda person, wanted: person.work_country == wanted,
}
#: What `additionalResultsUrl` keeps when it keeps anything.
_KEPT = frozenset({"include", "emailType", *TESTS})


def includes(known: tuple[str, ...]) -> frozenset[str]:
    """The blocks asked for; the parameter is repeated, never a list with commas, and `All` is every block."""
    wanted = request.args.getlist("include")
    names = {name.lower(): name for name in (*known, "All")}
    if any(value.lower() not in names for value in wanted):
        raise answers.invalid("include", f"The value is not valid; use one of All, {', '.join(known)}.")
    found = {names[value.lower()] for value in wanted}

    return frozenset(known) if "All" in found else frozenset(found)


def filters(version: int, known: Iterable[str]) -> dict[str, str]:
    """The filters of the request, out of those an endpoint knows. Raises Refusal (400) for one that makes no sense."""
    found: dict[str, str] = {}
    for name in known:
        values = request.args.getlist(name)
        if len(values) > 1:
            raise answers.invalid(name, "Only one value is supported.")
        if values:
            found[name] = values[0]
    if found.get("statusFilter", "Active") not in STATUSES:
        raise answers.invalid("statusFilter", "The value is not a known employment status.")
    for name in ("departmentCode", "employeeNumber") if version == 1 else ("departmentCode",):
        if not found.get(name, "0").isdigit():
            raise answers.invalid(name, "The value is not a whole number.")

    return found


def passes(person: Person, wanted: Mapping[str, str]) -> bool:
    """Whether a person passes every filter."""
    return all(TESTS[name](person, value) for name, value in wanted.items())


def kept_query() -> str:
    """What `additionalResultsUrl` keeps of the query: nothing, unless switched on."""
    if not sandbox().switches.url_keeps_query:
        return ""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name in _KEPT]

    return "".join(f"{name}={value}&" for name, value in kept)
