"""Certifications: those of an employee, added and changed, and those that the legal entity has set up.

Duplicates are accepted, and one POST looks like its repetition, as at the real Paycor.
"""

from typing import Any
from uuid import uuid4

import msgspec
from flask import Blueprint, Response

from connector.sandbox.company import Person, ids
from connector.sandbox.company.certificates import (
    CERTIFICATIONS,
    MOST_CERTIFICATES,
    ORGANIZATIONS,
    SampleCertificate,
    certificates,
)
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers, bodies
from connector.sandbox.paycor.wire.paging import ListedRows

blueprint = Blueprint("certifications", __name__)

_KIND = "certification"
#: Store kinds of the names that clients have added to the lists of a tenant.
_ADDED_NAME, _ADDED_ORGANIZATION = "certification name", "certification organization"

Item = dict[str, Any]


@blueprint.get("/v1/employees/<employee_id>/certifications")
def of_employee(employee_id: str) -> Response:
    """An employee's certifications: the generated ones, then the added ones."""
    access.require(permissions.CERTIFICATES)
    feed, person = access.employee(employee_id)

    return access.paged_answer(ListedRows(list(_certifications_of(feed, person).values())))


@blueprint.post("/v1/employees/<employee_id>/certifications")
def add(employee_id: str) -> Response:
    """Add a certification and answer with its id; the same one again is another one."""
    access.require(permissions.WRITE_CERTIFICATES)
    feed, person = access.employee(employee_id)
    body = bodies.json_object()
    name = (bodies.text_of(body, "certificationName", is_required=True) or "").strip()
    organization = bodies.text_of(body, "certificationOrganizationName")
    item = {
        "certificationId": _id_of_name(feed, name, CERTIFICATIONS, ids.CERTIFICATION, _ADDED_NAME),
        "certificationName": name,
        "certificationNumber": bodies.text_of(body, "certificationNumber"),
        "certificationOrganizationName": organization,
        "certificationOrganizationId": organization
        and _id_of_name(feed, organization, ORGANIZATIONS, ids.ORGANIZATION, _ADDED_ORGANIZATION),
        "employeeCertificationId": str(uuid4()),
        **_changeable(body),
    }
    return _store(person, item)


@blueprint.put("/v1/employees/<employee_id>/certifications")
def change(employee_id: str) -> Response:
    """Change number, dates and notes of the certification named in the body; its name stays."""
    access.require(permissions.WRITE_CERTIFICATES)
    feed, person = access.employee(employee_id)
    body = bodies.json_object()
    certification_id = bodies.text_of(body, "employeeCertificationId", is_required=True) or ""
    item = _certifications_of(feed, person).get(certification_id.lower())
    if item is None:
        raise answers.not_found("The employee certification")
    number = bodies.text_of(body, "certificationNumber")
    sent = {name: value for name, value in _changeable(body).items() if name in body}

    return _store(
        person, item | sent | ({"certificationNumber": number} if "certificationNumber" in body else {})
    )


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/certifications")
def of_legal_entity(legal_entity_id: int) -> Response:
    """The certifications that are set up."""
    access.require(permissions.CERTIFICATIONS)
    feed = access.feed_of(legal_entity_id)
    names = _names(feed, CERTIFICATIONS, ids.CERTIFICATION, _ADDED_NAME)

    return access.paged_answer(
        ListedRows([{"certificationId": id_, "certificationName": name} for name, id_ in names.values()])
    )


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/certificationorganizations")
def organizations(legal_entity_id: int) -> Response:
    """The organizations that are set up."""
    access.require(permissions.ORGANIZATIONS)
    feed = access.feed_of(legal_entity_id)
    names = _names(feed, ORGANIZATIONS, ids.ORGANIZATION, _ADDED_ORGANIZATION)
    listed = [
        {"certificationOrganizationId": id_, "certificationOrganizationName": name}
        for name, id_ in names.values()
    ]
    return access.paged_answer(ListedRows(listed))


def _changeable(body: dict[str, Any]) -> Item:
    days = {name: bodies.day_of(body, name) for name in ("effectiveDate", "expirationDate")}
    if days["effectiveDate"] and days["expirationDate"] and days["expirationDate"] < days["effectiveDate"]:
        raise answers.invalid("expirationDate", "is before the effective date")

    return {
        "notes": bodies.text_of(body, "notes"),
        **{name: day and f"{day}T00:00:00" for name, day in days.items()},
    }


def _store(person: Person, item: Item) -> Response:
    id_ = item["employeeCertificationId"]
    sandbox().store.write(_KIND, person.employee_id, id_, msgspec.json.encode(item).decode())
    url = f"/v1/employees/{person.employee_id}/certifications"

    return answers.as_json({"resourceUrl": {"id": id_, "url": url}})


def _certifications_of(feed: EntityFeed, person: Person) -> dict[str, Item]:
    """An employee's certifications by their id; what clients wrote replaces what was generated."""
    company = feed.company
    space = ids.IdSpace(company.seed, ids.EMPLOYEE_CERTIFICATION, feed.entity.id)
    first = person.index * MOST_CERTIFICATES
    defaults = {
        space.id_of(first + position): _item(feed, one, space.id_of(first + position))
        for position, one in enumerate(
            certificates(person.index, company.random_bytes(person.index), company.anchor)
        )
    }
    written = sandbox().store.written(_KIND, person.employee_id)

    return defaults | {id_: msgspec.json.decode(body) for id_, body in written.items()}


def _item(feed: EntityFeed, one: SampleCertificate, id_: str) -> Item:
    organization = None if one.organization is None else ORGANIZATIONS[one.organization]
    return {
        "certificationId": _space(feed, ids.CERTIFICATION).id_of(one.name),
        "certificationName": CERTIFICATIONS[one.name],
        "certificationNumber": one.number,
        "certificationOrganizationName": organization,
        "certificationOrganizationId": None
        if one.organization is None
        else _space(feed, ids.ORGANIZATION).id_of(one.organization),
        "employeeCertificationId": id_,
        "notes": one.notes,
        "effectiveDate": f"{one.effective_on}T00:00:00",
        "expirationDate": None if one.expires_on is None else f"{one.expires_on}T00:00:00",
    }


def _space(feed: EntityFeed, kind: str) -> ids.IdSpace:
    return ids.IdSpace(feed.company.seed, kind, feed.company.tenant.entities[0].id)


def _names(
    feed: EntityFeed, defaults: tuple[str, ...], id_kind: str, added_kind: str
) -> dict[str, tuple[str, str]]:
    """Name in small letters -> name and id; the names that clients added come last."""
    space = _space(feed, id_kind)
    names = [*defaults, *sandbox().store.written(added_kind, str(feed.company.tenant.id)).values()]

    return {name.lower(): (name, space.id_of(position)) for position, name in enumerate(names)}


def _id_of_name(feed: EntityFeed, name: str, defaults: tuple[str, ...], id_kind: str, added_kind: str) -> str:
    """The id of a name; an unknown name is added. Raises Refusal (400) when a switch forbids that."""
    found = _names(feed, defaults, id_kind, added_kind).get(name.lower())
    if found is not None:
        return found[1]
    if id_kind == ids.CERTIFICATION and sandbox().switches.unknown_certification == "refused":
        raise answers.invalid("certificationName", "is not a certification of this company")
    sandbox().store.write(added_kind, str(feed.company.tenant.id), name.lower(), name)

    return _names(feed, defaults, id_kind, added_kind)[name.lower()][1]
