"""How much one request may bring: the size of its body, the length of each text, the size of each number.

A form is refused before it is read, whatever the LMS itself accepts. A text or a number over its bound is refused
before any page sees it, because a database or a library may fail on it (rule D22).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import abort, request
from werkzeug.routing import IntegerConverter, Map

#: The longest body: the largest form that can be saved has half of it.
MAX_BODY_BYTES = 500_000
#: The most fields of a form: the largest page of settings sends a tenth of it.
MAX_FIELDS = 5_000
#: The longest id in a path, and the longest name of a field.
MAX_ID = 200
#: The longest text in a query: a code of Paycor's has a thousand characters.
MAX_QUERY_TEXT = 4_000
#: The longest text of a form: five hundred people, one a line.
MAX_FORM_TEXT = 50_000
#: The largest id of a row in any database.
MAX_ROW_ID = 2**63 - 1
#: The most digits of any number.
MAX_DIGITS = len(str(MAX_ROW_ID))

#: The name of the converter in the addresses of pages; the converters of an app are the host's.
ROW = "connector_row"


class RowIds(IntegerConverter):
    """The id of a row in an address. A longer number is no address, so it is not found."""

    regex = rf"[0-9]{{1,{MAX_DIGITS}}}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_ROW_ID)


def refuse_large_body(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Answer 413 to a body over the bound, and 411 to one that does not say how long it is.

    It is a preprocessor of addresses, because these run before anything of the host's reads the form.
    """
    if (request.content_length or 0) > MAX_BODY_BYTES:
        abort(413, "This form is too large. Go back and send less.")
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        abort(411, "This form does not say how long it is.")


def refuse_texts() -> None:
    """Answer 400 to a text that is too long or has a NUL, which a database refuses, and to too many fields."""
    if any(len(text) > most or "\0" in text for text, most in _texts()):
        abort(400, "A text in this address or form is too long or cannot be stored. Go back and correct it.")
    if sum(1 for _ in request.form.items(multi=True)) > MAX_FIELDS:
        abort(400, "This form has too many fields. Go back and send fewer.")


def row_id(text: object) -> int:
    """The id of a row in a query or a form. Answers 400 to anything else."""
    digits = str(text)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
    if not is_number or int(digits) > MAX_ROW_ID:
        abort(400, "A number in this address or form cannot be right. Go back and try again.")
    return int(digits)


def optional_row_id(fields: Mapping[str, str], name: str) -> int | None:
    """The id of a row in one field; None where the field is missing or empty. Answers 400 to anything else."""
    text = fields.get(name)
    return row_id(text) if text else None


def _texts() -> Iterator[tuple[str, int]]:
    """Every text of the request, with the most characters that it may have."""
    yield request.path, MAX_QUERY_TEXT
    for value in (request.view_args or {}).values():
        yield str(value), MAX_ID
    for fields, most in ((request.args, MAX_QUERY_TEXT), (request.form, MAX_FORM_TEXT)):
        for name, value in fields.items(multi=True):
            yield name, MAX_ID
            yield value, most
