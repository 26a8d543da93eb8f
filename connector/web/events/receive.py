"""The one address that is not a page: Paycor sends its events to it, without a sign-in.

In: a POST with a secret in its path and another one as its Authorization; out: 202 at once, or the reason as a status
without a body. It uses no browser session, so the LMS's protection against forged forms skips it: a forger would have
to know both secrets.
"""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from connector.errors import ConnectorError
from connector.services.events import MAX_BODY_BYTES, Delivery
from connector.web.frame.access import services
from connector.web.frame.csrf import skip_csrf_of_the_lms

#: The blueprint's own name: every address of the pages' blueprint asks for an admin.
NAME = "connector_events"
ENDPOINT = f"{NAME}.receive"

_STATUS = {
    Delivery.ACCEPTED: 202,
    Delivery.UNKNOWN_ADDRESS: 404,
    Delivery.UNAUTHORIZED: 401,
    Delivery.TOO_MANY: 429,
    Delivery.NOT_AN_EVENT: 400,
}


def blueprint() -> Blueprint:
    """The address, which the host registers under the mount that the manifest names, beside the pages."""
    events = Blueprint(NAME, __name__)
    skip_csrf_of_the_lms(events)
    events.register_error_handler(ConnectorError, _unavailable)
    events.add_url_rule("/events/<path>", "receive", receive, methods=("POST",))
    return events


def receive(path: str) -> Response:
    """Accept one event; a run in the background reads the employee again."""
    services().views.check_schema()
    if (request.content_length or 0) > MAX_BODY_BYTES:
        return Response(status=413)
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return Response(status=413)
    delivery = services().events.receive(path, request.headers.get("Authorization", ""), body)
    headers = {"Retry-After": "60"} if delivery is Delivery.TOO_MANY else {}
    return Response(status=_STATUS[delivery], headers=headers)


def _unavailable(error: ConnectorError) -> Response:
    """The schema is behind, or another error that concerns the operator of the LMS, not Paycor."""
    return Response(status=503)
