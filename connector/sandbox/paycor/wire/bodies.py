"""The JSON bodies of calls that write, or that read by POST. A body that is no JSON, or the wrong JSON, is refused."""

from datetime import date
from typing import Any

from flask import request

from connector.sandbox.paycor.wire import answers


def json_body() -> Any:
    """The body as JSON of any form. Raises Refusal: 415 for another content type, 400 for unreadable JSON."""
    if request.mimetype != "application/json":
        raise answers.Refusal(415, "Unsupported Media Type", "Send the body as application/json.")
    body = request.get_json(silent=True)
    if body is None:
        raise answers.Refusal(400, "Bad Request", "The body is not valid JSON.")

    return body


def json_object() -> dict[str, Any]:
    """The body as a JSON object."""
    body = json_body()
    if not isinstance(body, dict):
        raise answers.Refusal(400, "Bad Request", "The body is not a JSON object.")

    return body


def text_of(body: dict[str, Any], name: str, *, is_required: bool = False) -> str | None:
    """A text of the body, or None. A required text must not be blank. Raises Refusal (400) naming the field."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise answers.invalid(name, "must be a string")
    if is_required and not (value and value.strip()):
        raise answers.invalid(name, "is required")

    return value


def day_of(body: dict[str, Any], name: str) -> str | None:
    """A date of the body, with or without a time, as YYYY-MM-DD. Raises Refusal (400) naming the field."""
    value = text_of(body, name)
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as wrong:
        raise answers.invalid(name, "is not a date") from wrong
