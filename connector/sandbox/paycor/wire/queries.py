"""The query parameters of a client: which blocks to include, which filters. A malformed one is refused with 400."""

from collections.abc import Callable, Iterable, Mapping

from flask import request

from connector.sandbox.company import Person
from connector.sandbox.company.samples import DEPARTMENTS, LOCATIONS
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

#: Filter -> the only values that it takes.
FILTER_VALUES = {"statusFilter": STATUSES, "workerCategory": ("Paid", "Unpaid")}

Filter = Callable[[Person, str], bool]


def _has_department(person: Person, code: str) -> bool:
    return DEPARTMENTS[person.department].code == code


def _works_at(person: Person, name: str) -> bool:
    return person.location is not None and LOCATIONS[person.location].name.lower() == name.lower()


#: Filter -> whether a person passes it. Numbers are compared as in version 1, without leading zeros.
FILTERS: dict[str, Filter] = {
    "statusFilter": lambda person, value: person.status == value,
    "employeeNumber": lambda person, value: person.number.lstrip("0") == value.lstrip("0"),
    "lastName": lambda person, value: person.last_name.strip().lower() == value.lower(),
    "departmentCode": _has_department,
    "workLocationName": _works_at,
    "jobCode": lambda person, value: (person.job_code or "").lower() == value.lower(),
    "workerCategory": lambda person, value: person.worker_category == value,
    "workCountryCode": lambda person, value: person.work_country == value,
}
#: The parameters that `additionalResultsUrl` repeats when the switch `url_keeps_query` is on.
_KEPT_PARAMETERS = frozenset({"include", "emailType", *FILTERS})


def includes(known: tuple[str, ...]) -> frozenset[str]:
    """The requested blocks; the parameter is repeated, never a list with commas, and `All` is every block."""
    values = request.args.getlist("include")
    names = {name.lower(): name for name in (*known, "All")}
    if any(value.lower() not in names for value in values):
        raise answers.invalid("include", f"The value is not valid; use one of All, {', '.join(known)}.")
    blocks = {names[value.lower()] for value in values}

    return frozenset(known) if "All" in blocks else frozenset(blocks)


def filters(version: int, known: Iterable[str]) -> dict[str, str]:
    """The filters of the request that the endpoint knows. Raises Refusal (400) for an invalid one.

    The country filters only unpaid workers: without `workerCategory=Unpaid` Paycor ignores it.
    """
    found: dict[str, str] = {}
    for name in known:
        values = request.args.getlist(name)
        if len(values) > 1:
            raise answers.invalid(name, "Only one value is supported.")
        if values:
            found[name] = values[0]
    for name in found.keys() & FILTER_VALUES.keys():
        if found[name] not in FILTER_VALUES[name]:
            raise answers.invalid(
                name, f"The value is not valid; use one of {', '.join(FILTER_VALUES[name])}."
            )
    for name in ("departmentCode", "employeeNumber") if version == 1 else ("departmentCode",):
        if not found.get(name, "0").isdigit():
            raise answers.invalid(name, "The value is not a whole number.")

    return {
        name: value
        for name, value in found.items()
        if name != "workCountryCode" or found.get("workerCategory") == "Unpaid"
    }


def passes(person: Person, values: Mapping[str, str]) -> bool:
    """Whether a person passes every filter."""
    return all(FILTERS[name](person, value) for name, value in values.items())


def kept_query() -> str:
    """The part of the query that `additionalResultsUrl` repeats: none, unless switched on."""
    if not sandbox().switches.url_keeps_query:
        return ""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name in _KEPT_PARAMETERS]

    return "".join(f"{name}={value}&" for name, value in kept)
