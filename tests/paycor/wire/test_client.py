"""Reading from Paycor: what a GET sends, when it waits or retries, and the error of each status."""

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
from connector.paycor.auth.errors import PermissionMissing
from connector.paycor.auth.permissions import INCLUDES
from connector.paycor.records.employees import employee_params
from connector.paycor.wire.failures import ERRORS, Garbled, NoRecords, NotFound
from tests.paycor.fake_paycor import (
    CORRELATION_ID,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    NOW,
    Answer,
    ClientRig,
    FakePaycor,
    answer,
    client_rig,
    key_error,
    paycor_error,
    query,
    token_answer,
)

GOOD = answer({"records": []})
EMPTY_401: Answer = (401, {}, "")
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.req("A1")
def test_a_read_is_a_get_with_token_and_subscription_key(fake: FakePaycor, rig: ClientRig) -> None:
    """Both are headers. The parameters keep their order, repeated ones included."""
    fake.gives(EMPLOYEES_PATH, GOOD)
    params = [("include", "Status"), ("include", "Position"), ("emailType", "Work")]

    body = rig.client.get(EMPLOYEES_PATH, params)

    request = fake.received[0]
    assert body == GOOD[2].encode() if isinstance(GOOD[2], str) else GOOD[2]
    assert request.method == "GET"
    assert query(request) == params
    assert request.headers["Authorization"] == "Bearer access-1"
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"
    assert request.headers["Accept"] == "application/json"
    assert "hush" not in str(request.url)


def test_an_empty_401_causes_one_refresh_and_one_retry(fake: FakePaycor, rig: ClientRig) -> None:
    """The token became invalid early, so the next one is used."""
    fake.gives(EMPLOYEES_PATH, EMPTY_401, GOOD)
    fake.token_gives(answer(token_answer()))

    rig.client.get(EMPLOYEES_PATH)

    bearers = [request.headers["Authorization"] for request in fake.calls(EMPLOYEES_PATH)]
    assert bearers == ["Bearer access-1", "Bearer access-2"]
    assert rig.store.stored.refresh_token == "refresh-2"
    assert rig.client.calls == 3


def test_a_second_empty_401_is_an_error(fake: FakePaycor, rig: ClientRig) -> None:
    """If Paycor refuses a new token, the admin must connect again."""
    fake.gives(EMPLOYEES_PATH, EMPTY_401)
    fake.token_gives(answer(token_answer()))

    with pytest.raises(SourceAuthError, match="Connect again"):
        rig.client.get(EMPLOYEES_PATH)

    assert len(fake.calls(EMPLOYEES_PATH)) == 2


