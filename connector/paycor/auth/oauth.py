"""OAuth with Paycor: the address of the consent page, and the exchange of a code or refresh token for tokens.

In: an environment, credentials and a code or refresh token; out: `Tokens`. Error messages never contain a token, a
secret or a response body. Source: Paycor Public API v1 and how integrations use its token endpoints, read 2026.
"""

import secrets
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import requests
import urllib3
from marshmallow import ValidationError
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests_oauthlib import OAuth2Session

from connector.calls import BoundedAdapter
from connector.errors import SourceAuthError, SourceContractError, SourceUnavailable
from connector.paycor.answers import json_object
from connector.paycor.auth.credentials import Credentials, Tokens
from connector.paycor.auth.errors import CONNECT_AGAIN, token_error
from connector.paycor.auth.redaction import redact_logs
from connector.paycor.environments import Environment
from connector.paycor.schemas import TokenAnswer, TokenAnswerSchema

#: Seconds to connect, and seconds without a byte. Short, because a token call holds the lock of the tokens.
TIMEOUT_S = (10, 30)
#: Seconds that a whole call may take, and bytes that an answer may have: it has a few thousand.
TOTAL_S = 60.0
MAX_BYTES = 1_000_000

#: What to do about an unreadable answer. It may have contained the next refresh token, which is then lost.
_LATER = "Nothing was changed. Try again in a few minutes. If Paycor refuses the consent then, connect again."

_STS_PATH = "/sts/v1/common/token"
_SUPPORT_PATH = "/v1/authenticationsupport/retrieveAccessTokenWithRefreshToken"


class TokenEndpoint(StrEnum):
    """The two endpoints that refresh tokens. STS is the proven one, and the only one that also exchanges a code."""

    STS = "sts"
    SUPPORT = "support"


def new_state() -> str:
    """A random OAuth `state`: it ties a consent to the session of the admin who started it."""
    return secrets.token_urlsafe(32)


def new_verifier() -> str:
    """A PKCE code verifier (RFC 7636, section 4.1)."""
    return str(WebApplicationClient("").create_code_verifier(64))


def authorize_url(
    environment: Environment, credentials: Credentials, redirect_uri: str, state: str, code_verifier: str
) -> str:
    """The address of the consent page. Paycor requires the subscription key in it: show it to this admin only."""
    challenge = WebApplicationClient("").create_code_challenge(code_verifier, "S256")
    session = OAuth2Session(
        credentials.client_id, scope=[credentials.scope, "offline_access"], redirect_uri=redirect_uri
    )
    url, _ = session.authorization_url(
        _as_https(environment.authorize_url),
        state,
        code_challenge=challenge,
        code_challenge_method="S256",
        **{"subscription-key": credentials.subscription_key},
    )
    return urlsplit(environment.authorize_url).scheme + url.removeprefix("https")


def exchange_code(
    environment: Environment,
    credentials: Credentials,
    redirect_uri: str,
    code: str,
    code_verifier: str,
    *,
    now: datetime,
) -> Tokens:
    """The tokens for the code in Paycor's redirect. A code works once and for one minute.

    Raises SourceAuthError, SourceForbidden, SourceUnavailable or SourceContractError.
    """
    with _session(environment, credentials, now, redirect_uri) as session:
        answer = session.fetch_token(
            _token_url(environment, credentials),
            code=code,
            code_verifier=code_verifier,
            include_client_id=True,
            client_secret=credentials.client_secret,
            timeout=TIMEOUT_S,
        )
    tokens = _tokens(answer, now)
    check_issuer(environment, tokens)
    return tokens


def redeem_refresh_token(
    environment: Environment, credentials: Credentials, refresh_token: str, *, now: datetime
) -> Tokens:
    """The tokens for a refresh token that the admin pasted, checked to be of this environment. It is used up then.

    Raises SourceAuthError when the consent is no longer valid, a credential is wrong or the token belongs to the other
    environment; SourceForbidden, SourceUnavailable or SourceContractError.
    """
    tokens = refresh_tokens(environment, credentials, refresh_token, now=now)
    check_issuer(environment, tokens)
    return tokens


def refresh_tokens(
    environment: Environment,
    credentials: Credentials,
    refresh_token: str,
    *,
    now: datetime,
    endpoint: TokenEndpoint = TokenEndpoint.STS,
) -> Tokens:
    """The next tokens for a refresh token. The issuer is not checked: the caller stores the tokens first."""
    if endpoint is TokenEndpoint.SUPPORT:
        return _tokens(_support_answer(environment, credentials, refresh_token, now), now, refresh_token)
    with _session(environment, credentials, now) as session:
        answer = session.refresh_token(
            _token_url(environment, credentials),
            refresh_token=refresh_token,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            timeout=TIMEOUT_S,
        )
    return _tokens(answer, now, refresh_token)


