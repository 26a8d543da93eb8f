"""What an HTTP answer of Paycor says, read the same way for token calls and for API calls.

In: a response; out: values to judge by. Nothing of a body ever leaves here except a correlation id, which Paycor's
support asks for, and only if it looks like one.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
import requests
from marshmallow import ValidationError

from connector.paycor.schemas import Complaint, ComplaintSchema

#: What Paycor's own 429 text names, used when an answer names nothing.
DEFAULT_RETRY_AFTER_S = 60.0

_SECONDS = re.compile(r"(\d{1,5}) second", re.IGNORECASE)
_CORRELATION_ID = re.compile(r"[0-9a-f-]{8,36}", re.IGNORECASE)
_COMPLAINT = ComplaintSchema()


def json_object(body: bytes) -> dict[str, object] | None:
    """The JSON object that a body is; None when it is anything else."""
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def is_json(response: requests.Response, body: bytes) -> bool:
    """Whether an answer claims, and begins as, a JSON object or list; its end is checked by whoever decodes it."""
    kind = response.headers.get("Content-Type", "application/json")
    return "json" in kind.lower() and body.lstrip()[:1] in (b"{", b"[")


def complaint(response: requests.Response) -> Complaint:
    """What an error answer says; empty when its body is not JSON."""
    try:
        return _read(json_object(response.content) or {})
    except ValidationError:
        return Complaint()


def _read(body: Mapping[str, object]) -> Complaint:
    loaded = _COMPLAINT.load(body)
    return loaded if isinstance(loaded, Complaint) else Complaint()


def is_about_key(said: Complaint) -> bool:
    """Whether the gateway refused the subscription key, as opposed to the token."""
    return "subscription key" in said.message.lower()


def reference(said: Complaint) -> str:
    """The end of a message that lets Paycor's support find the call; empty when there is none."""
    found = _CORRELATION_ID.fullmatch(said.correlation_id)
    return f" (Paycor correlation id {said.correlation_id})" if found else ""


def retry_after_s(response: requests.Response, now: datetime) -> float:
    """How long Paycor asks to wait: its header, else the seconds in its text, else a minute; never negative."""
    header = response.headers.get("Retry-After", "").strip()
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        named = _SECONDS.search(complaint(response).message)
        return float(named[1]) if named else DEFAULT_RETRY_AFTER_S
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())
