from datetime import timedelta

import pytest

from connector import errors
from connector.errors import ConfigurationError, ConnectorError, RunInProgress, SourceUnavailable, TooSoon
from connector.web.frame.errors import STATUS, status_of
from tests.web.conftest import Site
from tests.web.fakes import PASTED


def error_classes() -> list[type[ConnectorError]]:
    """Every class of the error tree."""
    classes = [errors.ConnectorError]
    for parent in classes:
        classes.extend(parent.__subclasses__())
    return classes


def test_every_error_has_an_error_status() -> None:
    """None answers below 400, and only the connector's own faults answer 500."""
    statuses = {
        error: next(STATUS[parent] for parent in error.__mro__ if parent in STATUS)
        for error in error_classes()
    }

    assert all(status >= 400 for status in statuses.values())
    assert {error.code for error, status in statuses.items() if status == 500} <= {
        "connector",
        "configuration",
    } | {error.code for error in error_classes() if error.__base__ is ConnectorError}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(ConfigurationError("x"), 500, id="a wrong setting"),
        pytest.param(SourceUnavailable("x"), 503, id="Paycor does not answer"),
        pytest.param(errors.SourceAuthError("x"), 502, id="Paycor rejects the connection"),
        pytest.param(errors.HostUnavailable("x"), 503, id="the LMS does not answer"),
        pytest.param(errors.EntityTaken("x"), 409, id="a legal entity of another portal"),
        pytest.param(errors.ConsentError("x"), 400, id="a consent of another admin"),
        pytest.param(errors.SchemaBehind("x"), 503, id="an old schema"),
    ],
)
def test_an_error_answers_with_the_status_of_its_kind(error: ConnectorError, expected: int) -> None:
    """A class that is not listed has the status of its nearest parent."""
    assert status_of(error) == expected


@pytest.mark.req("A25")
def test_too_soon_says_when_to_come_back(site: Site) -> None:
    """In words for people, in the header for programs."""
    site.connection.problem = TooSoon("Wait 20 minutes.", site.clock() + timedelta(minutes=20))

    response = site.client.post(site.url("/connect/paste"), data={"csrf_token": site.token(), **PASTED})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "1200")
    assert "Wait 20 minutes." in response.text


def test_an_error_page_says_what_happened_and_who_can_fix_it(site: Site) -> None:
    """It has the message, who can fix it, the code to search for, and the way back."""
    site.connection.problem = RunInProgress("A run of web-1 holds it.", "web-1", site.clock())

    text = site.post("/connect/paste", 409, **PASTED)

    assert "A run of web-1 holds it." in text
    assert "try again in a few minutes" in text
    assert "refused.run_in_progress" in text
    assert f'href="{site.url()}"' in text
