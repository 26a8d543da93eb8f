"""Reads Paycor's HTTP answers, for token calls and API calls alike: JSON, error bodies, Retry-After.

Of an error body, only the correlation id may go into a message, and only if it looks like one: Paycor's support asks
for it.
"""

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec
import requests
from marshmallow import ValidationError

from connector.paycor.schemas import ErrorBody, ErrorBodySchema
from connector.retries import pause_asked_s

#: The pause in Paycor's own 429 text, used when an answer names none.
DEFAULT_RETRY_AFTER_S = 60.0

_SECONDS = re.compile(r"(\d{1,5}) second", re.IGNORECASE)
_CORRELATION_ID = re.compile(r"[0-9a-f-]{8,36}", re.IGNORECASE)
_ERROR_BODY = ErrorBodySchema()

#: What a decoder raises for bytes that are not the JSON it expects; JSON nested too deep is a RecursionError.
NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def json_object(body: bytes) -> dict[str, object] | None:
    """The body as a JSON object; None when it is not one."""
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except NOT_JSON:
        return None


def is_json(response: requests.Response, body: bytes) -> bool:
    """Whether an answer says that it is JSON and starts as an object or list. The decoder checks the rest."""
    kind = response.headers.get("Content-Type", "application/json")
    return "json" in kind.lower() and body.lstrip()[:1] in (b"{", b"[")


def error_body(response: requests.Response) -> ErrorBody:
    """The body of an error answer; all fields are empty when it is not JSON."""
    try:
        return _load(json_object(response.content) or {})
    except ValidationError:
        return ErrorBody()


def _load(body: Mapping[str, object]) -> ErrorBody:
    loaded = _ERROR_BODY.load(body)
    return loaded if isinstance(loaded, ErrorBody) else ErrorBody()


def is_wrong_key(body: ErrorBody) -> bool:
    """Whether the gateway refused the subscription key, as opposed to the token."""
    return "subscription key" in body.message.lower()


def correlation_note(body: ErrorBody) -> str:
    """The correlation id as the end of an error message, for Paycor's support; empty when there is none."""
    is_id = _CORRELATION_ID.fullmatch(body.correlation_id)
    return f" (Paycor correlation id {body.correlation_id})" if is_id else ""


def retry_after_s(response: requests.Response, now: datetime) -> float:
    """The seconds that Paycor asks to wait, 0 to a day: from the header, else from the text, else 60."""
    asked_s = pause_asked_s(response.headers, now)
    if asked_s is not None:
        return asked_s
    seconds = _SECONDS.search(error_body(response).message)
    return float(seconds[1]) if seconds else DEFAULT_RETRY_AFTER_S
