from datetime import timedelta

import pytest

from connector import errors
from connector.errors import ConfigurationError, ConnectorError, RunInProgress, SourceUnavailable, TooSoon
from connector.web.frame.errors import STATUS, status_of
from tests.web.conftest import Desk


def every_error() -> list[type[ConnectorError]]:
    """Every class of the error tree."""
    found = [errors.ConnectorError]
    for parent in found:
        found.extend(parent.__subclasses__())
    return found


def test_every_error_has_an_honest_status() -> None:
    """Nothing that goes wrong answers 200, and only what is ours answers 500."""
    statuses = {
        error: next(STATUS[parent] for parent in error.__mro__ if parent in STATUS) for error in every_error()
    }

    assert all(status >= 400 for status in statuses.values())
    assert {error.code for error, status in statuses.items() if status == 500} <= {
        "connector",
        "configuration",
    } | {error.code for error in every_error() if error.__base__ is ConnectorError}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(ConfigurationError("x"), 500, id="a wrong setting"),
        pytest.param(SourceUnavailable("x"), 503, id="Paycor does not answer"),
        pytest.param(errors.SourceAuthError("x"), 502, id="Paycor refuses us"),
        pytest.param(errors.HostUnavailable("x"), 503, id="the LMS does not answer"),
        pytest.param(errors.EntityTaken("x"), 409, id="a company of another portal"),
        pytest.param(errors.ConsentError("x"), 400, id="a consent that is not ours"),
        pytest.param(errors.SchemaBehind("x"), 503, id="an old schema"),
    ],
)
def test_an_error_answers_with_the_status_of_its_kind(error: ConnectorError, expected: int) -> None:
    """A class without a status of its own answers as its nearest parent does."""
    assert status_of(error) == expected


@pytest.mark.req("A25")
def test_too_soon_says_when_to_come_back(desk: Desk) -> None:
    """For people in words, for programs in the header."""
    desk.connecting.problem = TooSoon("Wait 20 minutes.", desk.clock() + timedelta(minutes=20))

    response = desk.client.post(desk.url("/connect/paste"), data={"csrf_token": desk.token(), **PASTED})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "1200")
    assert "Wait 20 minutes." in response.text


def test_an_error_page_says_what_happened_and_who_can_mend_it(desk: Desk) -> None:
    """The message, who can mend it, the code to search for, and the way back."""
    desk.connecting.problem = RunInProgress("A run of web-1 holds it.", "web-1", desk.clock())

    text = desk.post("/connect/paste", 409, **PASTED)

    assert "A run of web-1 holds it." in text
    assert "try again in a few minutes" in text
    assert "refused.run_in_progress" in text
    assert f'href="{desk.url()}"' in text


PASTED = {
    "environment": "sandbox",
    "client_id": "c1",
    "client_secret": "s1",
    "subscription_key": "k1",
    "scope": "sc1",
    "refresh_token": "r1",
    "legal_entity_id": "190204",
}
