"""The steps of a connection, from + Connect to Disconnect, as an admin sees them."""

import re
from html import unescape

import pytest

from connector.errors import SourceAuthError
from connector.services.invalid_settings import InvalidSettings
from connector.services.views.pages import Views
from tests.web.conftest import MOUNT, Site
from tests.web.fakes import ADMIN, BRANCH_ADMIN, PASTED

CALLBACK = f"{MOUNT}/oauth/callback"


def led_to(page: str) -> str:
    """The address that a page leads on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def state(site: Site) -> str | None:
    """The state of the connection of `hq`."""
    connection = Views(site.database).connection("hq")
    return connection.state if connection else None


def test_a_new_portal_is_not_connected(site: Site) -> None:
    """The list says so, and the Paycor page only offers + Connect."""
    listed = site.client.get(f"{MOUNT}/hq/").text

    assert "Not connected" in listed
    assert "+ Connect" in site.get()
    assert "Map your data" not in site.get()


@pytest.mark.req("A45", "A47", "A48")
def test_connect_by_sign_in_ends_active(site: Site) -> None:
    """+ Connect, Continue, Paycor, review, Continue, Finish: each step leads to the next."""
    consent_page = site.post("/connect", environment="sandbox")
    review_page = site.client.get(f"{CALLBACK}?state=s1&code=c1").headers["Location"]
    finish_page = site.post("/review", entity=["190204", "190205"])
    finish_text = site.client.get(finish_page).text
    list_page = site.post("/finish", entity=["190204", "190205"])

    assert consent_page == "https://hcm.paycor.example/authorize?state=s1"
    assert review_page == site.url("/review")
    assert finish_page == site.url("/finish?entity=190204&entity=190205")
    assert "190204, 190205" in finish_text
    assert list_page == f"{MOUNT}/hq/"
    assert "Active" in site.client.get(list_page).text
    assert state(site) == "active"


@pytest.mark.req("A45")
def test_a_consent_works_only_in_the_browser_in_which_it_began(site: Site) -> None:
    """The same address in another browser is refused, and so is a second use."""
    site.post("/connect", environment="sandbox")

    stranger = site.app.test_client()
    page = stranger.get(f"{CALLBACK}?state=s1&code=c1").text

    assert stranger.get(led_to(page)).status_code == 400
    assert site.client.get(f"{CALLBACK}?state=s1&code=c1").status_code == 302
    assert site.client.get(f"{CALLBACK}?state=s1&code=c1").status_code == 400


@pytest.mark.req("A45")
def test_nothing_that_another_site_sends_spoils_a_consent(site: Site) -> None:
    """A made-up state and a HEAD change nothing: the admin comes back and goes on to the review."""
    site.post("/connect", environment="sandbox")
    made_up = site.client.get(f"{CALLBACK}?state=made-up&code=c1").status_code
    looked_at = site.client.head(f"{CALLBACK}?state=s1&code=c1").status_code
    came_back = site.client.get(f"{CALLBACK}?state=s1&code=c1").headers["Location"]

    assert (made_up, looked_at) == (400, 405)
    assert came_back == site.url("/review")


@pytest.mark.req("A45")
def test_an_admin_whose_cookies_were_withheld_is_led_on(site: Site) -> None:
    """With SameSite=Strict they do not come along from Paycor, but from a page of this site; both cases come back."""
    site.post("/connect", environment="sandbox")
    site.lms.signed_in = None
    of_the_lms = site.client.get(f"{CALLBACK}?state=s1&code=c1")
    site.lms.signed_in = ADMIN
    of_the_session = site.app.test_client().get(f"{CALLBACK}?state=s1&code=c1&other=x")
    there = led_to(of_the_session.text)

    assert (of_the_lms.status_code, of_the_session.status_code) == (200, 200)
    assert led_to(of_the_lms.text) == there == f"{CALLBACK}?state=s1&code=c1&led_on=1"
    assert "Set-Cookie" not in of_the_lms.headers
    assert site.client.get(there).headers["Location"] == site.url("/review")


@pytest.mark.req("A45")
def test_an_admin_is_led_on_once(site: Site) -> None:
    """A visitor without a session signs in then, instead of going round in circles."""
    site.lms.signed_in = None

    response = site.app.test_client().get(f"{CALLBACK}?state=s1&code=c1&led_on=1")

    assert response.headers["Location"].startswith("/sign-in?next=")


def test_the_page_that_leads_on_repeats_nothing_unescaped(site: Site) -> None:
    """What another site sends does not become a part of the page."""
    text = site.app.test_client().get(f'{CALLBACK}?state="><script>alert(1)</script>').text

    assert "<script>" not in text


def test_two_tabs_can_connect_in_one_browser(site: Site) -> None:
    """The first that comes back does not spoil the consent of the second."""
    site.post("/connect", environment="sandbox")
    site.client.get(f"{CALLBACK}?state=s1&code=c1")
    site.post("/connect", environment="sandbox")

    assert site.client.get(f"{CALLBACK}?state=s1&code=c1").status_code == 302


def test_a_consent_refused_at_paycor_says_what_to_press(site: Site) -> None:
    """The page is a clear 400, and nothing is connected."""
    site.post("/connect", environment="sandbox")

    response = site.client.get(f"{CALLBACK}?state=s1&error=access_denied")

    assert response.status_code == 400
    assert "Press + Connect again" in response.text
    assert state(site) is None


def test_the_redirect_uri_is_a_whole_address(site: Site) -> None:
    """Without CONNECTOR_PUBLIC_URL it has the host name that the browser used."""
    site.post("/connect", environment="sandbox")

    assert site.connection.consents[0]["uri"] == f"http://localhost{CALLBACK}"


def test_only_environments_with_an_application_are_offered(site: Site) -> None:
    """Without any, the page offers to paste secrets instead."""
    site.connection.ready = ("sandbox",)
    one = site.get("/connect")
    site.connection.ready = ()
    none = site.get("/connect")

    assert 'value="sandbox"' in one
    assert 'value="production"' not in one
    assert "Continue to Paycor" not in none
    assert "Paste its secrets" in none


@pytest.mark.req("A46")
@pytest.mark.parametrize("path", ["/connect", "/connect/paste"])
def test_the_pages_say_where_to_find_the_ids(site: Site, path: str) -> None:
    """Both the company id and the legal entity id, by their place in Paycor's menus."""
    text = site.get(path)

    assert "then Company, then Departments" in text
    assert "Client ID or Entity ID" in text