def check_issuer(environment: Environment, tokens: Tokens) -> None:
    """Raise SourceAuthError when the access token names the other environment as its issuer (rule B4).

    An unreadable token proves nothing and passes.
    """
    host = _issuer(tokens.access_token)
    if not host.endswith(".paycor.com"):
        return
    issued_by = "sandbox" if "-demo." in host or "-sandbox." in host else "production"
    if issued_by != environment.name:
        raise SourceAuthError(
            f"This consent was given at Paycor {issued_by}, but the connection is to Paycor {environment.name}. Use "
            f"an application from {environment.portal_url}, or change the environment of the connection."
        )


def _support_answer(
    environment: Environment, credentials: Credentials, refresh_token: str, now: datetime
) -> Mapping[str, object]:
    """The answer of the support endpoint, which takes only JSON, and the subscription key in a header."""
    with _source_errors(), requests.Session() as session:
        _bound(session)
        response = session.post(
            environment.api_url + _SUPPORT_PATH,
            json={
                "refresh_token": refresh_token,
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
            },
            headers={"Ocp-Apim-Subscription-Key": credentials.subscription_key, "Accept": "application/json"},
            # Without an `auth`, requests would send a password from ~/.netrc.
            auth=lambda request: request,
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        return json_object(_require_tokens(environment, response, now).content) or {}


@contextmanager
def _session(
    environment: Environment, credentials: Credentials, now: datetime, redirect_uri: str | None = None
) -> Iterator[OAuth2Session]:
    """A session for one token call; every failure in it is raised as a SourceError."""
    redact_logs()

    def require_tokens(response: requests.Response) -> requests.Response:
        return _require_tokens(environment, response, now)

    with _source_errors(), OAuth2Session(credentials.client_id, redirect_uri=redirect_uri) as session:
        session.max_redirects = 0
        _bound(session)
        session.register_compliance_hook("access_token_response", require_tokens)
        session.register_compliance_hook("refresh_token_response", require_tokens)
        if not environment.api_url.startswith("https"):
            session.mount(_as_https(environment.api_url), _Loopback(TOTAL_S, MAX_BYTES))
        yield session


def _bound(session: requests.Session) -> None:
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(TOTAL_S, MAX_BYTES))


@contextmanager
def _source_errors() -> Iterator[None]:
    """Turn library exceptions into SourceErrors, without a cause: its text contains the URL with the key."""
    try:
        yield
    except requests.TooManyRedirects:
        raise SourceContractError(
            "The token address redirects to another address, which Paycor's never does. Nothing was changed. Check "
            "base_url."
        ) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise SourceUnavailable(
            f"Paycor could not be reached to renew the consent ({type(error).__name__}). Nothing was changed. Try "
            "again in a few minutes."
        ) from None
    except OAuth2Error as error:
        raise SourceContractError(
            f"Paycor's token answer does not have the documented form ({type(error).__name__}). {_LATER}"
        ) from None


class _Loopback(BoundedAdapter):
    """Sends https addresses as http, to this machine only: requests-oauthlib accepts nothing but https."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send the request to the same host and port without TLS."""
        request.url = "http" + (request.url or "").removeprefix("https")
        return super().send(request, *args, **kwargs)


def _require_tokens(
    environment: Environment, response: requests.Response, now: datetime
) -> requests.Response:
    """The response itself when it contains tokens; otherwise raises the error that it means."""
    if not 200 <= response.status_code < 300:
        raise token_error(environment, response, now)
    try:
        _ANSWER.load(json_object(response.content) or {})
    except ValidationError as error:
        names = ", ".join(sorted(map(str, error.messages_dict)))
        raise SourceContractError(
            f"Paycor's token answer has no usable {names}, which its documentation promises. {_LATER}"
        ) from None
    return response


def _tokens(answer: Mapping[str, object], now: datetime, previous: str = "") -> Tokens:
    """The tokens in a checked answer. The `previous` refresh token is kept when Paycor sends no new one."""
    loaded: TokenAnswer = _ANSWER.load(answer)
    refresh_token = loaded.refresh_token or previous
    if not refresh_token:
        raise SourceAuthError(
            "Paycor gave no refresh token, so the connection would end in half an hour. Allow the application offline "
            f"access (scope offline_access) at Paycor. {CONNECT_AGAIN}"
        )
    return Tokens(loaded.access_token, refresh_token, now + timedelta(seconds=loaded.expires_in_s))


def _issuer(access_token: str) -> str:
    """The host in the `iss` claim of a JWT, with the signature not verified; empty when it is unreadable."""
    _, _, rest = access_token.partition(".")
    claims, _, _ = rest.partition(".")
    try:
        issuer = msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), type=_Claims).iss
        return urlsplit(issuer).hostname or ""
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return ""


class _Claims(msgspec.Struct):
    iss: str = ""


def _token_url(environment: Environment, credentials: Credentials) -> str:
    key = quote(credentials.subscription_key, safe="")
    return f"{_as_https(environment.api_url)}{_STS_PATH}?subscription-key={key}"


def _as_https(url: str) -> str:
    """The address with https, as the OAuth libraries require; `_Loopback` turns it back."""
    return "https" + url.removeprefix("https").removeprefix("http")


_ANSWER = TokenAnswerSchema()
