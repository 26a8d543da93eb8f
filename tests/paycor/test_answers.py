"""Reading an HTTP answer: the pause that it asks for, and its body."""

from datetime import timedelta
from email.utils import format_datetime
from io import BytesIO

import pytest
import requests

from connector.paycor.answers import error_body, json_object, retry_after_s
from connector.paycor.schemas import ErrorBody
from tests.paycor.fake_paycor import NOW


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        ("20", 20),
        ("", 60),
        ("-5", 60),
        (format_datetime(NOW + timedelta(seconds=30)), 30),
        (format_datetime(NOW - timedelta(seconds=30)), 0),
        ("0", 0),
        ("9" * 400, 86_400),
        ("Mon, 01 Jan 99999999999999999999", 60),
        ("Mon, 02 Mar 2026 09:30:10 -0000", 10),
    ],
    ids=[
        "seconds",
        "nothing",
        "negative",
        "a date",
        "a past date",
        "nothing to wait",
        "400 nines",
        "a year far off",
        "a date without a zone",
    ],
)
def test_a_pause_is_between_nothing_and_a_day(header: str, pause_s: float) -> None:
    """Seconds or an HTTP date; anything else is a minute."""
    response = requests.Response()
    response.headers["Retry-After"] = header
    response.raw = BytesIO()

    assert retry_after_s(response, NOW) == pause_s


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b'{"a":', b'{"a":"\xff"}', b"<html>", b'{"a":' * 9999])
def test_only_a_json_object_is_returned(body: bytes) -> None:
    """None for every other body."""
    assert json_object(body) is None
    assert json_object(b'{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"Detail": true}'], ids=["nothing", "HTML", "no text"])
def test_an_unreadable_error_body_is_empty(body: bytes) -> None:
    """Nothing is guessed from it."""
    response = requests.Response()
    response.raw = BytesIO(body)

    assert error_body(response) == ErrorBody()
