"""The employee endpoints: the list of a legal entity, the thin list of a tenant, the single employee."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from connector.sandbox.company import Company, Person, ids
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions, records
from connector.sandbox.paycor.data.entity import INCLUDES, EntityFeed, RecordOptions
from connector.sandbox.paycor.state.sandbox import call_context, sandbox
from connector.sandbox.paycor.wire import answers, queries
from connector.sandbox.paycor.wire.paging import PageRequest, page

blueprint = Blueprint("employees", __name__)

_EMAIL_TYPES = ("Work", "Home")
_COMMON_FILTERS = ("statusFilter", "employeeNumber", "lastName", "departmentCode", "workLocationName")
#: Filters of the list by version; it ignores any parameter it does not know.
_LIST_FILTERS = {1: _COMMON_FILTERS, 2: (*_COMMON_FILTERS, "workerCategory", "workCountryCode")}
_TENANT_FILTERS = (*_COMMON_FILTERS, "jobCode")


class EmployeeRows:
    """The employees of a legal entity as rows of a page, filtered and patched."""

    def __init__(self, feed: EntityFeed, options: RecordOptions, filters: Mapping[str, str]) -> None:
        """`filters` are those of the request, already checked."""
        self._feed = feed
        self._make = feed.record_maker(options)
        self._filters = filters
        self._box = sandbox()
        self._has_patches = bool(self._box.overlay.planted())

    def size(self) -> int:
        """How many positions the feed has."""
        return self._feed.size

    def row(self, position: int) -> object | None:
        """The record at a position; None when a filter or a patch removes it."""
        person: Person | None = self._feed.person_at(position)
        if self._has_patches and person is not None:
            person = self._box.overlay.person(person, self._box.today)
        if person is None or (self._filters and not queries.passes(person, self._filters)):
            return None
        record: object = self._make(person)

        return self._box.overlay.record(person.employee_id, record) if self._has_patches else record


class TenantRows:
    """The employees of a whole tenant as the thin records of its list."""

    def __init__(self, company: Company, filters: Mapping[str, str]) -> None:
        """`filters` are those of the request, already checked."""
        self._company, self._filters, self._box = company, filters, sandbox()
        self._covered = frozenset(access.covered_entities())
        self._list_ids = ids.IdSpace(company.seed, ids.LIST_RECORD, company.tenant.entities[0].id)
        self._has_own_ids = self._box.switches.tenant_list_has_own_ids

    def size(self) -> int:
        """How many employments the tenant has."""
        return self._company.head_count

    def row(self, position: int) -> records.ListedEmployee | None:
        """The record at a position; None when the activation, a filter or a patch removes it."""
        if self._company.entity_of(position).id not in self._covered:
            return None
        person = self._box.overlay.person(self._company.person(position), self._box.today)
        if person is None or not queries.passes(person, self._filters):
            return None

        own_id = self._list_ids.id_of(position) if self._has_own_ids else person.employee_id
        return records.listed_employee(person, own_id)


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/employees")
def of_legal_entity(version: int, legal_entity_id: int) -> Response:
    """The main call: all employees of a legal entity, leavers included, 200 a page."""
    access.require(permissions.EMPLOYEES)
    feed = access.feed_of(legal_entity_id)
    includes = access.allowed_includes(queries.includes(INCLUDES), permissions.LIST_INCLUDES)
    filters = queries.filters(version, _LIST_FILTERS[version])
    box = sandbox()
    page_request = PageRequest(
        path=request.path,
        filters=filters,
        page_size=box.switches.employees_per_page,
        token=request.args.get("continuationToken"),
        query=queries.kept_query(),
    )
    rows = EmployeeRows(feed, RecordOptions(version, includes, _email_type()), filters)

    return answers.encoded(page(rows, page_request, box.seed, call_context().fault))


@blueprint.get("/v<int(min=1, max=2):version>/tenants/<int:tenant_id>/employees")
def of_tenant(version: int, tenant_id: int) -> Response:
    """All employees of a tenant as thin records: no blocks, no address, 100 a page.

    A record's `id` is that of the employee, as in `employee.id`, or by a switch one of its own.
    """
    access.require(permissions.TENANT_EMPLOYEES)
    company = access.company_of(tenant_id)
    filters = queries.filters(version, _TENANT_FILTERS)

    return access.paged_answer(TenantRows(company, filters), filters)


@blueprint.get("/v<int(min=1, max=2):version>/employees/<employee_id>")
def one(version: int, employee_id: str) -> Response:
    """One employee, unwrapped. Version 1 no longer has this call; a switch brings it back."""
    box = sandbox()
    if version == 1 and not box.switches.has_single_employee_v1:
        raise answers.not_found("The resource")
    access.require(permissions.EMPLOYEE)
    feed, person = access.employee(employee_id)
    includes = access.allowed_includes(queries.includes(INCLUDES), permissions.SINGLE_INCLUDES)
    record = feed.record_maker(RecordOptions(version, includes, _email_type()))(person)

    return answers.encoded(box.overlay.record(person.employee_id, record))


def _email_type() -> str:
    value = request.args.get("emailType", "Work")
    if value not in _EMAIL_TYPES:
        raise answers.invalid("emailType", "The value is not valid; use Work or Home.")

    return value
