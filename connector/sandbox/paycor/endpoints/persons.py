"""Persons: the humans behind employments. Their private address and phones are here, never on an employee."""

from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.company import Company, Person
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.endpoints.humans import Teller
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers, queries

blueprint = Blueprint("persons", __name__)

#: What may be included by call; one more each time.
_OF_ENTITY = tuple(list(permissions.PERSON_INCLUDES)[:9])
_OF_TENANT = (*_OF_ENTITY, "EmergencyContact")
_OF_EMPLOYEE = (*_OF_TENANT, "CustomIdentifiers")


class PersonRows:
    """The humans of a legal entity as rows of a page; each stands where their first employment in it does."""

    def __init__(self, feed: EntityFeed, tell: Teller) -> None:
        """`tell` makes the records."""
        self._feed, self._tell = feed, tell

    def size(self) -> int:
        """How many positions the feed has."""
        return self._feed.size

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position; None where an earlier position has the same human."""
        company, entity = self._feed.company, self._feed.entity
        index = company.index_at(entity, position)
        employments = company.employments(index)
        if next(one for one in employments if company.entity_of(one) == entity) != index:
            return None

        return self._tell.person(employments)


class TenantPersonRows:
    """The humans of a tenant, in few words."""

    def __init__(self, company: Company, tell: Teller) -> None:
        """`tell` makes the records."""
        self._company, self._tell = company, tell
        self._covered = frozenset(access.covered_entities())

    def size(self) -> int:
        """How many employments the tenant has."""
        return self._company.head_count

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position; None where an earlier position has the same human, or none is covered."""
        employments = self._company.employments(position)
        entity_ids = {self._company.entity_of(index).id for index in employments}

        return (
            self._tell.thin(employments)
            if employments[0] == position and entity_ids & self._covered
            else None
        )


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/persons")
def of_legal_entity(legal_entity_id: int) -> Response:
    """Everybody of a legal entity, 100 a page."""
    access.require(permissions.PERSONS)
    feed = access.feed_of(legal_entity_id)

    return access.paged(PersonRows(feed, _teller(feed.company, _OF_ENTITY)))


@blueprint.get("/v1/tenants/<int:tenant_id>/persons")
def of_tenant(tenant_id: int) -> Response:
    """Everybody of a tenant in few words, 100 a page."""
    access.require(permissions.TENANT_PERSONS)
    company = access.company_of(tenant_id)

    return access.paged(TenantPersonRows(company, Teller(company, sandbox(), frozenset())))


@blueprint.get("/v1/tenants/<int:tenant_id>/persons/<person_id>")
def one(tenant_id: int, person_id: str) -> Response:
    """One human by person id."""
    access.require(permissions.PERSON)
    company = access.company_of(tenant_id)
    index = company.index_of_person(person_id)
    tell = _teller(company, _OF_TENANT)

    return _told(None if index is None else tell.person(company.employments(index)))


@blueprint.get("/v1/employees/<employee_id>/person")
def of_employee(employee_id: str) -> Response:
    """The human behind an employee."""
    access.require(permissions.EMPLOYEE_PERSON)
    feed, person = access.employee(employee_id)
    tell = _teller(feed.company, _OF_EMPLOYEE)

    return _told(tell.person(feed.company.employments(person.index)))


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/employeesidentifyingdata")
def identifying(version: int, legal_entity_id: int) -> Response:
    """Names, numbers and, with a permission of their own, what no application should ask for; `include` filters."""
    access.require(permissions.IDENTIFYING)
    feed = access.feed_of(legal_entity_id)
    wanted = {value.lower() for value in request.args.getlist("include")}
    if wanted - {"active", "inactive"}:
        raise answers.invalid("include", "The value is not valid; use Active or Inactive.")

    return access.paged(
        _IdentifyingRows(feed, wanted), {"include": ",".join(sorted(wanted))} if wanted else {}
    )


class _IdentifyingRows:
    def __init__(self, feed: EntityFeed, wanted: set[str]) -> None:
        self._feed, self._wanted = feed, wanted
        self._tell = Teller(feed.company, sandbox(), frozenset())

    def size(self) -> int:
        return self._feed.size

    def row(self, position: int) -> dict[str, Any] | None:
        person: Person = self._feed.person_at(position)
        record = self._tell.identity(person)

        return record if not self._wanted or record["status"].lower() in self._wanted else None


def _teller(company: Company, known: tuple[str, ...]) -> Teller:
    includes = access.allowed_includes(queries.includes(known), permissions.PERSON_INCLUDES)
    wants_unpaid = request.args.get("includeUnpaidWorkersDetails", "false").lower() == "true"

    return Teller(company, sandbox(), includes, tells_unpaid=wants_unpaid or known is not _OF_ENTITY)


def _told(record: dict[str, Any] | None) -> Response:
    if record is None:
        raise answers.not_found("The person")

    return answers.as_json(record)