@pytest.mark.req("B5")
def test_the_permissions_are_listed_with_their_reasons(site: Site) -> None:
    """The admin sees them before pasting, so that the application is right the first time."""
    text = site.get("/connect/paste")

    assert "View Legal Entity Employees Employment Dates" in text
    assert "when access starts and ends" in text


@pytest.mark.req("B3")
def test_a_pasted_application_leads_to_the_review(site: Site) -> None:
    """Every field reaches the service, and nothing else does: an admin cannot set Paycor's address."""
    location = site.post("/connect/paste", 302, **PASTED, base_url="https://evil.example")

    assert location == site.url("/review")
    assert site.connection.pasted == [PASTED]
    assert state(site) == "review"


@pytest.mark.req("B3")
def test_secrets_are_never_shown_again(site: Site) -> None:
    """After an error the other fields are kept; the secrets have to be pasted again."""
    site.connection.problem = InvalidSettings("One is wrong.", {"scope": "The scope has a blank in it."})

    text = site.post(
        "/connect/paste", 200, **{**PASTED, "client_secret": "hush-1", "refresh_token": "hush-2"}
    )

    assert "The scope has a blank in it." in text
    assert 'value="c1"' in text
    assert "hush" not in text
    assert text.count('type="password"') == 3


@pytest.mark.req("B3")
def test_an_error_of_paycor_shows_on_the_form(site: Site) -> None:
    """The admin corrects a wrong secret where it was pasted."""
    site.connection.problem = SourceAuthError("Paycor does not know this client secret.")

    text = site.post("/connect/paste", 502, **PASTED)

    assert "Paycor does not know this client secret." in text
    assert 'value="c1"' in text


def test_an_empty_field_is_reported_by_name(site: Site) -> None:
    """Paycor is not called."""
    text = site.post("/connect/paste", 200, **{**PASTED, "client_id": ""})

    assert "OAuth client id is missing." in text
    assert site.connection.pasted == []


@pytest.mark.req("B3")
def test_an_application_is_pasted_without_a_scope(site: Site) -> None:
    """The field may stay empty: Paycor is never sent the scope of a pasted application."""
    site.post("/connect/paste", 302, **{**PASTED, "scope": ""})

    assert [pasted["scope"] for pasted in site.connection.pasted] == [""]


@pytest.mark.req("A47", "D19")
def test_the_review_says_what_is_received_and_what_never(site: Site) -> None:
    """It also lists what the consent covers."""
    site.connect("review")

    text = site.get("/review")

    assert "First name, last name and work email" in text
    assert "Social security number" in text
    assert "Legal entity 190204" in text


@pytest.mark.req("B5")
def test_a_missing_permission_stops_the_review(site: Site) -> None:
    """It is named, and the only way on is to connect again."""
    site.connect("review")
    site.connection.missing = "status"

    text = site.get("/review")

    assert "Missing, needed" in text
    assert "Connect again" in text
    assert ">Continue<" not in text


def test_a_review_needs_a_legal_entity(site: Site) -> None:
    """Without one there is nobody to sync."""
    site.connect("review")

    assert "Choose at least one legal entity." in site.post("/review", 200)


@pytest.mark.req("A50", "D17")
@pytest.mark.parametrize(("afterwards", "forgotten"), [("keep", False), ("forget", True)])
def test_disconnect_asks_first(site: Site, afterwards: str, forgotten: bool) -> None:
    """Its page changes nothing; only its button ends the connection."""
    site.connect()
    question = site.get("/disconnect")
    state_before = state(site)
    location = site.post("/disconnect", afterwards=afterwards)

    assert "Disconnect Paycor from Head Office?" in question
    assert state_before == "active"
    assert site.connection.forgotten == [forgotten]
    assert "Not connected" in site.client.get(location).text


def test_a_disconnect_without_a_choice_asks_again(site: Site) -> None:
    """A broken form never forgets anything."""
    site.connect()

    assert "Disconnect Paycor from Head Office?" in site.post("/disconnect", 200, afterwards="burn")
    assert site.connection.forgotten == []


@pytest.mark.req("A42")
def test_another_portal_stays_not_connected(site: Site) -> None:
    """Each portal has its own connection."""
    site.connect()
    site.lms.signed_in = BRANCH_ADMIN

    assert "Not connected" in site.client.get(f"{MOUNT}/branch/").text
