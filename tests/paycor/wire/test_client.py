"""GET at Paycor: what is sent, what is waited for, and what each status means."""

import re
from datetime import timedelta
from email.utils import format_datetime
from threading import Event

import pytest
import requests

from connector.errors import (
    ConnectorError,
    SourceAuthError,
    SourceContractError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.auth.permissions import INCLUDES
from connector.paycor.auth.refusals import RightMissing
from connector.paycor.records.employees import employee_params
from connector.paycor.wire.client import ERRORS, NoRecords, NotFound
from tests.paycor.stub import (
    CORRELATION_ID,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    NOW,
    Answer,
    Caller,
    Wire,
    answer,
    caller,
    key_error,
    paycor_error,
    query,
    token_answer,
)

GOOD = answer({"records": []})
EMPTY_401: Answer = (401, {}, "")
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.req("A1")
def test_a_call_is_a_get_with_both_credentials(wire: Wire, paycor: Caller) -> None:
    """Bearer and subscription key go in headers, and the parameters stay in their order, repeated ones too."""
    wire.gives(EMPLOYEES_PATH, GOOD)
    params = [("include", "Status"), ("include", "Position"), ("emailType", "Work")]

    body = paycor.client.get(EMPLOYEES_PATH, params)

    request = wire.asked[0]
    assert body == GOOD[2].encode() if isinstance(GOOD[2], str) else GOOD[2]
    assert request.method == "GET"
    assert query(request) == params
    assert request.headers["Authorization"] == "Bearer access-1"
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"
    assert request.headers["Accept"] == "application/json"
    assert "hush" not in str(request.url)


def test_an_empty_401_is_answered_by_one_refresh_and_one_retry(wire: Wire, paycor: Caller) -> None:
    """The token has ended before its time: the next one is tried."""
    wire.gives(EMPLOYEES_PATH, EMPTY_401, GOOD)
    wire.token_gives(answer(token_answer()))

    paycor.client.get(EMPLOYEES_PATH)

    bearers = [request.headers["Authorization"] for request in wire.calls(EMPLOYEES_PATH)]
    assert bearers == ["Bearer access-1", "Bearer access-2"]
    assert paycor.store.stored.refresh_token == "refresh-2"
    assert paycor.client.calls == 3


def test_a_second_empty_401_ends_it(wire: Wire, paycor: Caller) -> None:
    """A token that is refused when it is new is no matter of time: connect again."""
    wire.gives(EMPLOYEES_PATH, EMPTY_401)
    wire.token_gives(answer(token_answer()))

    with pytest.raises(SourceAuthError, match="Connect again"):
        paycor.client.get(EMPLOYEES_PATH)

    assert len(wire.calls(EMPLOYEES_PATH)) == 2


@pytest.mark.req("B4")
def test_a_401_about_the_key_never_costs_a_refresh(wire: Wire, paycor: Caller) -> None:
    """The message names the key and the environment it may belong to; the token is left alone."""
    wire.gives(EMPLOYEES_PATH, answer(key_error(), 401))

    with pytest.raises(SourceAuthError, match="application of Paycor production"):
        paycor.client.get(EMPLOYEES_PATH)

    assert paycor.client.calls == 1


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (answer(paycor_error("wrong"), 400), SourceContractError, "HTTP 400"),
        (answer(paycor_error("It is invalid or has no records"), 400), NoRecords, "the next run asks again"),
        (answer(paycor_error("Token is odd"), 401), SourceAuthError, "HTTP 401"),
        (answer(paycor_error("no"), 403), RightMissing, "“View Legal Entity Employees”"),
        (
            answer(paycor_error("This Access Token does not have access to Legal Entity ID 190204."), 403),
            SourceForbidden,
            "does not cover legal entity 190204",
        ),
        (answer(paycor_error(), 404), NotFound, "HTTP 404"),
        (answer({}, 409), SourceContractError, "HTTP 409"),
        ((415, {}, ""), SourceContractError, "HTTP 415"),
        ((302, {"Location": "https://elsewhere.test/"}, ""), SourceContractError, "HTTP 302"),
        (answer(paycor_error(), 500), SourceUnavailable, "3 tries (last: HTTP 500)"),
        ((502, HTML, "<html>"), SourceUnavailable, "HTTP 502"),
        ((503, {}, ""), SourceUnavailable, "HTTP 503"),
        ((504, {"Content-Type": "text/plain"}, "gateway"), SourceUnavailable, "HTTP 504"),
        (requests.ReadTimeout("https://x/?hush"), SourceUnavailable, "ReadTimeout"),
        (requests.ConnectionError("hush"), SourceUnavailable, "ConnectionError"),
        ((200, HTML, "<html>"), SourceContractError, "not JSON"),
        ((200, {"Content-Type": "application/json"}, "<html>"), SourceContractError, "not JSON"),
        ((200, {"Content-Type": "application/json"}, ""), SourceContractError, "not JSON"),
        ((204, {}, ""), SourceContractError, "HTTP 204"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_status_has_its_meaning(
    wire: Wire, paycor: Caller, given: Answer | Exception, error: type[ConnectorError], words: str
) -> None:
    """One error for each answer, without its cause, whose text may hold a secret."""
    wire.gives(EMPLOYEES_PATH, given)

    with pytest.raises(error) as caught:
        paycor.client.get(EMPLOYEES_PATH)

    assert words in caught.value.message
    assert not re.search("hush|access-1|O'Dell", caught.value.message)
    assert caught.value.__cause__ is None


def test_every_status_of_the_table_is_tried_above() -> None:
    """A row that is added to the table needs a line in the test before this one."""
    assert set(ERRORS) == {None, 400, 401, 403, 404, 429, 500, 502, 503, 504}


@pytest.mark.req("B5")
def test_a_403_names_the_rights_that_the_call_needs(wire: Wire, paycor: Caller) -> None:
    """The list's own right and that of each block asked for, with the place to tick them."""
    wire.gives(EMPLOYEES_PATH, answer(paycor_error("Forbidden"), 403))
    wire.gives(DEPARTMENTS_PATH, answer(paycor_error("Forbidden"), 403))

    with pytest.raises(RightMissing) as employees:
        paycor.client.get(EMPLOYEES_PATH, employee_params(INCLUDES))
    with pytest.raises(RightMissing, match="View Legal Entity Departments Information"):
        paycor.client.get(DEPARTMENTS_PATH)

    names = re.findall("“(View [^”]*)”", employees.value.message)
    assert names == ["View Legal Entity Employees", *(right.name for _, right in INCLUDES.values())]
    assert "developers-sandbox.paycor.com" in employees.value.message


@pytest.mark.parametrize(
    "body", [paycor_error("no"), {key.lower(): value for key, value in paycor_error("no").items()}]
)
def test_the_correlation_id_is_passed_on(wire: Wire, paycor: Caller, body: object) -> None:
    """Paycor's support asks for it; the case of the keys of an error does not matter."""
    wire.gives(EMPLOYEES_PATH, answer(body, 403))

    with pytest.raises(SourceForbidden, match=CORRELATION_ID):
        paycor.client.get(EMPLOYEES_PATH)


def test_a_correlation_id_that_is_something_else_is_not_passed_on(wire: Wire, paycor: Caller) -> None:
    """What does not look like an id might be anybody's name."""
    wire.gives(EMPLOYEES_PATH, answer({"CorrelationId": "Renata O'Dell"}, 403))

    with pytest.raises(SourceForbidden) as caught:
        paycor.client.get(EMPLOYEES_PATH)

    assert "Renata" not in caught.value.message


@pytest.mark.parametrize(
    "failure",
    [answer({}, 500), (504, HTML, "<html>"), requests.ReadTimeout(), requests.ConnectionError()],
    ids=["500", "504", "time-out", "reset"],
)
def test_a_failure_is_tried_three_times_with_growing_pauses(
    wire: Wire, paycor: Caller, failure: Answer | Exception
) -> None:
    """A read may be repeated: the third answer is as good as the first."""
    wire.gives(EMPLOYEES_PATH, failure, failure, GOOD)

    paycor.client.get(EMPLOYEES_PATH)

    assert len(wire.asked) == 3
    assert sum(paycor.pauses) == 1 + 5
    assert max(paycor.pauses) <= 1


@pytest.mark.parametrize(
    ("headers", "message", "waited_s"),
    [
        ({"Retry-After": "7"}, "Try again in 60 seconds.", 7),
        ({}, "Rate limit is exceeded. Try again in 45 seconds.", 45),
        ({}, "Slow down.", 60),
        ({"Retry-After": "soon"}, "Slow down.", 60),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=30))}, "", 30),
        ({"Retry-After": format_datetime(NOW - timedelta(seconds=30))}, "", 0),
    ],
    ids=["header", "text", "neither", "nonsense", "a date", "a date gone by"],
)
def test_a_429_is_waited_for_as_long_as_paycor_asks(
    wire: Wire, paycor: Caller, headers: dict[str, str], message: str, waited_s: float
) -> None:
    """The header counts most, then the text, then a minute."""
    wire.gives(EMPLOYEES_PATH, answer({"message": message}, 429, **headers), GOOD)

    paycor.client.get(EMPLOYEES_PATH)

    assert sum(paycor.pauses) == waited_s


