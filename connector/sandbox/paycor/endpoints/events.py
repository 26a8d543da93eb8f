"""Events: the mock notification, really posted to the address in the request, which must be on this machine."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import requests
from flask import Blueprint, Response

from connector.sandbox.paycor.auth import access
from connector.sandbox.paycor.state.sandbox import EventDelivery, sandbox
from connector.sandbox.paycor.wire import answers, bodies

blueprint = Blueprint("events", __name__)

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
#: How long a receiver may take, in seconds.
TIMEOUT_S = 5
#: Event type -> the field it needs in addition to the common ones.
_EXTRA_FIELD = {"Employee.Modified": "itemId", "LegalEntity.Modified": "legalEntityId"}


@blueprint.post("/v1/events/mockevent")
def mock_event() -> Response:
    """Post an event to `notificationURL` with the secret as Authorization; answers 201 whatever the outcome."""
    body = bodies.json_object()
    address, secret, event_type, tenant_id = _checked(body)
    access.company_of(tenant_id)
    event = _event(body, event_type, tenant_id)
    sandbox().deliveries.append(
        EventDelivery(event["eventId"], event_type, sandbox().clock(), _posted(address, secret, event))
    )

    return answers.as_json(event, 201)


def _checked(body: dict[str, Any]) -> tuple[str, str, str, int]:
    """Address, secret, event type and tenant id. Raises Refusal (400) naming the missing or invalid field."""
    application = bodies.text_of(body, "applicationId", is_required=True) or ""
    address = bodies.text_of(body, "notificationURL", is_required=True) or ""
    secret = bodies.text_of(body, "notificationSecret", is_required=True) or ""
    event_type = bodies.text_of(body, "eventType", is_required=True) or ""
    _require_guid("applicationId", application)
    if not _is_here(address):
        raise answers.invalid(
            "notificationURL", "must be http or https on this machine: the sandbox posts nowhere else"
        )
    extra_field = _EXTRA_FIELD.get(event_type)
    if extra_field is not None and not body.get(extra_field):
        raise answers.invalid(extra_field, f"is required for {event_type}")
    if body.get("itemId"):
        _require_guid("itemId", bodies.text_of(body, "itemId") or "")
    if not secret.isprintable():
        raise answers.invalid("notificationSecret", "has characters that no header may have")

    return address, secret, event_type, _number(body, "tenantId")


def _is_here(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and parts.hostname in _THIS_MACHINE and parts.port != 0
    except ValueError:
        return False


def _require_guid(name: str, value: str) -> None:
    try:
        UUID(value)
    except ValueError as wrong:
        raise answers.invalid(name, "is not a GUID") from wrong


def _number(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise answers.invalid(name, "is required" if value is None else "must be a whole number")

    return value


def _event(body: dict[str, Any], event_type: str, tenant_id: int) -> dict[str, Any]:
    item_id, entity_id = body.get("itemId"), body.get("legalEntityId")
    entity_id = None if entity_id is None else _number(body, "legalEntityId")
    if item_id is not None:
        resource = {"id": item_id, "url": f"v1/employees/{item_id}"}
    else:
        resource = {"id": str(entity_id or tenant_id), "url": f"v1/legalentities/{entity_id}"}
        if entity_id is None:
            resource["url"] = f"v1/tenants/{tenant_id}"
    return {
        "eventType": event_type,
        "eventId": str(uuid4()),
        "tenantId": tenant_id,
        "legalEntityId": entity_id,
        "itemId": item_id,
        "extendedProperties": None,
        "changedFields": None,
        "resource": resource,
    }


def _posted(address: str, secret: str, event: dict[str, Any]) -> int | None:
    """Post the event; gives the status of the answer, None when there was none."""
    body = _pascal_case(event) if sandbox().switches.events_in_pascal_case else event
    session = requests.Session()
    session.trust_env = False
    try:
        with session.post(
            address,
            json=body,
            headers={"Authorization": secret},
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code
    except (requests.RequestException, UnicodeError):
        return None
    finally:
        session.close()


def _pascal_case(value: Any) -> Any:
    if not isinstance(value, dict):
        return value

    return {name[:1].upper() + name[1:]: _pascal_case(inner) for name, inner in value.items()}
