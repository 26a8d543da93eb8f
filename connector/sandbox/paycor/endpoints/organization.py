"""Legal entities, departments and work locations, and whether the API is there at all."""

from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.company.samples import DEPARTMENTS, LOCATIONS
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.state.sandbox import grant
from connector.sandbox.paycor.wire import answers
from connector.sandbox.paycor.wire.paging import ListedRows

blueprint = Blueprint("organization", __name__)


@blueprint.get("/api/health/ping")
def ping() -> Response:
    """Whether the API answers: the connection test of some clients. Needs no permission; the body is not described."""
    return answers.as_json("pong")


@blueprint.get("/v1/legalentities/activatedlegalentitytenantlist")
def activated() -> Response:
    """The legal entities that the activation covers; needs no permission."""
    tenant_id = grant().tenant_id
    pairs = [{"legalEntityId": id_, "tenantId": tenant_id} for id_ in access.covered_entities()]

    return answers.as_json({"userLegalEntities": pairs})


@blueprint.get("/v1/legalentities/<int:legal_entity_id>")
def legal_entity(legal_entity_id: int) -> Response:
    """One legal entity; `include=BusinessNames` needs a permission of its own."""
    access.require(permissions.ENTITY)
    feed = access.feed_of(legal_entity_id)
    includes = {value.lower() for value in request.args.getlist("include")}
    if includes - {"all", "businessnames"}:
        raise answers.invalid("include", "The value is not valid; use All or BusinessNames.")
    if includes:
        access.require(permissions.ENTITY_NAMES)

    return answers.as_json(_legal_entity(feed, with_names=bool(includes)))


def _legal_entity(feed: EntityFeed, *, with_names: bool) -> dict[str, Any]:
    entity, tenant = feed.entity, feed.company.tenant
    base = f"/v1/legalentities/{entity.id}"

    def reference(name: str) -> dict[str, str]:
        return {"id": str(entity.id), "url": f"{base}/{name}"}

    names = [{"type": "Legal", "name": entity.name, "addresses": []}]
    return {
        "id": entity.id,
        "name": entity.name,
        "taxFilingName": entity.name,
        "federalId": None,
        "type": "LLC" if entity.name.endswith("LLC") else "Corporation",
        "isLost": False,
        "businessNames": names if with_names else None,
        "taxFilingBusinessNames": names if with_names else None,
        "tenant": {"id": str(tenant.id), "url": f"/v1/tenants/{tenant.id}"},
        **{name: reference(name) for name in ("employees", "persons", "earnings", "deductions", "taxes")},
        "settings": reference("settings"),
    }


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/departments")
def departments(version: int, legal_entity_id: int) -> Response:
    """The departments of a legal entity; `description` is the name."""
    access.require(permissions.DEPARTMENTS)

    return access.paged_answer(ListedRows(_departments(access.feed_of(legal_entity_id), version)))


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/departments/<id_>")
def department(version: int, legal_entity_id: int, id_: str) -> Response:
    """One department."""
    access.require(permissions.DEPARTMENT)

    return _one("The department", _departments(access.feed_of(legal_entity_id), version), id_)


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/worklocations")
def work_locations(version: int, legal_entity_id: int) -> Response:
    """The work locations of a legal entity."""
    access.require(permissions.WORK_LOCATIONS)

    return access.paged_answer(ListedRows(_work_locations(access.feed_of(legal_entity_id), version)))


@blueprint.get("/v<int(min=1, max=2):version>/legalentities/<int:legal_entity_id>/worklocations/<id_>")
def work_location(version: int, legal_entity_id: int, id_: str) -> Response:
    """One work location."""
    access.require(permissions.WORK_LOCATION)

    return _one("The work location", _work_locations(access.feed_of(legal_entity_id), version), id_)


def _one(what: str, records: list[dict[str, Any]], id_: str) -> Response:
    for record in records:
        if record["id"] == id_.lower():
            return answers.as_json(record)
    raise answers.not_found(what)


def _departments(feed: EntityFeed, version: int) -> list[dict[str, Any]]:
    extra = {"customFieldValues": None} if version == 2 else {}
    return [
        {
            "id": feed.department_ids[index],
            "code": sample.code,
            "description": sample.name,
            "parentId": None if sample.parent is None else feed.department_ids[sample.parent],
            "level": 2 if sample.parent is None else 3,
            "payrollId": feed.payroll_id,
            "payrollDescription": f"{feed.entity.name} Biweekly",
            "workLocationId": feed.location_ids[index % len(LOCATIONS)],
            "workLocationName": LOCATIONS[index % len(LOCATIONS)].name,
            **extra,
        }
        for index, sample in enumerate(DEPARTMENTS)
    ]


@blueprint.get("/v1/tenants/<int:tenant_id>")
def tenant(tenant_id: int) -> Response:
    """The tenant and its legal entities."""
    access.require(permissions.TENANT)
    found = access.company_of(tenant_id).tenant
    entities = [{"id": str(one.id), "url": f"/v1/legalentities/{one.id}"} for one in found.entities]

    return answers.as_json({"id": found.id, "name": found.name, "legalEntities": entities})


@blueprint.get("/v1/tenants/<int:tenant_id>/worklocations")
def tenant_work_locations(tenant_id: int) -> Response:
    """The work locations of all legal entities of a tenant, with fewer fields."""
    access.require(permissions.TENANT_WORK_LOCATIONS)
    found = access.company_of(tenant_id).tenant
    reference = {"id": str(found.id), "url": f"/v1/tenants/{found.id}"}
    listed = [
        {**{name: record[name] for name in ("id", "name", "addresses", "phones")}, "tenant": reference}
        for entity_id in access.covered_entities()
        for record in _work_locations(access.feed_of(entity_id), 1)
    ]

    return access.paged_answer(ListedRows(listed))


def _phones(index: int) -> list[dict[str, Any]]:
    """The telephone of a work location; one in four has none."""
    if index % 4 == 3:
        return []
    number = {"countryCode": "+1", "areaCode": "937", "phoneNumber": f"555-01{index:02d}"}

    return [{**number, "type": "Voice", "subscriberNumber": None}]


def _work_locations(feed: EntityFeed, version: int) -> list[dict[str, Any]]:
    extra = {"payrollCustomValues": None} if version == 2 else {}
    records = []
    for index, sample in enumerate(LOCATIONS):
        physical = {
            "streetLine1": sample.street,
            "streetLine2": None,
            "suite": None,
            "city": sample.city,
            "state": sample.state,
            "country": sample.country,
            "county": sample.county,
            "zipCode": sample.zip_code,
            "type": "Physical",
        }
        mailing = {**physical, "streetLine1": f"P.O. Box {100 + index}", "type": "Mailing"}
        records.append(
            {
                "id": feed.location_ids[index],
                "name": sample.name,
                "addresses": [mailing, physical],
                "phones": _phones(index),
                "locationNumber": f"{index + 1:02d}",
                "storeId": None,
                "isFmlaEligible": sample.country == "USA",
                **extra,
            }
        )
    return records