def test_a_429_that_does_not_end_is_waited_for_three_times(wire: Wire, paycor: Caller) -> None:
    """Then it is given up, and says when to come back."""
    wire.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "20"}))

    with pytest.raises(SourceUnavailable) as caught:
        paycor.client.get(EMPLOYEES_PATH)

    assert sum(paycor.pauses) == 60
    assert caught.value.retry_after_s == 20


def test_a_429_that_asks_for_too_long_is_not_waited_for(wire: Wire, paycor: Caller) -> None:
    """More than two minutes is for the next run, which is told so."""
    wire.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "121"}))

    with pytest.raises(SourceUnavailable) as caught:
        paycor.client.get(EMPLOYEES_PATH)

    assert paycor.pauses == []
    assert caught.value.retry_after_s == 121


def test_a_read_that_is_given_up_waits_no_longer(wire: Wire) -> None:
    """Whoever no longer wants the answer does not sit out the pause."""
    found, given_up = caller(), Event()
    found.client._sleep = lambda pause_s: given_up.set()
    wire.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "100"}))

    with pytest.raises(SourceUnavailable, match="given up"):
        found.client.get(EMPLOYEES_PATH, given_up=given_up)

    assert len(wire.asked) == 1


def test_a_disconnected_client_asks_nothing(wire: Wire, paycor: Caller) -> None:
    """Without a token that lives or can be renewed no request goes out."""
    wire.gives(EMPLOYEES_PATH, GOOD)
    wire.token_gives(answer({"error": "invalid_grant"}, 400))
    paycor.store.stored = paycor.store.stored.__class__("", "gone", NOW)

    with pytest.raises(SourceAuthError):
        paycor.client.get(EMPLOYEES_PATH)

    assert wire.calls(EMPLOYEES_PATH) == []
    paycor.client.close()
