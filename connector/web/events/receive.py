"""The one address that is no page: Paycor's events come in by it, and nobody is signed in there.

In: a POST with a secret in its path and another one as its Authorization; out: 202 at once, or why not, as a status
without a body. A browser's session plays no part in it, so the LMS's protection against forged forms is told to let it
pass: a forged request would have to know both secrets.
"""

from typing import Any

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from connector.errors import ConnectorError
from connector.services.events import MAX_BODY_BYTES, Delivery
from connector.web.frame.access import services

#: The blueprint's name; it is not the pages' own, whose every address belongs to an admin.
NAME = "connector_events"
ENDPOINT = f"{NAME}.receive"

_STATUS = {
    Delivery.TAKEN: 202,
    Delivery.NO_SUCH_DOOR: 404,
    Delivery.NOT_PAYCOR: 401,
    Delivery.TOO_MANY: 429,
    Delivery.NOT_AN_EVENT: 400,
}


def blueprint() -> Blueprint:
    """The address, to be registered under the mount that the manifest names, beside the pages."""
    events = Blueprint(NAME, __name__)

    def let_pass(endpoint: str | None, values: dict[str, Any] | None) -> None:
        """Tell Flask-WTF, if the LMS has it. This comes before any of its checks, whoever was installed first."""
        forms = current_app.extensions.get("csrf")
        if forms is not None:
            forms.exempt(events)

    events.url_value_preprocessor(let_pass)
    events.register_error_handler(ConnectorError, _not_now)
    events.add_url_rule("/events/<path>", "receive", receive, methods=("POST",))
    return events


def receive(path: str) -> Response:
    """Take one event; what follows from it is done in the background."""
    services().views.check_schema()
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return Response(status=413)
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return Response(status=413)
    heard = services().events.receive(path, request.headers.get("Authorization", ""), body)
    headers = {"Retry-After": "60"} if heard is Delivery.TOO_MANY else {}
    return Response(status=_STATUS[heard], headers=headers)


def _not_now(error: ConnectorError) -> Response:
    """The schema is behind, or something else that only whoever runs the LMS is told about."""
    return Response(status=503)
