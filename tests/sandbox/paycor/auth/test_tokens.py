"""The token endpoints: what they take, what they give, and that a refresh token works once."""

import base64
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import Sandbox
from tests.sandbox.paycor.caller import TOKEN_PATH, Caller

pytestmark = pytest.mark.req("X23")

ENDPOINT_B = "/v1/authenticationsupport/retrieveAccessTokenWithRefreshToken"


@pytest.fixture
def refresh_token(box: Sandbox) -> str:
    """A live refresh token of the first tenant."""
    return box.activate(NORTHFIELD)


def test_5_the_answer_has_the_observed_shape(caller: Caller, refresh_token: str) -> None:
    """Half an hour, Bearer, a refresh token of 64 hex digits, no scope."""
    body = caller.refresh(refresh_token).get_json()

    assert set(body) == {"access_token", "expires_in", "token_type", "refresh_token"}
    assert (body["expires_in"], body["token_type"]) == (1800, "Bearer")
    assert re.fullmatch(r"[0-9a-f]{64}", body["refresh_token"])


def test_5_the_token_endpoint_takes_forms_only(caller: Caller, refresh_token: str) -> None:
    """JSON is refused, and the refresh token is not spent by the attempt."""
    application = caller.box.application
    answer = caller.http.post(
        TOKEN_PATH,
        query_string={"subscription-key": application.subscription_key},
        json={"grant_type": "refresh_token", "refresh_token": refresh_token},
    )

    assert (answer.status_code, caller.refresh(refresh_token).status_code) == (415, 200)


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
def test_5_a_wrong_client_spends_nothing(caller: Caller, refresh_token: str, field: str) -> None:
    """`invalid_client`; the refresh token lives on."""
    answer = caller.token(grant_type="refresh_token", refresh_token=refresh_token, **{field: "wrong"})

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client")
    assert caller.refresh(refresh_token).status_code == 200


def test_5_basic_authorization_is_ignored(caller: Caller, refresh_token: str) -> None:
    """Client id and secret count in the body alone."""
    application = caller.box.application
    answer = caller.http.post(
        TOKEN_PATH,
        query_string={"subscription-key": application.subscription_key},
        data={"grant_type": "refresh_token", "refresh_token": refresh_token},
        auth=(application.client_id, application.client_secret),
    )

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client")


def test_5_an_unknown_grant_is_refused(caller: Caller) -> None:
    """Only the code and the refresh grant exist."""
    assert caller.token(grant_type="client_credentials").get_json()["error"] == "unsupported_grant_type"


def test_6_endpoint_b_refreshes_from_json(caller: Caller, refresh_token: str) -> None:
    """The same tokens, from JSON with snake_case names and the key in the header."""
    application = caller.box.application
    body = {
        "refresh_token": refresh_token,
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    answer = caller.http.post(ENDPOINT_B, json=body, headers=caller.headers(Authorization=None))

    assert (answer.status_code, answer.get_json()["expires_in"]) == (200, 1800)


def test_6_endpoint_b_refuses_a_form(caller: Caller, refresh_token: str) -> None:
    """415, as observed."""
    answer = caller.http.post(ENDPOINT_B, data={"refresh_token": refresh_token}, headers=caller.headers())

    assert answer.status_code == 415
    assert "Content-Type" not in answer.headers


def test_6_endpoint_b_names_the_fields_that_are_missing(caller: Caller, refresh_token: str) -> None:
    """camelCase names are not known; the error says which fields are required."""
    answer = caller.http.post(
        ENDPOINT_B, json={"refreshToken": refresh_token, "client_id": "x"}, headers=caller.headers()
    )

    assert answer.status_code == 400
    assert answer.get_json()["Source"] == {"refresh_token": "is required", "client_secret": "is required"}


def test_7_a_used_refresh_token_is_refused_and_its_successor_works(
    caller: Caller, refresh_token: str
) -> None:
    """Rotation: the old token ends at once, and a late caller does no harm."""
    successor = caller.refresh(refresh_token).get_json()["refresh_token"]
    reused = caller.refresh(refresh_token)

    assert (reused.status_code, reused.get_json()["error"]) == (400, "invalid_grant")
    assert caller.refresh(successor).status_code == 200


def test_7_of_sixteen_callers_with_one_refresh_token_one_wins(
    app: Flask, box: Sandbox, refresh_token: str
) -> None:
    """Single use holds under threads."""

    def attempt(_number: int) -> int:
        return Caller(box, app.test_client()).refresh(refresh_token).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(attempt, range(16)))

    assert statuses == [200] + [400] * 15


