"""The two token endpoints: A (form, both grants) and B (JSON, refresh only).

Client id and secret are in the body; HTTP Basic is ignored. A refresh token works once. The access token
looks like Paycor's JWT, down to the claims, but is checked by its digest in the store, so that it can be
ended at any time.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.paycor.state.sandbox import Sandbox, sandbox
from connector.sandbox.paycor.state.store import Grant
from connector.sandbox.paycor.wire import answers
from connector.sandbox.paycor.wire.gateway import cut_connection

#: Life of an access token, in seconds (observed: `expires_in` 1800).
ACCESS_TOKEN_S = 1800
#: Life of an authorization code, in seconds.
CODE_S = 60

blueprint = Blueprint("tokens", __name__)

#: The name of the signing key, as long as Paycor's.
_KEY_ID = "5B0C9A3E7D1F42688E6A4C2D9B1F7E35A8C0D4E1"
_REUSED = "The refresh token is invalid or was already used."
_FORM = "application/x-www-form-urlencoded"
_REFRESH_FIELDS = ("refresh_token", "client_id", "client_secret")


@blueprint.post("/sts/v1/common/token")
def token() -> Response:
    """Endpoint A: exchanges a code, or a refresh token, for tokens."""
    if request.mimetype != _FORM:
        return answers.oauth_error("invalid_request", f"The body must be {_FORM}.", 415)
    refusal = _client_refusal(request.form)
    if refusal is not None:
        return refusal
    grant_type = request.form.get("grant_type")
    if grant_type == "authorization_code":
        return _redeem_code(request.form)
    if grant_type == "refresh_token":
        return _refresh(request.form.get("refresh_token", ""))

    return answers.oauth_error("unsupported_grant_type", "Use authorization_code or refresh_token.")


@blueprint.post("/v1/authenticationsupport/retrieveaccesstokenwithrefreshtoken")
def refresh_by_json() -> Response:
    """Endpoint B: the refresh grant as JSON with snake_case names."""
    if request.mimetype != "application/json":
        return answers.empty(415)
    body = request.get_json(silent=True)
    fields = body if isinstance(body, dict) else {}
    missing = [name for name in _REFRESH_FIELDS if not isinstance(fields.get(name), str) or not fields[name]]
    if missing:
        raise answers.Refusal(
            400, "Validation Error", "One or more fields are missing.", dict.fromkeys(missing, "is required")
        )

    return _client_refusal(fields) or _refresh(fields["refresh_token"])


def _client_refusal(fields: Mapping[str, Any]) -> Response | None:
    box = sandbox()
    application = box.application
    time.sleep(box.switches.token_delay_s)
    known_id = hmac.compare_digest(str(fields.get("client_id", "")), application.client_id)
    known_secret = hmac.compare_digest(
        str(fields.get("client_secret", "")).encode(), application.client_secret.encode()
    )
    if not (known_id and known_secret):
        return answers.oauth_error("invalid_client", "The client id or the client secret is wrong.")
    if not box.switches.is_application_active:
        return answers.oauth_error("unauthorized_client", "The application is not active.")

    return None


def _redeem_code(form: Mapping[str, str]) -> Response:
    """The code grant. Any attempt uses the code up, even a wrong one (RFC 6749, 4.1.2)."""
    box = sandbox()
    code = box.store.take_code(form.get("code", ""))
    if code is None or code.expires_at <= box.clock().timestamp():
        return answers.oauth_error("invalid_grant", "The code is invalid, expired or was already used.")
    if form.get("redirect_uri") != code.redirect_uri:
        return answers.oauth_error("invalid_grant", "The redirect_uri is not that of the authorize request.")
    if code.challenge is not None and challenge_of(form.get("code_verifier", "")) != code.challenge:
        return answers.oauth_error("invalid_grant", "The code_verifier does not match the code_challenge.")

    return _tokens(box, replace(code.grant, family=secrets.token_hex(8)))


def _refresh(refresh_token: str) -> Response:
    box = sandbox()
    grant = box.store.take_refresh(refresh_token, reuse_revokes_family=box.switches.reuse_revokes_family)
    if grant is None:
        return answers.oauth_error("invalid_grant", _REUSED)
    answer = _tokens(box, grant)
    with box.lock:
        dies = box.switches.dies_after_rotate
        box.switches = box.switches.changed({"dies_after_rotate": max(0, dies - 1)})
    return cut_connection() if dies else answer


def _tokens(box: Sandbox, grant: Grant) -> Response:
    now = box.clock().timestamp()
    access_token = _jwt(box, grant, int(now))
    box.store.add_access(access_token, grant, expires_at=now + ACCESS_TOKEN_S, now=now)
    body: dict[str, object] = {
        "access_token": access_token,
        "expires_in": ACCESS_TOKEN_S,
        "token_type": "Bearer",
    }
    if grant.is_offline:
        body["refresh_token"] = box.store.add_refresh(grant)
    answer = answers.as_json(body)
    answer.headers["Cache-Control"] = "no-store"

    return answer


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636, section 4.2)."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _jwt(box: Sandbox, grant: Grant, now: int) -> str:
    """A token that looks like Paycor's; the signature is random, since only the sandbox checks the token."""
    company = box.company(grant.tenant_id)
    client_id = box.application.client_id
    clients = [{"ClientId": entity.id, "CompanyId": company.tenant.id} for entity in company.tenant.entities]
    claims = {
        "iss": "https://sandbox.paycor.example/sts/v2/common",
        "exp": now + ACCESS_TOKEN_S,
        "iat": now,
        "nbf": now - 3600,
        "client_id": client_id,
        "aud": client_id,
        "sub": grant.user_name,
        "scope": [grant.scope, "offline_access"],
        "amr": ["pwd", "mfa"],
        "paycor_clients": {"C": clients},
        "email": f"{grant.user_name}@{company.tenant.domain}",
        "jti": secrets.token_hex(16),
        "sid": secrets.token_hex(16),
        "auth_time": now,
        "idp": "local",
    }
    header = {"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}
    parts = [_base64url(json.dumps(part).encode()) for part in (header, claims)]

    return ".".join([*parts, _base64url(secrets.token_bytes(256))])
