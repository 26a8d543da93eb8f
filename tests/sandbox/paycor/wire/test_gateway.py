"""The gateway: subscription key, rate limit, letter case, access token. Numbers are those of the API sheet."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.clock import Clock
from tests.sandbox.paycor.caller import TOKEN_PATH, Caller

pytestmark = pytest.mark.req("X23")

EMPLOYEES = "/v1/legalentities/190204/employees"


@pytest.mark.parametrize("path", [EMPLOYEES, "/v2/nothing/here", TOKEN_PATH])
@pytest.mark.parametrize(
    ("key", "words"), [(None, "missing subscription key"), ("f" * 32, "invalid subscription key")]
)
def test_1_a_call_without_a_known_key_is_refused_by_the_gateway(
    caller: Caller, path: str, key: str | None, words: str
) -> None:
    """401 in the gateway's own dialect, whatever the path, and no Paycor error."""
    answer = caller.http.get(path, headers=caller.headers(Ocp_Apim_Subscription_Key=key))

    assert (answer.status_code, set(answer.get_json())) == (401, {"statusCode", "message"})
    assert words in answer.get_json()["message"]


@pytest.mark.parametrize("path", [EMPLOYEES, TOKEN_PATH])
def test_1_a_known_key_can_be_withdrawn(caller: Caller, path: str) -> None:
    """As when an application is deleted at Paycor: its key is any other key from then on."""
    caller.control("switches", is_key_known=False)

    assert "invalid subscription key" in caller.get(path).get_json()["message"]


def test_1_the_key_may_come_in_the_query(caller: Caller) -> None:
    """The documented alternative to the header."""
    key = caller.box.application.subscription_key
    headers = caller.headers(Ocp_Apim_Subscription_Key=None)

    assert (
        caller.http.get(EMPLOYEES, query_string={"subscription-key": key}, headers=headers).status_code == 200
    )


@pytest.mark.parametrize("says_when", [True, False])
def test_2_calls_over_the_limit_are_refused_for_the_rest_of_the_minute(
    caller: Caller, clock: Clock, says_when: bool
) -> None:
    """429 in its own shape over all paths of a key; Retry-After can be switched off; a new minute is a new count."""
    caller.control("switches", calls_per_minute=3, sends_retry_after=says_when)
    clock.advance(timedelta(minutes=2))
    statuses = [caller.get(path).status_code for path in (EMPLOYEES, "/v2/employees/x", EMPLOYEES)]
    clock.advance(timedelta(seconds=20))
    refused = caller.get(EMPLOYEES)
    clock.advance(timedelta(seconds=40))

    assert statuses == [200, 404, 200]
    assert refused.status_code == 429
    assert refused.get_json() == {"message": "Rate limit is exceeded. Try again in 40 seconds."}
    assert refused.headers.get("Retry-After") == ("40" if says_when else None)
    assert caller.get(EMPLOYEES).status_code == 200


def test_2_the_default_limit_is_a_thousand_calls_a_minute(caller: Caller) -> None:
    """Paycor's documented limit."""
    assert caller.box.switches.calls_per_minute == 1000


def test_3_paths_match_in_any_letter_case(caller: Caller) -> None:
    """Paycor's own documents mix the cases."""
    assert caller.get("/V1/legalEntities/190204/EMPLOYEES").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/legalentities/190204/employees",
        "/v3/legalentities/190204/employees",
        "//v1/legalentities/190204/employees",
        "/v1//legalentities/190204/employees",
    ],
)
def test_3_a_path_without_its_version_does_not_exist(caller: Caller, path: str) -> None:
    """A call without /v1 or /v2 hits a wrong route, and so does one with a slash too many."""
    assert caller.get(path).status_code == 404


@pytest.mark.parametrize("authorization", [None, "Bearer nonsense", "Basic abc", "Bearer"])
def test_8_an_unknown_access_token_gets_an_empty_401(caller: Caller, authorization: str | None) -> None:
    """The second form of 401: no body, so a client can distinguish it from a wrong key."""
    answer = caller.http.get(EMPLOYEES, headers=caller.headers(Authorization=authorization))

    assert (answer.status_code, answer.data) == (401, b"")
    assert "Content-Type" not in answer.headers


def test_3_the_health_call_needs_a_key_and_a_token_alone(caller: Caller) -> None:
    """Some clients test their connection with it; it needs no permission."""
    caller.control("permissions", permissions=[])
    path = "/api/Health/ping"

    assert caller.get(path).status_code == 200
    assert caller.http.get(path, headers=caller.headers(Authorization=None)).status_code == 401


def test_8_an_access_token_ends_after_half_an_hour(caller: Caller, clock: Clock) -> None:
    """1800 seconds, not one more."""
    clock.advance(timedelta(seconds=1799))
    before = caller.employees().status_code
    clock.advance(timedelta(seconds=1))

    assert (before, caller.employees().status_code) == (200, 401)


def test_20_every_error_has_a_correlation_id_of_its_own(caller: Caller) -> None:
    """Support asks for it, so no two are the same; names are PascalCase, unlike those of the records."""
    errors = [caller.get("/v1/nothing").get_json() for _ in range(3)]

    assert {frozenset(error) for error in errors} == {
        frozenset({"CorrelationId", "Title", "Detail", "Source"})
    }
    assert len({UUID(error["CorrelationId"]) for error in errors}) == 3


def test_20_the_call_log_has_counts_and_no_secrets(caller: Caller, clock: Clock) -> None:
    """Method, path as sent, query, status, instant, and a fingerprint of the key; no secret, no name."""
    caller.http.delete("/_control/calls")
    caller.get("/v1/legalEntities/190204/employees", include=["Status", "Position"], lastName="O'Dell")
    caller.refresh("not-a-token")
    log = caller.http.get("/_control/calls", query_string={"path": "*/EMPLOYEES"})
    report = log.get_json()

    assert (report["count"], report["by_path"]) == (1, {"GET /v1/legalentities/190204/employees": 1})
    call = report["calls"][0]
    assert (call["path"], call["status"]) == ("/v1/legalEntities/190204/employees", 200)
    assert (call["began_at"], call["at"]) == (clock().isoformat(), clock().isoformat())
    assert call["query"] == [["include", "Status"], ["include", "Position"], ["lastName", "…"]]
    whole = caller.http.get("/_control/calls").text
    application = caller.box.application
    secrets = (application.client_secret, application.subscription_key, caller.access_token, "not-a-token")
    assert [secret for secret in (*secrets, "Dell") if secret in whole] == []
