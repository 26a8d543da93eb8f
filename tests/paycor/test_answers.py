"""What an HTTP answer says of itself."""

from datetime import timedelta
from email.utils import format_datetime
from io import BytesIO

import pytest
import requests

from connector.paycor.answers import complaint, json_object, retry_after_s
from connector.paycor.schemas import Complaint
from tests.paycor.stub import NOW


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        ("20", 20),
        ("", 60),
        ("-5", 60),
        (format_datetime(NOW + timedelta(seconds=30)), 30),
        (format_datetime(NOW - timedelta(seconds=30)), 0),
        ("Mon, 02 Mar 2026 09:30:10 -0000", 10),
    ],
    ids=["seconds", "nothing", "negative", "a date", "a date gone by", "a date without a zone"],
)
def test_a_pause_is_never_negative(header: str, pause_s: float) -> None:
    """Seconds or a date of HTTP; what is neither is a minute."""
    response = requests.Response()
    response.headers["Retry-After"] = header
    response.raw = BytesIO()

    assert retry_after_s(response, NOW) == pause_s


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b'{"a":', b'{"a":"\xff"}', b"<html>"])
def test_what_is_no_json_object_is_none(body: bytes) -> None:
    """Nothing but an object has fields to look at."""
    assert json_object(body) is None
    assert json_object(b'{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"Detail": true}'], ids=["nothing", "HTML", "no text"])
def test_an_error_that_cannot_be_read_says_nothing(body: bytes) -> None:
    """A case is recognised by what Paycor says, or not at all."""
    response = requests.Response()
    response.raw = BytesIO(body)

    assert complaint(response) == Complaint()
