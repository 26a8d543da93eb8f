"""Access to data: the permissions of the scope, and the legal entities that the activation covers."""

from collections.abc import Mapping

from flask import Response, request

from connector.sandbox.company import Company, Person
from connector.sandbox.paycor.data.entity import EntityFeed
from connector.sandbox.paycor.state.sandbox import call_context, grant, sandbox
from connector.sandbox.paycor.wire import answers, queries
from connector.sandbox.paycor.wire.paging import PageRequest, Rows, page


def covered_entities() -> list[int]:
    """The ids of the legal entities that the activation covers: those of the tenant whose user consented."""
    box = sandbox()
    withdrawn = box.switches.withdrawn_entities

    return [one.id for one in box.company(grant().tenant_id).tenant.entities if one.id not in withdrawn]


def require(permission: str) -> None:
    """Raise Refusal (403) when the scope lacks a permission."""
    if not sandbox().may(grant(), permission):
        raise answers.forbidden(f"This Access Token does not have the permission '{permission}'.")


def feed_of(legal_entity_id: int) -> EntityFeed:
    """A legal entity's feed. Raises Refusal (403) when the activation does not cover it."""
    feed = sandbox().feed(legal_entity_id)
    if feed is None or legal_entity_id not in covered_entities():
        raise answers.wrong_entity(legal_entity_id)

    return feed


def company_of(tenant_id: int) -> Company:
    """A tenant's company. Raises Refusal (403) when the activation is not of that tenant."""
    if tenant_id != grant().tenant_id:
        raise answers.forbidden(f"This Access Token does not have access to Tenant ID {tenant_id}.")

    return sandbox().company(tenant_id)


def employee(employee_id: str) -> tuple[EntityFeed, Person]:
    """An employee, as patched, and the feed they are in.

    Raises Refusal: 404 when no employee has the id, 403 when the activation does not cover the legal entity.
    """
    box = sandbox()
    for company in box.companies():
        index = company.index_of(employee_id)
        if index is not None:
            feed = feed_of(company.entity_of(index).id)
            person = box.overlay.person(company.person(index), box.today)
            if person is not None:
                return feed, person
    raise answers.not_found("The employee")


def allowed_includes(includes: frozenset[str], needed: dict[str, str]) -> frozenset[str]:
    """The blocks that may be sent. A missing permission raises Refusal (403) or drops the block: a switch decides."""
    missing = sorted(name for name in includes if not sandbox().may(grant(), needed[name]))
    if missing and sandbox().switches.missing_include == "403":
        require(needed[missing[0]])

    return includes.difference(missing)


def paged_answer(rows: Rows, filters: Mapping[str, str] | None = None) -> Response:
    """The answer with a page of any collection but employees: 100 records."""
    box = sandbox()
    size, token = box.switches.records_per_page, request.args.get("continuationToken")
    page_request = PageRequest(request.path, filters or {}, size, token, queries.kept_query())

    return answers.encoded(page(rows, page_request, box.seed, call_context().fault))
