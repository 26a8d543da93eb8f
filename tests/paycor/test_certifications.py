"""Certifications at Paycor: looked for by our number, added with one POST, and nothing else is ever written."""

import json

import pytest
import requests
import responses

from connector.errors import SourceAuthError, SourceForbidden, SourceUnavailable
from connector.paycor.auth.credentials import MemoryTokenStore
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.certifications import Certificate, Certifications
from connector.paycor.environments import SANDBOX
from connector.paycor.wire.client import Client, NotFound
from connector.paycor.wire.writer import Rejected, Unclear, Writer
from tests.clock import Clock
from tests.paycor.stub import (
    CREDENTIALS,
    NOW,
    Answer,
    Wire,
    answer,
    employee_id,
    envelope,
    key_error,
    paycor_error,
    token_answer,
    tokens,
)

WHO = employee_id(1)
PATH = f"/v1/employees/{WHO}/certifications"
MADE = "0000abcd-7a44-0000-0000-0000fce60200"
STORED = answer({"resourceUrl": {"id": MADE.upper(), "url": PATH}})
EXAMPLE = Certificate("LMS-1", "Fire Safety", NOW.date())


@pytest.fixture
def certifications() -> Certifications:
    """Those of a connection whose token is good for half an hour."""
    keeper = TokenKeeper(MemoryTokenStore(tokens()), SANDBOX, CREDENTIALS, Clock(NOW))
    return Certifications(Writer(SANDBOX, CREDENTIALS, keeper, clock=Clock(NOW), sleep=lambda _: None))


def posts(wire: Wire, *answers: Answer | Exception) -> list[requests.PreparedRequest]:
    """POST to the certifications gives these answers in turn; the list is of what came in."""
    came: list[requests.PreparedRequest] = []

    def reply(request: requests.PreparedRequest) -> Answer:
        found = answers[min(len(came), len(answers) - 1)]
        came.append(request)
        if isinstance(found, Exception):
            raise found
        return found

    wire.mock.add_callback(responses.POST, SANDBOX.api_url + PATH, reply)
    return came


@pytest.mark.req("X18")
def test_a_certificate_is_one_post_with_our_number(wire: Wire, certifications: Certifications) -> None:
    """Dates are days; what there is not is left out; the answer names what was made."""
    came = posts(wire, STORED)

    made = certifications.add(WHO, EXAMPLE)

    [request] = came
    assert made == MADE
    assert json.loads(request.body or b"") == {
        "certificationName": "Fire Safety",
        "certificationNumber": "LMS-1",
        "effectiveDate": "2026-03-02",
    }
    assert request.headers["Authorization"] == "Bearer access-1"
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"


@pytest.mark.req("X18")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer(paycor_error(), 500), id="500"),
        pytest.param((504, {"Content-Type": "text/html"}, "<html>"), id="504 as HTML"),
        pytest.param(requests.ReadTimeout("secret-hush"), id="time-out"),
        pytest.param(requests.ConnectionError("secret-hush"), id="cut off"),
        pytest.param((200, {"Content-Type": "text/html"}, "<html>"), id="HTML that calls itself good"),
        pytest.param(answer(paycor_error()), id="an error that calls itself good"),
        pytest.param((200, {"Content-Type": "application/json"}, '{"resourceUrl"'), id="cut JSON"),
        pytest.param(answer({}, 302), id="a redirect"),
        pytest.param(answer({}, 418), id="a status nobody knows"),
    ],
)
def test_what_is_unclear_is_never_sent_twice(
    wire: Wire, certifications: Certifications, reply: Answer | Exception
) -> None:
    """It may be stored: the caller has to look."""
    came = posts(wire, reply)

    with pytest.raises(Unclear) as unclear:
        certifications.add(WHO, EXAMPLE)

    assert len(came) == 1
    assert "hush" not in unclear.value.message


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(answer(paycor_error("name"), 400), Rejected, id="400"),
        pytest.param(answer(paycor_error(), 404), NotFound, id="404"),
        pytest.param(answer(key_error(), 401), SourceAuthError, id="401 about the key"),
        pytest.param(answer({"message": "Try again in 7 seconds."}, 429), SourceUnavailable, id="429"),
    ],
)
def test_what_paycor_did_not_let_in_is_told_apart(
    wire: Wire, certifications: Certifications, reply: Answer, expected: type[Exception]
) -> None:
    """Nothing was stored, and nothing is waited for."""
    came = posts(wire, reply)

    with pytest.raises(expected) as refused:
        certifications.add(WHO, EXAMPLE)

    assert len(came) == 1
    assert not isinstance(refused.value, Unclear)


@pytest.mark.req("X18")
def test_a_missing_right_is_named(wire: Wire, certifications: Certifications) -> None:
    """The right to look and the right to add are two."""
    posts(wire, answer(paycor_error(), 403))
    wire.gives(PATH, answer(paycor_error(), 403))

    with pytest.raises(SourceForbidden, match="“Create and Update Certification”"):
        certifications.add(WHO, EXAMPLE)
    with pytest.raises(SourceForbidden, match="“View Certification Information for Employee”"):
        certifications.numbered(WHO)


def test_an_empty_401_is_answered_by_a_new_token(wire: Wire, certifications: Certifications) -> None:
    """Paycor did not let the first one in, so that the second is no repetition; a second 401 ends it."""
    came = posts(wire, (401, {}, ""), STORED)
    wire.token_gives(answer(token_answer()))

    certifications.add(WHO, EXAMPLE)

    assert [one.headers["Authorization"] for one in came] == ["Bearer access-1", "Bearer access-2"]


@pytest.mark.req("X18")
def test_what_is_there_is_known_by_its_number(wire: Wire, certifications: Certifications) -> None:
    """Over all pages; those that others have entered without a number are left out."""
    pages = [
        envelope([{"certificationNumber": "LMS-1", "employeeCertificationId": MADE.upper()}], "t1"),
        envelope([{"certificationNumber": 77}, {"certificationNumber": None}, {"certificationNumber": " "}]),
    ]
    wire.gives_pages(PATH, pages)

    assert certifications.numbered(WHO) == {"LMS-1": MADE, "77": ""}


def test_nobody_has_a_certification_is_an_empty_list(wire: Wire, certifications: Certifications) -> None:
    """Paycor may say so with a 400."""
    wire.gives(PATH, answer(paycor_error("Employee is invalid or has no certifications"), 400))

    assert certifications.numbered(WHO) == {}


@pytest.mark.req("A1")
@pytest.mark.parametrize(
    "path",
    [
        f"/v1/employees/{WHO}",
        f"/v1/employees/{WHO}/customfields",
        f"/v1/employees/{WHO}/certifications/",
        f"/v1/employees/{WHO}/../certifications",
        "/v1/legalentities/190204/certifications",
        "/v1/employees//certifications",
    ],
)
def test_nothing_else_can_be_written_to(wire: Wire, path: str) -> None:
    """Not even by the one client that can write; nothing is sent."""
    keeper = TokenKeeper(MemoryTokenStore(tokens()), SANDBOX, CREDENTIALS, Clock(NOW))
    writer = Writer(SANDBOX, CREDENTIALS, keeper, clock=Clock(NOW))

    with pytest.raises(ValueError, match="only certifications of employees"):
        writer.write(path, {})
    assert wire.asked == []


@pytest.mark.req("A1")
def test_the_client_of_a_sync_cannot_write() -> None:
    """It has no such method; an import contract says who may have the other one."""
    assert not hasattr(Client, "write")
