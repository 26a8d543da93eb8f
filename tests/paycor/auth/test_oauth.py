"""OAuth with Paycor: the consent page, and the exchange of a code or a refresh token."""

import json
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.errors import (
    SourceAuthError,
)
from connector.paycor.auth.credentials import Tokens
from connector.paycor.auth.oauth import (
    TokenEndpoint,
    authorize_url,
    exchange_code,
    new_state,
    new_verifier,
    redeem_refresh_token,
    refresh_tokens,
)
from connector.paycor.environments import PRODUCTION, SANDBOX, Environment, resolve_environment
from tests.paycor.fake_paycor import (
    CREDENTIALS,
    NOW,
    Answer,
    FakePaycor,
    answer,
    fake_paycor,
    form,
    jwt,
    query,
    token_answer,
    tokens,
)

SUPPORT_PATH = "/v1/authenticationsupport/retrieveAccessTokenWithRefreshToken"
REDIRECT_URI = "https://lms.example/hr/callback"
HTML: Answer = (200, {"Content-Type": "text/html"}, "<html>Sign in</html>")


def exchanged(environment: Environment = SANDBOX) -> Tokens:
    """The tokens for a code."""
    return exchange_code(environment, CREDENTIALS, REDIRECT_URI, "code-1", "verifier-1", now=NOW)


@pytest.mark.req("A45", "B4")
@pytest.mark.parametrize("environment", [PRODUCTION, SANDBOX], ids=["production", "sandbox"])
def test_the_consent_address_has_every_parameter_that_paycor_needs(environment: Environment) -> None:
    """Client, scope with offline access, key, state and the challenge of the verifier, but no secret."""
    verifier = new_verifier()

    url = authorize_url(environment, CREDENTIALS, REDIRECT_URI, "state-1", verifier)

    digest = sha256(verifier.encode()).digest()
    assert url.startswith(environment.authorize_url + "?")
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


def test_a_stand_in_on_this_machine_needs_no_certificate(fake: FakePaycor) -> None:
    """http:// to this machine stays http:// for the consent page and the token call."""
    environment = resolve_environment(
        "sandbox", "http://127.0.0.1:5001", "http://127.0.0.1:5001/AppActivation/Authorize"
    )
    fake.environment = environment
    fake.token_gives(answer(token_answer()))

    url = authorize_url(environment, CREDENTIALS, REDIRECT_URI, "state-1", new_verifier())

    assert url.startswith("http://127.0.0.1:5001/AppActivation/Authorize?")
    assert exchanged(environment) == tokens("access-2", "refresh-2")


def test_states_and_verifiers_cannot_be_guessed() -> None:
    """Each is new and long enough; a verifier follows RFC 7636, section 4.1."""
    assert len({new_state() for _ in range(50)}) == 50
    assert min(len(new_state()) for _ in range(50)) >= 43
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", new_verifier())
    assert new_verifier() != new_verifier()


@pytest.mark.req("A45")
def test_a_code_is_exchanged_for_tokens(fake: FakePaycor) -> None:
    """Secrets and the verifier are in the form, the key is in the query, and there is no Basic auth."""
    fake.token_gives(answer(token_answer()))

    found = exchanged()

    request = fake.received[0]
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
def test_a_refresh_token_is_exchanged_for_the_next_tokens(fake: FakePaycor) -> None:
    """The grant and the secrets are in the form, without a scope."""
    fake.token_gives(answer(token_answer()))

    found = redeem_refresh_token(SANDBOX, CREDENTIALS, "refresh-1", now=NOW)

    assert found == tokens("access-2", "refresh-2")
    assert query(fake.received[0]) == [("subscription-key", "key-hush")]
    assert form(fake.received[0]) == {
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
def test_the_support_endpoint_takes_json_and_a_header(fake: FakePaycor, body: dict[str, object]) -> None:
    """It can be chosen instead; its answer may be in snake_case or camelCase."""
    fake._register("POST", SUPPORT_PATH, [answer(body)])

    found = refresh_tokens(SANDBOX, CREDENTIALS, "refresh-1", now=NOW, endpoint=TokenEndpoint.SUPPORT)

    request = fake.received[0]
    assert found == tokens("access-2", "refresh-2")
    assert request.headers["Ocp-Apim-Subscription-Key"] == "key-hush"
    assert "Authorization" not in request.headers
    assert query(request) == []
    assert json.loads(request.body or "") == {
        "refresh_token": "refresh-1",
        "client_id": "client-0001",
        "client_secret": "secret-hush",
    }


def test_the_refresh_token_is_kept_when_paycor_sends_no_new_one(fake: FakePaycor) -> None:
    """The old one stays in use."""
    fake.token_gives(answer({"access_token": "access-2", "expires_in": 60}))

    assert redeem_refresh_token(SANDBOX, CREDENTIALS, "refresh-1", now=NOW) == tokens(
        "access-2", "refresh-1", 60
    )


def test_a_consent_without_offline_access_is_refused(fake: FakePaycor) -> None:
    """Without a refresh token the connection would end in half an hour; the message says what is missing."""
    fake.token_gives(answer({"access_token": "access-2"}))

    with pytest.raises(SourceAuthError, match="offline_access"):
        exchanged()


@pytest.mark.req("B4")
@pytest.mark.parametrize(
    ("environment", "issuer", "refused"),
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
        "an unknown issuer",
        "not a text",
        "not an address",
    ],
)
def test_a_consent_of_the_other_environment_is_refused(
    environment: Environment, issuer: object, refused: bool
) -> None:
    """A token that names the other environment is refused; one without a readable issuer is accepted."""
    with fake_paycor(environment) as fake:
        fake.token_gives(answer(token_answer() | {"access_token": jwt(iss=issuer)}))
        if refused:
            with pytest.raises(SourceAuthError, match=f"connection is to Paycor {environment.name}"):
                exchanged(environment)
        else:
            assert exchanged(environment).refresh_token == "refresh-2"


@pytest.mark.parametrize("access_token", ["a.b.c", "a.!!!.c", "a.e30.c", "a.bnVsbA.c", "one"])
def test_an_unreadable_token_is_accepted(fake: FakePaycor, access_token: str) -> None:
    """Nothing depends on the content of a token."""
    fake.token_gives(answer(token_answer() | {"access_token": access_token}))

    assert exchanged().access_token == access_token
