"""The lists that a legal entity or a tenant has set up: job titles, reasons for a change of status, services."""

from typing import Any

from flask import Blueprint, Response

from connector.sandbox.company import Tenant, ids
from connector.sandbox.company.samples import DEPARTURES, JOBS, LEAVES, SUPERVISOR
from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.state.sandbox import sandbox
from connector.sandbox.paycor.wire import answers
from connector.sandbox.paycor.wire.paging import ListedRows

blueprint = Blueprint("catalogues", __name__)

_CHIEF = ("Chief Executive", "CE1")
_ARCHIVED = ("Switchboard Operator", "SW1")
_EEO_CATEGORIES = 9
_REASONS = {
    "Termination": (*(reason for _, reason in DEPARTURES), "Transfer", "Deceased"),
    "ReturnFromLeave": ("Returned as planned", "Returned early"),
    "PlaceOnLeave": tuple(reason for _, reason in LEAVES),
}
_SERVICES = ("payroll", "onboarding", "performTime", "recruiting", "benefits", "learningManagement")
_SERVICES_USED = frozenset({"payroll", "onboarding", "benefits"})


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/jobtitles")
def of_legal_entity(legal_entity_id: int) -> Response:
    """The job titles of the tenant, which is where Paycor keeps them."""
    access.require(permissions.JOB_TITLES)

    return access.paged_answer(ListedRows(_job_titles(access.feed_of(legal_entity_id).company.tenant)))


@blueprint.get("/v1/tenants/<int:tenant_id>/jobtitles")
def of_tenant(tenant_id: int) -> Response:
    """The same list, by tenant."""
    access.require(permissions.TENANT_JOB_TITLES)

    return access.paged_answer(ListedRows(_job_titles(access.company_of(tenant_id).tenant)))


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/statusreasons/<category>")
def status_reasons(legal_entity_id: int, category: str) -> Response:
    """The reasons of a category as a bare array, without pages."""
    access.require(permissions.STATUS_REASONS)
    entity = access.feed_of(legal_entity_id).entity
    name = next((known for known in _REASONS if known.lower() == category.lower()), None)
    if name is None:
        raise answers.invalid("statusCategory", f"The value is not valid; use one of {', '.join(_REASONS)}.")
    space = ids.IdSpace(sandbox().seed, ids.STATUS_REASON, entity.id)
    first = 16 * list(_REASONS).index(name)

    return answers.as_json(
        [
            {"id": space.id_of(first + index), "statusCategory": name, "value": reason}
            for index, reason in enumerate(_REASONS[name])
        ]
    )


@blueprint.get("/v1/legalentities/<int:legal_entity_id>/services")
def services(legal_entity_id: int) -> Response:
    """Which of Paycor's services the legal entity uses."""
    access.require(permissions.SERVICES)
    access.feed_of(legal_entity_id)

    return answers.as_json({**{name: name in _SERVICES_USED for name in _SERVICES}, "timeService": "None"})


def _job_titles(tenant: Tenant) -> list[dict[str, Any]]:
    space = ids.IdSpace(sandbox().seed, ids.JOB_TITLE, tenant.entities[0].id)
    titles = [(title, job.code) for job in (*JOBS, SUPERVISOR) for title in (job.title, job.next_title)]
    return [
        {
            "jobTitleId": space.id_of(index),
            "jobTitle": title,
            "jobCode": code,
            "jobCategory": None if index % 7 == 0 else 1 + index % _EEO_CATEGORIES,
            "isArchived": (title, code) == _ARCHIVED,
            "tenant": {"id": str(tenant.id), "url": f"/v1/tenants/{tenant.id}"},
        }
        for index, (title, code) in enumerate((*titles, _CHIEF, _ARCHIVED))
    ]
