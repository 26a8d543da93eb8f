"""Consent at Paycor: the address the admin is sent to, and what becomes of a code or a refresh token."""

import json
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connector.errors import (
    ConnectorError,
    SourceAuthError,
    SourceContractError,
    SourceForbidden,
    SourceUnavailable,
)
from connector.paycor.auth.credentials import Tokens
from connector.paycor.auth.oauth import (
    TokenEndpoint,
    authorize_url,
    exchange,
    new_state,
    new_verifier,
    refresh,
    rotate,
)
from connector.paycor.environments import PRODUCTION, SANDBOX, Environment, environment
from tests.paycor.stub import (
    CORRELATION_ID,
    CREDENTIALS,
    NOW,
    Answer,
    Wire,
    answer,
    form,
    jwt,
    key_error,
    paycor_error,
    query,
    token_answer,
    tokens,
    wired,
)

SUPPORT_PATH = "/v1/authenticationsupport/retrieveAccessTokenWithRefreshToken"
REDIRECT_URI = "https://lms.example/hr/callback"
HTML: Answer = (200, {"Content-Type": "text/html"}, "<html>Sign in</html>")


def exchanged(place: Environment = SANDBOX) -> Tokens:
    """The tokens for a code."""
    return exchange(place, CREDENTIALS, REDIRECT_URI, "code-1", "verifier-1", now=NOW)


@pytest.mark.req("A45", "B4")
@pytest.mark.parametrize("place", [PRODUCTION, SANDBOX], ids=["production", "sandbox"])
def test_the_admin_is_sent_to_paycor_with_all_that_it_asks_for(place: Environment) -> None:
    """The address has client, scope with offline access, key, state and the challenge of the verifier: no secret."""
    verifier = new_verifier()

    url = authorize_url(place, CREDENTIALS, REDIRECT_URI, "state-1", verifier)

    digest = sha256(verifier.encode()).digest()
    assert url.startswith(place.authorize_url + "?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["client-0001"],
        "redirect_uri": [REDIRECT_URI],
        "scope": ["scope0001 offline_access"],
        "subscription-key": ["key-hush"],
        "state": ["state-1"],
        "code_challenge": [urlsafe_b64encode(digest).decode().rstrip("=")],
        "code_challenge_method": ["S256"],
    }


def test_a_stand_in_on_this_machine_needs_no_certificate(wire: Wire) -> None:
    """http:// towards loopback stays http:// for the consent page and for the token call."""
    place = environment("sandbox", "http://127.0.0.1:5001", "http://127.0.0.1:5001/AppActivation/Authorize")
    wire.place = place
    wire.token_gives(answer(token_answer()))

    url = authorize_url(place, CREDENTIALS, REDIRECT_URI, "state-1", new_verifier())

    assert url.startswith("http://127.0.0.1:5001/AppActivation/Authorize?")
    assert exchanged(place) == tokens("access-2", "refresh-2")


def test_states_and_verifiers_cannot_be_guessed() -> None:
    """Each is new and long enough; a verifier has the form of RFC 7636, section 4.1."""
    assert len({new_state() for _ in range(50)}) == 50
    assert min(len(new_state()) for _ in range(50)) >= 43
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", new_verifier())
    assert new_verifier() != new_verifier()


@pytest.mark.req("A45")
def test_a_code_becomes_tokens(wire: Wire) -> None:
    """Secrets go in the form body, the key in the query, the verifier along; nothing goes as Basic auth."""
    wire.token_gives(answer(token_answer()))

    found = exchanged()

    request = wire.asked[0]
    assert found == tokens("access-2", "refresh-2")
    assert query(request) == [("subscription-key", "key-hush")]
    assert form(request) == {
        "grant_type": ["authorization_code"],
        "client_id": ["client-0001"],
        "client_secret": ["secret-hush"],
        "code": ["code-1"],
        "redirect_uri": [REDIRECT_URI],
        "code_verifier": ["verifier-1"],
    }
    assert "Authorization" not in request.headers


@pytest.mark.req("B3")
def test_a_refresh_token_becomes_the_next_tokens(wire: Wire) -> None:
    """The call has the grant and the secrets in its form, and no scope."""
    wire.token_gives(answer(token_answer()))

    found = refresh(SANDBOX, CREDENTIALS, "refresh-1", now=NOW)

    assert found == tokens("access-2", "refresh-2")
    assert query(wire.asked[0]) == [("subscription-key", "key-hush")]
    assert form(wire.asked[0]) == {
        "grant_type": ["refresh_token"],
        "client_id": ["client-0001"],
        "client_secret": ["secret-hush"],
        "refresh_token": ["refresh-1"],
    }


@pytest.mark.parametrize(
    "body",
    [token_answer(), {"accessToken": "access-2", "refreshToken": "refresh-2", "expiresIn": 1800}],
    ids=["snake_case", "camelCase"],
)
def test_the_second_endpoint_takes_json_and_a_header(wire: Wire, body: dict[str, object]) -> None:
    """It can be chosen instead; its answer may be written either way."""
    wire._register("POST", SUPPORT_PATH, [answer(body)])

    found = rotate(SANDBOX, CREDENTIALS, "refresh-1", now=NOW, endpoint=TokenEndpoint.SUPPORT)

    request = wire.asked[0]
    assert found == tokens("access-2", "refresh-2")
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"
    assert "Authorization" not in request.headers
    assert query(request) == []
    assert json.loads(request.body or "") == {
        "refresh_token": "refresh-1",
        "client_id": "client-0001",
        "client_secret": "secret-hush",
    }