def test_7_by_switch_reuse_ends_the_whole_family(caller: Caller, refresh_token: str) -> None:
    """Successor and access token die with the reused one; other activations live."""
    other = caller.box.activate(NORTHFIELD)
    caller.control("oauth", action="reuse-revokes-family")
    tokens = caller.refresh(refresh_token).get_json()
    caller.access_token = tokens["access_token"]
    caller.refresh(refresh_token)

    assert caller.refresh(tokens["refresh_token"]).status_code == 400
    assert caller.employees().status_code == 401
    assert caller.refresh(other).status_code == 200


def test_7_the_connection_can_die_between_rotation_and_answer(caller: Caller, refresh_token: str) -> None:
    """The token is used up although no one got the new one; it happens as often as ordered."""
    caller.control("oauth", action="die-after-rotate")
    lost = caller.refresh(refresh_token)

    assert (lost.status_code, lost.data) == (502, b"")
    assert caller.refresh(refresh_token).get_json()["error"] == "invalid_grant"
    assert caller.refresh(caller.box.activate(NORTHFIELD)).status_code == 200


def test_7_access_tokens_can_be_ended_at_once(caller: Caller, refresh_token: str) -> None:
    """The empty 401 follows; a refresh ends it."""
    caller.control("oauth", action="expire-access-tokens")
    ended = caller.employees().status_code

    assert (ended, caller.connect(refresh_token).employees().status_code) == (401, 200)


def test_7_revoking_ends_refresh_tokens_too(caller: Caller, refresh_token: str) -> None:
    """Nothing issued so far works any more; a new activation does."""
    caller.control("oauth", action="revoke")

    assert (caller.employees().status_code, caller.refresh(refresh_token).status_code) == (401, 400)
    assert caller.connect(caller.box.activate(NORTHFIELD)).employees().status_code == 200


def test_7_an_application_can_be_switched_off_and_on(caller: Caller, refresh_token: str) -> None:
    """Off: no call, no refresh, no consent. On again: the same tokens work."""
    caller.control("oauth", action="deactivate")
    off = (
        caller.employees().status_code,
        caller.refresh(refresh_token).status_code,
        caller.authorize().status_code,
    )
    caller.control("oauth", action="activate")

    assert off == (401, 400, 400)
    assert (caller.employees().status_code, caller.refresh(refresh_token).status_code) == (200, 200)


def test_7_the_token_endpoint_can_be_slow(caller: Caller, refresh_token: str) -> None:
    """It waits for the set time."""
    caller.control("oauth", action="delay", seconds=0.05)
    began = time.perf_counter()
    caller.refresh(refresh_token)

    assert time.perf_counter() - began >= 0.05


def test_8_the_access_token_looks_like_paycors(caller: Caller) -> None:
    """A JWT of three parts with the observed claims: entities, tenant, scope, half an hour."""
    header, claims, _ = caller.access_token.split(".")
    application = caller.box.application
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))

    head = json.loads(base64.urlsafe_b64decode(header + "=="))

    assert (head["alg"], len(head["kid"])) == ("RS256", 40)
    assert (decoded["auth_time"], decoded["idp"], len(decoded["sid"])) == (decoded["iat"], "local", 32)
    assert decoded["exp"] - decoded["iat"] == 1800
    assert decoded["scope"] == [application.scope, "offline_access"]
    assert decoded["paycor_clients"]["C"] == [
        {"ClientId": 190204, "CompanyId": 226410},
        {"ClientId": 190377, "CompanyId": 226410},
    ]
