"""Paycor's answers, above all its error bodies, in the casing they have on the wire.

Errors are PascalCase although data is camelCase; the gateway in front of the API has yet another form,
and a missing or expired access token gets an empty body.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec
from flask import Response, request

_MISSING_KEY = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
_UNKNOWN_KEY = (
    "Access denied due to invalid subscription key. "
    "Make sure to provide a valid key for an active subscription."
)
#: The endpoint that reads custom fields by POST.
SPEAKS_PROBLEM_DETAILS = "custom_fields.of_legal_entity"


class Refusal(Exception):
    """Ends a call with a Paycor error; `source` names the fields at fault."""

    def __init__(self, status: int, title: str, detail: str, source: Mapping[str, str] | None = None) -> None:
        """`status` is the HTTP status; people read `detail`."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.source = source


def as_json(body: object, status: int = 200) -> Response:
    """Any body as a JSON answer."""
    return Response(json.dumps(body), status=status, mimetype="application/json")


def encoded(body: Any) -> Response:
    """A body that may hold structs as a JSON answer."""
    return Response(msgspec.json.encode(body), mimetype="application/json")


def paycor_error(
    status: int,
    title: str,
    detail: str,
    source: Mapping[str, str] | None = None,
    *,
    sent_as: int | None = None,
) -> Response:
    """A Paycor error with a correlation id of its own; `sent_as` gives it another HTTP status.

    The one endpoint whose 4xx are problem details (RFC 7807) gets those instead.
    """
    if status < 500 and request.endpoint == SPEAKS_PROBLEM_DETAILS:
        return _problem_details(status, title, detail)
    body = {"CorrelationId": str(uuid4()), "Title": title, "Detail": detail, "Source": source}

    return as_json(body, sent_as or status)


def _problem_details(status: int, title: str, detail: str) -> Response:
    """An RFC 7807 error: the keys in small letters, and another content type."""
    answer = as_json(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path},
        status,
    )
    answer.mimetype = "application/problem+json"

    return answer


def refusal_answer(refusal: Refusal) -> Response:
    """A refusal as an answer."""
    return paycor_error(refusal.status, refusal.title, refusal.detail, refusal.source)


def invalid(field: str, reason: str) -> Refusal:
    """The refusal of a request with one invalid field."""
    return Refusal(400, "Validation Error", "One or more fields are not valid.", {field: reason})


def not_found(what: str) -> Refusal:
    """The refusal for a route or an id that does not exist."""
    return Refusal(404, "Not Found", f"{what} was not found.")


def forbidden(detail: str) -> Refusal:
    """The refusal for a token that lacks a permission."""
    return Refusal(403, "Forbidden", detail)


def wrong_entity(legal_entity_id: int) -> Refusal:
    """The refusal for a legal entity that the activation does not cover, or that does not exist."""
    return forbidden(f"This Access Token does not have access to Legal Entity ID {legal_entity_id}.")


def bad_subscription_key(*, is_missing: bool) -> Response:
    """The gateway's 401: the call never reached the API."""
    return as_json({"statusCode": 401, "message": _MISSING_KEY if is_missing else _UNKNOWN_KEY}, 401)


def bad_access_token() -> Response:
    """The API's 401: without a body, except at the endpoint with problem details."""
    if request.endpoint == SPEAKS_PROBLEM_DETAILS:
        return _problem_details(401, "Unauthorized", "The access token is missing or has expired.")

    return empty(401)


def empty(status: int) -> Response:
    """An answer without a body, and so without a content type."""
    answer = Response(status=status)
    del answer.headers["Content-Type"]

    return answer


def rate_limited(*, says_when: bool, wait_s: int = 60) -> Response:
    """The gateway's 429; `says_when` adds a Retry-After header, which Paycor may or may not send."""
    answer = as_json({"message": f"Rate limit is exceeded. Try again in {wait_s} seconds."}, 429)
    if says_when:
        answer.headers["Retry-After"] = str(wait_s)

    return answer


def oauth_error(error: str, description: str, status: int = 400) -> Response:
    """An error of the token endpoint (RFC 6749, section 5.2)."""
    return as_json({"error": error, "error_description": description}, status)


def html(status: int, title: str) -> Response:
    """An HTML page, as a proxy on the way sends it."""
    return Response(
        f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>",
        status=status,
        mimetype="text/html",
    )