@pytest.mark.req("B4")
def test_a_401_about_the_key_causes_no_refresh(fake: FakePaycor, rig: ClientRig) -> None:
    """The message names the key and the environment it may belong to; the token stays."""
    fake.gives(EMPLOYEES_PATH, answer(key_error(), 401))

    with pytest.raises(SourceAuthError, match="application of Paycor production"):
        rig.client.get(EMPLOYEES_PATH)

    assert rig.client.calls == 1


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (answer(paycor_error("wrong"), 400), SourceContractError, "HTTP 400"),
        (
            answer(paycor_error("It is invalid or has no records"), 400),
            NoRecords,
            "The next sync reads it again",
        ),
        (answer(paycor_error("Token is odd"), 401), SourceAuthError, "HTTP 401"),
        (answer(paycor_error("no"), 403), PermissionMissing, "“View Legal Entity Employees”"),
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
        ((520, HTML, "<html>"), SourceUnavailable, "3 tries (last: HTTP 520)"),
        (requests.ReadTimeout("https://x/?hush"), SourceUnavailable, "ReadTimeout"),
        (requests.ConnectionError("hush"), SourceUnavailable, "ConnectionError"),
        ((200, HTML, "<html>"), Garbled, "not JSON"),
        ((200, {"Content-Type": "application/json"}, "<html>"), Garbled, "not JSON"),
        ((200, {"Content-Type": "application/json"}, ""), Garbled, "not JSON"),
        ((204, {}, ""), SourceContractError, "HTTP 204"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_status_has_its_error(
    fake: FakePaycor, rig: ClientRig, reply: Answer | Exception, error: type[ConnectorError], words: str
) -> None:
    """Without a cause, whose text may contain a secret."""
    fake.gives(EMPLOYEES_PATH, reply)

    with pytest.raises(error) as caught:
        rig.client.get(EMPLOYEES_PATH)

    assert words in caught.value.message
    assert not re.search("hush|access-1|O'Dell", caught.value.message)
    assert caught.value.__cause__ is None


def test_every_status_of_the_table_is_tested() -> None:
    """A new row in the table needs a case in the test above."""
    assert set(ERRORS) == {None, 400, 401, 403, 404, 429}


@pytest.mark.req("B5")
def test_a_403_names_the_permissions_of_the_call(fake: FakePaycor, rig: ClientRig) -> None:
    """The permission of the list and of each included block, and the portal where they can be ticked."""
    fake.gives(EMPLOYEES_PATH, answer(paycor_error("Forbidden"), 403))
    fake.gives(DEPARTMENTS_PATH, answer(paycor_error("Forbidden"), 403))

    with pytest.raises(PermissionMissing) as employees:
        rig.client.get(EMPLOYEES_PATH, employee_params(INCLUDES))
    with pytest.raises(PermissionMissing, match="View Legal Entity Departments Information"):
        rig.client.get(DEPARTMENTS_PATH)

    names = re.findall("“(View [^”]*)”", employees.value.message)
    assert names == ["View Legal Entity Employees", *(permission.name for _, permission in INCLUDES.values())]
    assert "developers-sandbox.paycor.com" in employees.value.message


@pytest.mark.parametrize(
    "body", [paycor_error("no"), {key.lower(): value for key, value in paycor_error("no").items()}]
)
def test_the_correlation_id_is_in_the_message(fake: FakePaycor, rig: ClientRig, body: object) -> None:
    """Paycor's support asks for it. The case of the keys of an error body does not matter."""
    fake.gives(EMPLOYEES_PATH, answer(body, 403))

    with pytest.raises(SourceForbidden, match=CORRELATION_ID):
        rig.client.get(EMPLOYEES_PATH)


def test_a_malformed_correlation_id_is_not_in_the_message(fake: FakePaycor, rig: ClientRig) -> None:
    """It might be a person's name."""
    fake.gives(EMPLOYEES_PATH, answer({"CorrelationId": "Renata O'Dell"}, 403))

    with pytest.raises(SourceForbidden) as caught:
        rig.client.get(EMPLOYEES_PATH)

    assert "Renata" not in caught.value.message


@pytest.mark.parametrize(
    "failure",
    [answer({}, 500), (504, HTML, "<html>"), requests.ReadTimeout(), requests.ConnectionError()],
    ids=["500", "504", "time-out", "reset"],
)
def test_a_failed_read_is_tried_three_times_with_growing_pauses(
    fake: FakePaycor, rig: ClientRig, failure: Answer | Exception
) -> None:
    """A read is safe to repeat."""
    fake.gives(EMPLOYEES_PATH, failure, failure, GOOD)

    rig.client.get(EMPLOYEES_PATH)

    assert len(fake.received) == 3
    assert sum(rig.pauses) == 1 + 5
    assert max(rig.pauses) <= 1


@pytest.mark.parametrize(
    ("headers", "message", "waited_s"),
    [
        ({"Retry-After": "7"}, "Try again in 60 seconds.", 7),
        ({}, "Rate limit is exceeded. Try again in 45 seconds.", 45),
        ({}, "Slow down.", 60),
        ({"Retry-After": "soon"}, "Slow down.", 60),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=30))}, "", 30),
        ({"Retry-After": format_datetime(NOW - timedelta(seconds=30))}, "", 1),
        ({"Retry-After": "0"}, "", 1),
    ],
    ids=["header", "text", "neither", "nonsense", "a date", "a past date", "no wait"],
)
def test_a_429_is_waited_for_as_long_as_paycor_asks(
    fake: FakePaycor, rig: ClientRig, headers: dict[str, str], message: str, waited_s: float
) -> None:
    """The header counts first, then the text, then a default of a minute."""
    fake.gives(EMPLOYEES_PATH, answer({"message": message}, 429, **headers), GOOD)

    rig.client.get(EMPLOYEES_PATH)

    assert sum(rig.pauses) == waited_s


def test_a_503_is_waited_for_as_long_as_paycor_asks(fake: FakePaycor, rig: ClientRig) -> None:
    """A server that restarts knows best when it is back."""
    fake.gives(EMPLOYEES_PATH, answer({}, 503, **{"Retry-After": "40"}), GOOD)

    rig.client.get(EMPLOYEES_PATH)

    assert sum(rig.pauses) == 40


def test_a_repeated_429_is_waited_for_three_times(fake: FakePaycor, rig: ClientRig) -> None:
    """Then it is an error that says when to try again."""
    fake.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "20"}))

    with pytest.raises(SourceUnavailable) as caught:
        rig.client.get(EMPLOYEES_PATH)

    assert sum(rig.pauses) == 60
    assert caught.value.retry_after_s == 20


def test_a_429_with_a_long_pause_is_not_waited_for(fake: FakePaycor, rig: ClientRig) -> None:
    """More than two minutes are left to the next run, which gets the pause."""
    fake.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "121"}))

    with pytest.raises(SourceUnavailable) as caught:
        rig.client.get(EMPLOYEES_PATH)

    assert rig.pauses == []
    assert caught.value.retry_after_s == 121


def test_a_cancelled_read_stops_waiting(fake: FakePaycor) -> None:
    """It does not finish the pause."""
    rig, cancelled = client_rig(), Event()
    rig.client._sleep = lambda pause_s: cancelled.set()
    fake.gives(EMPLOYEES_PATH, answer({}, 429, **{"Retry-After": "100"}))

    with pytest.raises(SourceUnavailable, match="cancelled"):
        rig.client.get(EMPLOYEES_PATH, cancelled=cancelled)

    assert len(fake.received) == 1


def test_a_client_without_a_valid_token_sends_no_request(fake: FakePaycor, rig: ClientRig) -> None:
    """The token has expired and cannot be refreshed."""
    fake.gives(EMPLOYEES_PATH, GOOD)
    fake.token_gives(answer({"error": "invalid_grant"}, 400))
    rig.store.stored = rig.store.stored.__class__("", "gone", NOW)

    with pytest.raises(SourceAuthError):
        rig.client.get(EMPLOYEES_PATH)

    assert fake.calls(EMPLOYEES_PATH) == []
    rig.client.close()
