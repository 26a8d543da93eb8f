"""The employee endpoints: the list of a legal entity (v1, v2) and the single employee."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from connector.sandbox.company import Person
from connector.sandbox.company.words import DEPARTMENTS, LOCATIONS
from connector.sandbox.paycor import access, answers, permissions
from connector.sandbox.paycor.entity import INCLUDES, Asked, EntityFeed
from connector.sandbox.paycor.paging import PageRequest, page
from connector.sandbox.paycor.state import passage, sandbox

blueprint = Blueprint("employees", __name__)

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
_EMAIL_TYPES = ("Work", "Home")

Test = Callable[[Person, str], bool]


def _has_department(person: Person, code: str) -> bool:
    return DEPARTMENTS[person.department].code == code


def _works_at(person: Person, name: str) -> bool:
    return person.location is not None and LOCATIONS[person.location].name.lower() == name.lower()


#: Filter -> whether a person passes it. Numbers compare as version 1 does, without leading zeros.
_FILTERS: dict[str, Test] = {
    "statusFilter": lambda person, wanted: person.status == wanted,
    "employeeNumber": lambda person, wanted: person.number.lstrip("0") == wanted.lstrip("0"),
    "lastName": lambda person, wanted: person.last_name.strip().lower() == wanted.lower(),
    "departmentCode": _has_department,
    "workLocationName": _works_at,
    "workerCategory": lambda person, wanted: person.worker_category == wanted,
    "workCountryCode": lambda person, wanted: person.work_country == wanted,
}
#: Filters only version 2 knows; version 1 ignores them, as it does any parameter it does not know.
_V2_FILTERS = frozenset({"workerCategory", "workCountryCode"})


class EmployeeRows:
    """The employees of a legal entity as rows of a page, filtered and patched."""

    def __init__(self, feed: EntityFeed, asked: Asked, filters: Mapping[str, str]) -> None:
        """`filters` are those of the request, already checked."""
        self._feed = feed
        self._make = feed.record_maker(asked)
        self._tests = [(_FILTERS[name], value) for name, value in filters.items()]
        self._box = sandbox()
        self._has_patches = bool(self._box.overlay.planted())

    def size(self) -> int:
        """How many positions the feed has."""
        return self._feed.size

    def row(self, position: int) -> object | None:
        """The record at a position; None when a filter or a patch takes it out."""
        person: Person | None = self._feed.person_at(position)
        if self._has_patches and person is not None:
            person = self._box.overlay.person(person, self._box.today)
        if person is None or (self._tests and not self._passes(person)):
            return None
        record: object = self._make(person)

        return self._box.overlay.record(person.employee_id, record) if self._has_patches else record

    def _passes(self, person: Person) -> bool:
        return all(test(person, value) for test, value in self._tests)


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/employees")
def of_legal_entity(version: int, legal_entity_id: int) -> Response:
    """The main call: everybody of a legal entity, leavers included, 200 a page."""
    access.require(permissions.EMPLOYEES)
    feed = access.feed_of(legal_entity_id)
    asked = Asked(version, access.allowed_includes(_includes(), permissions.LIST_INCLUDES), _email_type())
    filters = _filters(version)
    box = sandbox()
    wanted = PageRequest(
        path=request.path,
        filters=filters,
        page_size=box.switches.employees_per_page,
        token=request.args.get("continuationToken"),
        query=kept_query(),
    )

    return encoded(page(EmployeeRows(feed, asked, filters), wanted, box.seed, passage().fault))


@blueprint.get("/v<int(min=1, max=2):version>/employees/<employee_id>")
def one(version: int, employee_id: str) -> Response:
    """One employee, unwrapped. Version 1 lost this call at some time; a switch brings it back."""
    box = sandbox()
    if version == 1 and not box.switches.has_single_employee_v1:
        raise answers.not_found("The resource")
    access.require(permissions.EMPLOYEE)
    for company in box.companies():
        index = company.index_of(employee_id)
        if index is not None:
            feed = access.feed_of(company.entity_of(index).id)
            includes = access.allowed_includes(_includes(), permissions.SINGLE_INCLUDES)
            person = box.overlay.person(company.person(index), box.today)
            if person is not None:
                record = feed.record_maker(Asked(version, includes, _email_type()))(person)
                return encoded(box.overlay.record(person.employee_id, record))
    raise answers.not_found("The employee")


def encoded(body: Any) -> Response:
    """A body of structs as a JSON answer."""
    return Response(msgspec.json.encode(body), mimetype="application/json")


def kept_query() -> str:
    """What `additionalResultsUrl` keeps of the query: nothing, unless switched on."""
    if not sandbox().switches.url_keeps_query:
        return ""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name in _KEPT]

    return "".join(f"{name}={value}&" for name, value in kept)


_KEPT = frozenset({"include", "emailType", *_FILTERS})


def _includes() -> frozenset[str]:
    """The blocks asked for; the parameter is repeated, never a list with commas."""
    wanted = request.args.getlist("include")
    known = {name.lower(): name for name in (*INCLUDES, "All")}
    bad = [value for value in wanted if value.lower() not in known]
    if bad:
        raise answers.invalid("include", f"The value is not valid; use one of All, {', '.join(INCLUDES)}.")
    names = {known[value.lower()] for value in wanted}

    return frozenset(INCLUDES) if "All" in names else frozenset(names)


def _email_type() -> str:
    value = request.args.get("emailType", "Work")
    if value not in _EMAIL_TYPES:
        raise answers.invalid("emailType", "The value is not valid; use Work or Home.")

    return value


def _filters(version: int) -> dict[str, str]:
    """The filters of the request. Raises Refusal (400) for one that is malformed or given twice."""
    found: dict[str, str] = {}
    for name in _FILTERS:
        values = request.args.getlist(name)
        if not values or (version == 1 and name in _V2_FILTERS):
            continue
        if len(values) > 1:
            raise answers.invalid(name, "Only one value is supported.")
        found[name] = values[0]
    if found.get("statusFilter", "Active") not in STATUSES:
        raise answers.invalid("statusFilter", "The value is not a known employment status.")
    for name in ("departmentCode", "employeeNumber") if version == 1 else ("departmentCode",):
        if not found.get(name, "0").isdigit():
            raise answers.invalid(name, "The value is not a whole number.")

    return found