def test_a_refresh_token_that_does_not_rotate_is_kept(wire: Wire) -> None:
    """An answer without a new refresh token leaves the old one in use."""
    wire.token_gives(answer({"access_token": "access-2", "expires_in": 60}))

    assert refresh(SANDBOX, CREDENTIALS, "refresh-1", now=NOW) == tokens("access-2", "refresh-1", 60)


def test_a_consent_without_offline_access_is_refused(wire: Wire) -> None:
    """Without a refresh token the connection would end in half an hour: the message says what is missing."""
    wire.token_gives(answer({"access_token": "access-2"}))

    with pytest.raises(SourceAuthError, match="offline_access"):
        exchanged()


@pytest.mark.req("B4", "D18")
@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (answer({"error": "invalid_grant"}, 400), SourceAuthError, "Connect again"),
        (answer({"error": "invalid_grant"}, 401), SourceAuthError, "no longer accepts this consent"),
        (answer({"error": "invalid_client"}, 401), SourceAuthError, "client secret"),
        (answer({"error": "invalid_scope"}, 400), SourceAuthError, "scope version"),
        (answer(paycor_error(), 400), SourceAuthError, CORRELATION_ID),
        ((401, {}, ""), SourceAuthError, "Connect again"),
        (answer(key_error(), 401), SourceAuthError, "not one of Paycor sandbox"),
        (answer(key_error("missing"), 401), SourceAuthError, "application of Paycor production"),
        (answer(paycor_error(), 403), SourceForbidden, "Payroll admin"),
        (answer({"message": "Try again in 60 seconds."}, 429), SourceUnavailable, "60 seconds"),
        (answer(paycor_error(), 500), SourceUnavailable, "HTTP 500"),
        ((504, {"Content-Type": "text/html"}, "<html>"), SourceUnavailable, "HTTP 504"),
        (HTML, SourceContractError, "access_token"),
        ((400, {"Content-Type": "text/html"}, "<html>"), SourceContractError, "base_url"),
        (answer({"expires_in": 1800}), SourceContractError, "access_token"),
        (answer({"access_token": "a", "expires_in": "soon"}), SourceContractError, "expires_in"),
        (answer(["access_token"]), SourceContractError, "access_token"),
        (answer({"accessToken": "access-2"}), SourceContractError, "MissingTokenError"),
        (answer(paycor_error(), 418), SourceContractError, "418"),
        ((302, {"Location": "https://elsewhere.test"}, ""), SourceContractError, "elsewhere"),
        (requests.ReadTimeout(), SourceUnavailable, "ReadTimeout"),
        (requests.ConnectionError(), SourceUnavailable, "could not be reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_refusal_says_who_can_mend_it(
    wire: Wire, given: Answer | Exception, error: type[ConnectorError], words: str
) -> None:
    """Each answer of the token endpoint becomes one error, with the next step and with no secret in it."""
    wire.token_gives(given)

    with pytest.raises(error) as caught:
        refresh(SANDBOX, CREDENTIALS, "refresh-1", now=NOW)

    assert words in caught.value.message
    assert not re.search("hush|refresh-1|scope0001", caught.value.message)
    assert caught.value.__cause__ is None


@pytest.mark.req("B4")
@pytest.mark.parametrize(
    ("place", "issuer", "refused"),
    [
        (PRODUCTION, "https://api-demo.paycor.com/sts/v2/common", True),
        (PRODUCTION, "https://apis-sandbox.paycor.com/sts", True),
        (PRODUCTION, "https://api.paycor.com/sts/v2/common", False),
        (SANDBOX, "https://api.paycor.com/sts/v2/common", True),
        (SANDBOX, "https://api-demo.paycor.com/sts/v2/common", False),
        (PRODUCTION, "https://sts.somewhere.test", False),
        (PRODUCTION, 7, False),
        (PRODUCTION, "https://[", False),
    ],
    ids=[
        "demo on production",
        "sandbox on production",
        "production",
        "production on sandbox",
        "sandbox",
        "a stranger proves nothing",
        "no text",
        "no address",
    ],
)
def test_a_consent_given_at_the_other_paycor_is_refused(
    place: Environment, issuer: object, refused: bool
) -> None:
    """A token that names its issuer is held to it; one that does not is taken as it is."""
    with wired(place) as wire:
        wire.token_gives(answer(token_answer() | {"access_token": jwt(iss=issuer)}))
        if refused:
            with pytest.raises(SourceAuthError, match=f"connection is to Paycor {place.name}"):
                exchanged(place)
        else:
            assert exchanged(place).refresh_token == "refresh-2"


@pytest.mark.parametrize("access_token", ["a.b.c", "a.!!!.c", "a.e30.c", "a.bnVsbA.c", "one"])
def test_a_token_that_cannot_be_read_is_taken_as_it_is(wire: Wire, access_token: str) -> None:
    """Nothing depends on what is inside a token."""
    wire.token_gives(answer(token_answer() | {"access_token": access_token}))

    assert exchanged().access_token == access_token
