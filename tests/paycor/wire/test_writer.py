"""The writer: what it may write to, when it sends again, and the error of each answer."""

import pytest
import requests

from connector.errors import SourceAuthError, SourceForbidden, SourceUnavailable
from connector.paycor.auth.credentials import MemoryTokenStore
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.certifications import Certifications
from connector.paycor.environments import SANDBOX
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import NotFound
from connector.paycor.wire.writer import WriteOutcomeUnknown, Writer, WriteRejected
from tests.clock import Clock
from tests.paycor.fake_certifications import (
    EMPLOYEE,
    EXAMPLE,
    PATH,
    STORED,
    posts,
)
from tests.paycor.fake_paycor import (
    CREDENTIALS,
    NOW,
    Answer,
    FakePaycor,
    answer,
    key_error,
    paycor_error,
    token_answer,
    tokens,
)


@pytest.mark.req("X18")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer(paycor_error(), 500), id="500"),
        pytest.param((504, {"Content-Type": "text/html"}, "<html>"), id="504 as HTML"),
        pytest.param(requests.ReadTimeout("secret-hush"), id="time-out"),
        pytest.param(requests.ConnectionError("secret-hush"), id="cut off"),
        pytest.param((200, {"Content-Type": "text/html"}, "<html>"), id="HTML with status 200"),
        pytest.param(answer(paycor_error()), id="an error with status 200"),
        pytest.param((200, {"Content-Type": "application/json"}, '{"resourceUrl"'), id="truncated JSON"),
        pytest.param(answer({}, 302), id="a redirect"),
        pytest.param(answer({}, 418), id="an unknown status"),
    ],
)
def test_a_write_with_an_unknown_outcome_is_never_sent_twice(
    fake: FakePaycor, certifications: Certifications, reply: Answer | Exception
) -> None:
    """Paycor may have stored it, so the caller must look it up."""
    received = posts(fake, reply)

    with pytest.raises(WriteOutcomeUnknown) as unknown:
        certifications.add(EMPLOYEE, EXAMPLE)

    assert len(received) == 1
    assert "hush" not in unknown.value.message


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(answer(paycor_error("name"), 400), WriteRejected, id="400"),
        pytest.param(answer(paycor_error(), 404), NotFound, id="404"),
        pytest.param(answer(key_error(), 401), SourceAuthError, id="401 about the key"),
        pytest.param(answer({"message": "Try again in 7 seconds."}, 429), SourceUnavailable, id="429"),
    ],
)
def test_a_refused_write_has_another_error_than_an_unknown_outcome(
    fake: FakePaycor, certifications: Certifications, reply: Answer, expected: type[Exception]
) -> None:
    """Paycor stored nothing, and the writer does not wait or retry."""
    received = posts(fake, reply)

    with pytest.raises(expected) as refused:
        certifications.add(EMPLOYEE, EXAMPLE)

    assert len(received) == 1
    assert not isinstance(refused.value, WriteOutcomeUnknown)


@pytest.mark.req("X18")
def test_a_missing_permission_is_named(fake: FakePaycor, certifications: Certifications) -> None:
    """Listing and adding need two different permissions."""
    posts(fake, answer(paycor_error(), 403))
    fake.gives(PATH, answer(paycor_error(), 403))

    with pytest.raises(SourceForbidden, match="“Create and Update Certification”"):
        certifications.add(EMPLOYEE, EXAMPLE)
    with pytest.raises(SourceForbidden, match="“View Certification Information for Employee”"):
        certifications.ids_by_number(EMPLOYEE)


def test_an_empty_401_is_retried_with_a_new_token(fake: FakePaycor, certifications: Certifications) -> None:
    """Paycor did not process the first request, so the second one is not a repetition."""
    received = posts(fake, (401, {}, ""), STORED)
    fake.token_gives(answer(token_answer()))

    certifications.add(EMPLOYEE, EXAMPLE)

    assert [one.headers["Authorization"] for one in received] == ["Bearer access-1", "Bearer access-2"]


@pytest.mark.req("A1")
@pytest.mark.parametrize(
    "path",
    [
        f"/v1/employees/{EMPLOYEE}",
        f"/v1/employees/{EMPLOYEE}/customfields",
        f"/v1/employees/{EMPLOYEE}/certifications/",
        f"/v1/employees/{EMPLOYEE}/../certifications",
        "/v1/legalentities/190204/certifications",
        "/v1/employees//certifications",
    ],
)
def test_no_other_path_can_be_written_to(fake: FakePaycor, path: str) -> None:
    """Not even by the writer; no request is sent."""
    refresher = TokenRefresher(MemoryTokenStore(tokens()), SANDBOX, CREDENTIALS, Clock(NOW))
    writer = Writer(SANDBOX, CREDENTIALS, refresher, clock=Clock(NOW))

    with pytest.raises(ValueError, match="only certifications of employees"):
        writer.write(path, {})
    assert fake.received == []


@pytest.mark.req("A1")
def test_the_client_of_a_sync_cannot_write() -> None:
    """It has no write method, and an import contract says which modules may use the writer."""
    assert not hasattr(Client, "write")
