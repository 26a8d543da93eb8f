"""Consent at Paycor: where to send the admin, and how a code or a refresh token becomes tokens.

In: an environment, credentials and what the admin brought back; out: `Tokens`. No message has a token, a secret or a
body in it. Source: Paycor Public API v1 and the way integrations use its token endpoints, read 2026.
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
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session

from connector.errors import SourceAuthError, SourceContractError, SourceUnavailable
from connector.paycor.answers import json_object
from connector.paycor.auth.credentials import Credentials, Tokens
from connector.paycor.auth.redaction import redact_logs
from connector.paycor.auth.refusals import CONNECT_AGAIN, token_refusal
from connector.paycor.environments import Environment
from connector.paycor.schemas import TokenAnswer, TokenAnswerSchema

#: Seconds to connect, and seconds without a byte. A token call holds a lock meanwhile.
TIMEOUT_S = (10, 30)

#: What to do about an answer that cannot be read: with it, a new refresh token may have come that nobody has now.
_LATER = "Nothing was changed. Try again in a few minutes; if the consent is refused then, connect again."

_STS_PATH = "/sts/v1/common/token"
_SUPPORT_PATH = "/v1/authenticationsupport/retrieveAccessTokenWithRefreshToken"


class TokenEndpoint(StrEnum):
    """Paycor has two that refresh. The first is the proven one, and the only one that takes the code of a consent."""

    STS = "sts"
    SUPPORT = "support"


def new_state() -> str:
    """A value that ties a consent to the session of the admin who began it."""
    return secrets.token_urlsafe(32)


def new_verifier() -> str:
    """A PKCE code verifier (RFC 7636, section 4.1)."""
    return str(WebApplicationClient("").create_code_verifier(64))


def authorize_url(
    environment: Environment, credentials: Credentials, redirect_uri: str, state: str, code_verifier: str
) -> str:
    """Where the admin gives consent. Paycor wants the subscription key in this URL: it may be shown to nobody else."""
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


def exchange(
    environment: Environment,
    credentials: Credentials,
    redirect_uri: str,
    code: str,
    code_verifier: str,
    *,
    now: datetime,
) -> Tokens:
    """The tokens for the code that Paycor's redirect brought; a code works once and for a minute.

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


def refresh(
    environment: Environment, credentials: Credentials, refresh_token: str, *, now: datetime
) -> Tokens:
    """The tokens of a consent that was pasted in; the refresh token given is spent from then on.

    Raises SourceAuthError when the consent is gone, a credential is wrong or the token is the other environment's;
    SourceForbidden, SourceUnavailable or SourceContractError.
    """
    tokens = rotate(environment, credentials, refresh_token, now=now)
    check_issuer(environment, tokens)
    return tokens


def rotate(
    environment: Environment,
    credentials: Credentials,
    refresh_token: str,
    *,
    now: datetime,
    endpoint: TokenEndpoint = TokenEndpoint.STS,
) -> Tokens:
    """The same without a look at the issuer, for a caller that stores the new refresh token before anything else."""
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
    """Raise SourceAuthError when the token itself says that it is the other environment's (rule B4).

    A token that cannot be read proves nothing and passes.
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
    """The answer of the second endpoint, which takes JSON alone and the key in a header."""
    with _source_errors():
        response = requests.post(
            environment.api_url + _SUPPORT_PATH,
            json={
                "refresh_token": refresh_token,
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
            },
            headers={"Ocp-Apim-Subscription-Key": credentials.subscription_key, "Accept": "application/json"},
            # Without an auth of its own, requests would look for a password in ~/.netrc.
            auth=lambda request: request,
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        return json_object(_checked(environment, response, now).content) or {}


@contextmanager
def _session(
    environment: Environment, credentials: Credentials, now: datetime, redirect_uri: str | None = None
) -> Iterator[OAuth2Session]:
    """A session for one token call, whose every failure is one of our errors."""
    redact_logs()

    def checked(response: requests.Response) -> requests.Response:
        return _checked(environment, response, now)

    with _source_errors(), OAuth2Session(credentials.client_id, redirect_uri=redirect_uri) as session:
        session.max_redirects = 0
        session.register_compliance_hook("access_token_response", checked)
        session.register_compliance_hook("refresh_token_response", checked)
        if not environment.api_url.startswith("https"):
            session.mount(_as_https(environment.api_url), _Loopback())
        yield session


@contextmanager
def _source_errors() -> Iterator[None]:
    """Turn what the libraries raise into our errors, without the cause: its text has the URL with the key in it."""
    try:
        yield
    except requests.TooManyRedirects:
        raise SourceContractError(
            "The address for tokens sends elsewhere, which Paycor's does not: check base_url."
        ) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise SourceUnavailable(
            f"Paycor could not be reached to renew the consent ({type(error).__name__}). Nothing was changed; try "
            "again in a few minutes."
        ) from None
    except OAuth2Error as error:
        raise SourceContractError(
            f"The token answer is not in the form that Paycor documents ({type(error).__name__}). {_LATER}"
        ) from None


class _Loopback(HTTPAdapter):
    """requests-oauthlib insists on https, even towards this machine: at the last moment this makes it http."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send it to the same host and port without TLS."""
        request.url = "http" + (request.url or "").removeprefix("https")
        return super().send(request, stream, timeout, verify, cert, proxies)


def _checked(environment: Environment, response: requests.Response, now: datetime) -> requests.Response:
    """The answer, if it has tokens; otherwise the error that it means."""
    if not 200 <= response.status_code < 300:
        raise token_refusal(environment, response, now)
    try:
        _ANSWER.load(json_object(response.content) or {})
    except ValidationError as error:
        names = ", ".join(sorted(map(str, error.messages_dict)))
        raise SourceContractError(
            f"Paycor's token answer has no usable {names}: it is not as documented. {_LATER}"
        ) from None
    return response


def _tokens(answer: Mapping[str, object], now: datetime, spent: str = "") -> Tokens:
    """The tokens in a checked answer. `spent` stays the refresh token if, against its habit, Paycor sent no new one."""
    found: TokenAnswer = _ANSWER.load(answer)
    refresh_token = found.refresh_token or spent
    if not refresh_token:
        raise SourceAuthError(
            "Paycor gave no refresh token: the application has to be allowed offline access (scope offline_access). "
            f"{CONNECT_AGAIN}"
        )
    return Tokens(found.access_token, refresh_token, now + timedelta(seconds=found.expires_in_s))


def _issuer(access_token: str) -> str:
    """The host in the `iss` of a JWT, unverified; empty when it cannot be read."""
    _, _, rest = access_token.partition(".")
    claims, _, _ = rest.partition(".")
    try:
        issuer = msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), type=_Claims).iss
        return urlsplit(issuer).hostname or ""
    except (ValueError, msgspec.MsgspecError):
        return ""


class _Claims(msgspec.Struct):
    iss: str = ""


def _token_url(environment: Environment, credentials: Credentials) -> str:
    key = quote(credentials.subscription_key, safe="")
    return f"{_as_https(environment.api_url)}{_STS_PATH}?subscription-key={key}"


def _as_https(url: str) -> str:
    """An address as the OAuth libraries accept it; `_Loopback` undoes it."""
    return "https" + url.removeprefix("https").removeprefix("http")


_ANSWER = TokenAnswerSchema()
