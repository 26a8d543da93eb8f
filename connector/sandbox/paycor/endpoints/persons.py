"""Persons: the people behind employments. Private email, address and phones are here, never on an employee."""

from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.company import Company, Person
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.endpoints.person_records import PersonRecords
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers, queries

blueprint = Blueprint("persons", __name__)

#: The blocks that each call may include; one more each time.
_OF_ENTITY = tuple(list(permissions.PERSON_INCLUDES)[:9])
_OF_TENANT = (*_OF_ENTITY, "EmergencyContact")
_OF_EMPLOYEE = (*_OF_TENANT, "CustomIdentifiers")


class PersonRows:
    """The persons of a legal entity as rows of a page, each at the position of their first employment in it."""

    def __init__(self, feed: EntityFeed, records: PersonRecords) -> None:
        """`records` makes the record of each person."""
        self._feed, self._records = feed, records

    def size(self) -> int:
        """How many positions the feed has."""
        return self._feed.size

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position; None where an earlier position has the same person."""
        company, entity = self._feed.company, self._feed.entity
        index = company.index_at(entity, position)
        employments = company.employments(index)
        if next(one for one in employments if company.entity_of(one) == entity) != index:
            return None

        return self._records.person(employments)


class TenantPersonRows:
    """The persons of a tenant as thin records."""

    def __init__(self, company: Company, records: PersonRecords) -> None:
        """`records` makes the record of each person."""
        self._company, self._records = company, records
        self._covered = frozenset(access.covered_entities())

    def size(self) -> int:
        """How many employments the tenant has."""
        return self._company.head_count

    def row(self, position: int) -> dict[str, Any] | None:
        """The record at a position; None where an earlier position has the same person, or none is covered."""
        employments = self._company.employments(position)
        entity_ids = {self._company.entity_of(index).id for index in employments}

        return (
            self._records.thin(employments)
            if employments[0] == position and entity_ids & self._covered
            else None
        )


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/persons")
def of_legal_entity(legal_entity_id: int) -> Response:
    """All persons of a legal entity, 100 a page."""
    access.require(permissions.PERSONS)
    feed = access.feed_of(legal_entity_id)

    return access.paged_answer(PersonRows(feed, _person_records(feed.company, _OF_ENTITY)))


@blueprint.get("/v1/tenants/<int:tenant_id>/persons")
def of_tenant(tenant_id: int) -> Response:
    """All persons of a tenant as thin records, 100 a page."""
    access.require(permissions.TENANT_PERSONS)
    company = access.company_of(tenant_id)

    return access.paged_answer(TenantPersonRows(company, PersonRecords(company, sandbox(), frozenset())))


@blueprint.get("/v1/tenants/<int:tenant_id>/persons/<person_id>")
def one(tenant_id: int, person_id: str) -> Response:
    """One person by person id."""
    access.require(permissions.PERSON)
    company = access.company_of(tenant_id)
    index = company.index_of_person(person_id)
    records = _person_records(company, _OF_TENANT)

    return _person_answer(None if index is None else records.person(company.employments(index)))


@blueprint.get("/v1/employees/<employee_id>/person")
def of_employee(employee_id: str) -> Response:
    """The person behind an employee."""
    access.require(permissions.EMPLOYEE_PERSON)
    feed, person = access.employee(employee_id)
    records = _person_records(feed.company, _OF_EMPLOYEE)

    return _person_answer(records.person(feed.company.employments(person.index)))


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/employeesidentifyingdata")
def identifying(version: int, legal_entity_id: int) -> Response:
    """Names, numbers and, with a separate permission, SSN and birth date; `include` filters by status."""
    access.require(permissions.IDENTIFYING)
    feed = access.feed_of(legal_entity_id)
    statuses = {value.lower() for value in request.args.getlist("include")}
    if statuses - {"active", "inactive"}:
        raise answers.invalid("include", "The value is not valid; use Active or Inactive.")

    return access.paged_answer(
        _IdentifyingRows(feed, statuses), {"include": ",".join(sorted(statuses))} if statuses else {}
    )


class _IdentifyingRows:
    def __init__(self, feed: EntityFeed, statuses: set[str]) -> None:
        self._feed, self._statuses = feed, statuses
        self._records = PersonRecords(feed.company, sandbox(), frozenset())

    def size(self) -> int:
        return self._feed.size

    def row(self, position: int) -> dict[str, Any] | None:
        person: Person = self._feed.person_at(position)
        record = self._records.identity(person)

        return record if not self._statuses or record["status"].lower() in self._statuses else None


def _person_records(company: Company, allowed: tuple[str, ...]) -> PersonRecords:
    includes = access.allowed_includes(queries.includes(allowed), permissions.PERSON_INCLUDES)
    includes_unpaid = request.args.get("includeUnpaidWorkersDetails", "false").lower() == "true"

    return PersonRecords(
        company, sandbox(), includes, includes_unpaid=includes_unpaid or allowed is not _OF_ENTITY
    )


def _person_answer(record: dict[str, Any] | None) -> Response:
    if record is None:
        raise answers.not_found("The person")

    return answers.as_json(record)
