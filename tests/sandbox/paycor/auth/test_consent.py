"""The authorize pages: what is checked, what is shown, and what the application gets back."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from connector.sandbox.company import NORTHFIELD, SOUTHGATE
from connector.sandbox.paycor import SandboxServer
from connector.sandbox.paycor.data.permissions import IN_WORDS
from tests.clock import Clock
from tests.sandbox.paycor.caller import REDIRECT_URI, Caller, callback, request_number

pytestmark = pytest.mark.req("X23", "A45", "A47")


def test_4_consent_ends_in_a_code_and_the_state_as_it_was(caller: Caller) -> None:
    """The code is 64 hex digits; state comes back unchanged, whatever is in it."""
    answer = caller.consent()

    assert (set(answer), answer["state"]) == ({"code", "state"}, "opaque state/+&=")
    assert re.fullmatch(r"[0-9a-f]{64}", answer["code"])


def test_4_the_code_is_exchanged_for_tokens(caller: Caller) -> None:
    """From the sign-in to a call that answers."""
    answer = caller.redeem(caller.consent()["code"])
    caller.access_token = answer.get_json()["access_token"]

    assert (answer.status_code, caller.employees().status_code) == (200, 200)


def test_4_a_code_works_once(caller: Caller) -> None:
    """The second exchange is refused."""
    code = caller.consent()["code"]
    caller.redeem(code)

    again = caller.redeem(code)

    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("age_s", "status"), [(59, 200), (60, 400)])
def test_4_a_code_lives_for_a_minute(caller: Caller, clock: Clock, age_s: int, status: int) -> None:
    """60 seconds after the consent it is dead."""
    code = caller.consent()["code"]
    clock.advance(timedelta(seconds=age_s))

    assert caller.redeem(code).status_code == status


def test_4_denied_consent_sends_an_error_back(caller: Caller) -> None:
    """`access_denied`, with the state, and no code."""
    answer = caller.consent(decision="deny")

    assert (answer["error"], answer["state"], "code" in answer) == (
        "access_denied",
        "opaque state/+&=",
        False,
    )


def test_4_without_offline_access_there_is_no_refresh_token(caller: Caller) -> None:
    """The grant is for now only."""
    code = caller.consent(scope=caller.box.application.scope)["code"]

    assert "refresh_token" not in caller.redeem(code).get_json()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"client_id": "someone"}, "client_id", id="unknown client"),
        pytest.param({"client_id": None}, "client_id", id="no client"),
        pytest.param({"subscription_key": None}, "subscription-key", id="no key"),
        pytest.param({"subscription_key": "0" * 32}, "subscription-key", id="unknown key"),
        pytest.param({"redirect_uri": None}, "redirect_uri", id="no address"),
        pytest.param({"redirect_uri": "https://elsewhere.example/cb"}, "redirect_uri", id="foreign address"),
        pytest.param(
            {"redirect_uri": "http://127.0.0.1.elsewhere.example/"}, "redirect_uri", id="look-alike"
        ),
        pytest.param(
            {"redirect_uri": "http://127.0.0.1:80@elsewhere.example/"}, "redirect_uri", id="user part"
        ),
    ],
)
def test_4_an_untrusted_request_is_shown_to_the_person(
    caller: Caller, change: dict[str, str | None], words: str
) -> None:
    """A wrong client, key or address is never redirected to."""
    answer = caller.authorize(**change)

    assert (answer.status_code, words in answer.text, "Location" in answer.headers) == (400, True, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="not the code flow"),
        pytest.param({"scope": "offline_access"}, "invalid_scope", id="no scope id"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain challenge"),
        pytest.param({"code_challenge_method": None}, "invalid_request", id="no method"),
    ],
)
def test_4_a_wrong_request_is_sent_back_as_an_error(
    caller: Caller, change: dict[str, str | None], error: str
) -> None:
    """The application learns what is wrong with its request."""
    assert callback(caller.authorize(**change))["error"] == error


def test_4_a_configured_list_allows_exactly_its_addresses(caller: Caller) -> None:
    """With a list, an address that differs by one character is refused."""
    caller.control("switches", redirect_uris=[REDIRECT_URI])

    statuses = [caller.authorize(redirect_uri=uri).status_code for uri in (REDIRECT_URI, f"{REDIRECT_URI}/")]

    assert statuses == [200, 400]


@pytest.mark.parametrize("method", ["S256", "s256"])
def test_5_the_verifier_must_fit_the_challenge(caller: Caller, method: str) -> None:
    """Both spellings of the method are in use; a wrong verifier, or none, is refused and spends the code."""
    right, wrong = (caller.consent(code_challenge_method=method)["code"] for _ in range(2))

    assert caller.redeem(right).status_code == 200
    assert caller.redeem(wrong, code_verifier="another").get_json()["error"] == "invalid_grant"
    assert caller.redeem(wrong).get_json()["error"] == "invalid_grant"


def test_5_the_redirect_address_must_be_that_of_the_request(caller: Caller) -> None:
    """Another address on the same machine is not the same."""
    code = caller.consent()["code"]

    assert caller.redeem(code, redirect_uri=f"{REDIRECT_URI}2").get_json()["error"] == "invalid_grant"


def test_a_wrong_password_asks_again(caller: Caller) -> None:
    """The form comes back, says so, and lets the right password through."""
    number = request_number(caller.authorize())
    form = {"request_number": number, "user_name": "dana.whitfield", "company_id": "226410", "password": "no"}
    refused = caller.http.post("/appactivation/signin", data=form)

    assert (refused.status_code, request_number(refused)) == (401, number)
    assert caller.sign_in(number).status_code == 200


def test_the_company_id_must_be_the_users_own(caller: Caller) -> None:
    """A user of one company cannot sign in to another."""
    number = request_number(caller.authorize())

    assert caller.sign_in(number, SOUTHGATE, NORTHFIELD.users[0]).status_code == 401


def test_only_an_administrator_may_activate(caller: Caller) -> None:
    """Any other user sees the reason and gets no further."""
    number = request_number(caller.authorize())
    refused = caller.sign_in(number, user=NORTHFIELD.users[1])
    form = {"request_number": number, "decision": "allow"}

    assert (refused.status_code, "administrator" in refused.text) == (403, True)
    assert caller.http.post("/appactivation/decide", data=form).status_code == 400


def test_another_browser_cannot_finish_a_request(caller: Caller) -> None:
    """The request is bound to the browser that began it."""
    number = request_number(caller.authorize())
    stranger = Caller(caller.box, caller.http.application.test_client())

    assert stranger.sign_in(number).status_code == 400


def test_a_request_is_decided_once(caller: Caller) -> None:
    """Pressing Allow twice gives one code."""
    number = request_number(caller.authorize())
    caller.sign_in(number)
    caller.decide(number)
    form = {"request_number": number, "decision": "allow"}

    assert caller.http.post("/appactivation/decide", data=form).status_code == 400


def test_the_activation_covers_the_tenant_of_the_user_who_consented(caller: Caller) -> None:
    """Southgate's administrator gives Southgate's legal entity and nothing else."""
    tokens = caller.redeem(caller.consent(SOUTHGATE)["code"]).get_json()
    caller.access_token = tokens["access_token"]
    listed = caller.get("/v1/legalentities/ActivatedLegalEntityTenantList").get_json()

    assert listed == {"userLegalEntities": [{"legalEntityId": 190512, "tenantId": 226988}]}
    assert (len(caller.all_employees(190512)), caller.employees(190204).status_code) == (25, 403)


@pytest.mark.req("B5")
def test_the_consent_page_names_what_the_scope_may_see(caller: Caller) -> None:
    """Each permission in plain words, once, and none that the scope lacks."""
    lost = [name for name in IN_WORDS if "Department" in name]
    caller.control("permissions", remove=lost)
    page = caller.sign_in(request_number(caller.authorize()))

    shown = re.findall(r"<li>(.*?)</li>", page.text)

    assert shown == list(dict.fromkeys(words for name, words in IN_WORDS.items() if name not in lost))


def test_pages_allow_no_script_and_no_framing(caller: Caller) -> None:
    """The content policy lets the pages load their own style and nothing else."""
    policy = caller.authorize().headers["Content-Security-Policy"]

    assert ("default-src 'none'" in policy, "script" in policy, "frame-ancestors 'none'" in policy) == (
        True,
        False,
        True,
    )


def test_a_person_can_consent_without_scripts(browser: Browser, clock: Clock) -> None:
    """In a real browser with scripting off: labels, a wrong password, the list of data, Allow, the callback."""
    with SandboxServer(60, 1, clock.today, clock=clock) as server:
        made = server.announcement
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        redirect_uri = f"{made.base_url}/callback"
        query = (
            f"client_id={made.client_id}&response_type=code&redirect_uri={redirect_uri}&state=s1"
            f"&scope={made.scope}%20offline_access&subscription-key={made.subscription_key}"
        )
        page.goto(f"{made.authorize_url}?{query}")
        page.get_by_label("User name").fill("dana.whitfield")
        page.get_by_label("Company ID").fill("226410")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        page.get_by_label("User name").fill("dana.whitfield")
        page.get_by_label("Company ID").fill("226410")
        page.get_by_label("Password").fill("northfield-demo")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("listitem").first).to_contain_text("legal entities")
        page.get_by_role("button", name="Allow").click()

        assert re.fullmatch(rf"{re.escape(redirect_uri)}\?code=[0-9a-f]{{64}}&state=s1", page.url)
        context.close()
