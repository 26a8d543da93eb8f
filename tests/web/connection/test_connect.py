import pytest

from connector.errors import SourceAuthError
from connector.services.settings.invalid import InvalidSettings
from connector.services.views.pages import Views
from tests.web.conftest import MOUNT, Desk
from tests.web.fakes import BRANCH_ADMIN
from tests.web.frame.test_errors import PASTED

CALLBACK = f"{MOUNT}/oauth/callback"


def state(desk: Desk) -> str | None:
    """The state of the connection of `hq`."""
    connection = Views(desk.database).connection("hq")
    return connection.state if connection else None


def test_a_portal_begins_not_connected(desk: Desk) -> None:
    """The list says so, and the Paycor page has nothing but the way to connect."""
    listed = desk.client.get(f"{MOUNT}/hq/").text

    assert "Not connected" in listed
    assert "+ Connect" in desk.get()
    assert "Map your data" not in desk.get()


@pytest.mark.req("A45", "A47", "A48")
def test_from_connect_by_sign_in_to_active(desk: Desk) -> None:
    """+ Connect, Continue, Paycor, review, Continue, Finish, Active: each step leads to the next."""
    away = desk.post("/connect", environment="sandbox")
    back = desk.client.get(f"{CALLBACK}?state=s1&code=c1").headers["Location"]
    reviewed = desk.post("/review", entity=["190204", "190205"])
    last = desk.client.get(reviewed).text
    listed = desk.post("/finish", entity=["190204", "190205"])

    assert away == "https://hcm.paycor.example/authorize?state=s1"
    assert back == desk.url("/review")
    assert reviewed == desk.url("/finish?entity=190204&entity=190205")
    assert "190204, 190205" in last
    assert listed == f"{MOUNT}/hq/"
    assert "Active" in desk.client.get(listed).text
    assert state(desk) == "active"


@pytest.mark.req("A45")
def test_the_consent_belongs_to_the_browser_it_was_begun_in(desk: Desk) -> None:
    """The same address in another browser connects nobody, and neither does a second use."""
    desk.post("/connect", environment="sandbox")

    assert desk.app.test_client().get(f"{CALLBACK}?state=s1&code=c1").status_code == 400
    assert desk.client.get(f"{CALLBACK}?state=s1&code=c1").status_code == 302
    assert desk.client.get(f"{CALLBACK}?state=s1&code=c1").status_code == 400


def test_a_consent_that_was_refused_at_paycor_says_so(desk: Desk) -> None:
    """A page with what to press, not a failure."""
    desk.post("/connect", environment="sandbox")

    response = desk.client.get(f"{CALLBACK}?state=s1&error=access_denied")

    assert response.status_code == 400
    assert "Press + Connect again" in response.text
    assert state(desk) is None


def test_the_way_back_from_paycor_is_made_of_the_public_address(desk: Desk) -> None:
    """Behind a proxy the application cannot know it; without the setting, it is as the browser came."""
    desk.post("/connect", environment="sandbox")

    assert desk.connecting.begun[0]["uri"] == f"http://localhost{CALLBACK}"


def test_only_environments_with_an_application_are_offered(desk: Desk) -> None:
    """Without any, the page says so and offers the other way."""
    desk.connecting.ready = ("sandbox",)
    one = desk.get("/connect")
    desk.connecting.ready = ()
    none = desk.get("/connect")

    assert 'value="sandbox"' in one
    assert 'value="production"' not in one
    assert "Continue to Paycor" not in none
    assert "Paste its secrets" in none


@pytest.mark.req("A46")
@pytest.mark.parametrize("path", ["/connect", "/connect/paste"])
def test_the_pages_say_where_the_ids_are_found(desk: Desk, path: str) -> None:
    """The company id and the legal entity id, by where they stand in Paycor."""
    text = desk.get(path)

    assert "then Company, then Departments" in text
    assert "Client ID or Entity ID" in text


@pytest.mark.req("B5")
def test_the_permissions_are_named_with_their_reasons(desk: Desk) -> None:
    """Before anything is pasted, so that the application is made right the first time."""
    text = desk.get("/connect/paste")

    assert "View Legal Entity Employees Employment Dates" in text
    assert "from when and until when somebody has access" in text


@pytest.mark.req("B3")
def test_a_pasted_application_leads_to_the_review(desk: Desk) -> None:
    """Every field reaches the service, and nothing besides: an address of Paycor is not the admin's to set."""
    location = desk.post("/connect/paste", 302, **PASTED, base_url="https://evil.example")

    assert location == desk.url("/review")
    assert desk.connecting.pasted == [PASTED]
    assert state(desk) == "review"


@pytest.mark.req("B3")
def test_secrets_are_never_shown_again(desk: Desk) -> None:
    """A mistake keeps what is no secret; the secrets have to be pasted anew."""
    desk.connecting.problem = InvalidSettings("One is wrong.", {"scope": "The scope has a blank in it."})

    text = desk.post(
        "/connect/paste", 200, **{**PASTED, "client_secret": "hush-1", "refresh_token": "hush-2"}
    )

    assert "The scope has a blank in it." in text
    assert 'value="c1"' in text
    assert "hush" not in text
    assert text.count('type="password"') == 3


@pytest.mark.req("B3")
def test_what_paycor_says_of_pasted_secrets_stands_on_the_form(desk: Desk) -> None:
    """A wrong secret is mended where it was pasted."""
    desk.connecting.problem = SourceAuthError("Paycor does not know this client secret.")

    text = desk.post("/connect/paste", 502, **PASTED)

    assert "Paycor does not know this client secret." in text
    assert 'value="c1"' in text


def test_a_field_left_empty_is_named(desk: Desk) -> None:
    """Nothing is sent to Paycor."""
    text = desk.post("/connect/paste", 200, **{**PASTED, "scope": ""})

    assert "Application scope is missing." in text
    assert desk.connecting.pasted == []


@pytest.mark.req("A47", "D19")
def test_the_review_says_what_comes_and_what_is_never_asked_for(desk: Desk) -> None:
    """Plain words on both sides, and what the consent covers."""
    desk.connect("review")

    text = desk.get("/review")

    assert "First name, last name and work email" in text
    assert "Social security number" in text
    assert "Legal entity 190204" in text


@pytest.mark.req("B5")
def test_a_missing_permission_stops_the_review(desk: Desk) -> None:
    """It is named, and the way on is to connect again."""
    desk.connect("review")
    desk.connecting.missing = "status"

    text = desk.get("/review")

    assert "Missing, needed" in text
    assert "Connect again" in text
    assert ">Continue<" not in text


def test_a_review_without_a_legal_entity_goes_no_further(desk: Desk) -> None:
    """There would be nobody to sync."""
    desk.connect("review")

    assert "Choose at least one legal entity." in desk.post("/review", 200)


@pytest.mark.req("A50", "D17")
@pytest.mark.parametrize(("afterwards", "forgotten"), [("keep", False), ("forget", True)])
def test_disconnect_asks_first(desk: Desk, afterwards: str, forgotten: bool) -> None:
    """A page of its own asks; only its button ends the connection, and the list no longer says Active."""
    desk.connect()
    asked = desk.get("/disconnect")
    untouched = state(desk)
    location = desk.post("/disconnect", afterwards=afterwards)

    assert "Disconnect Paycor from Head Office?" in asked
    assert untouched == "active"
    assert desk.connecting.forgotten == [forgotten]
    assert "Not connected" in desk.client.get(location).text


def test_a_disconnect_without_a_choice_asks_again(desk: Desk) -> None:
    """Forgetting is never the result of a broken form."""
    desk.connect()

    assert "Disconnect Paycor from Head Office?" in desk.post("/disconnect", 200, afterwards="burn")
    assert desk.connecting.forgotten == []


@pytest.mark.req("A42")
def test_another_portal_stays_not_connected(desk: Desk) -> None:
    """Each portal has its own connection."""
    desk.connect()
    desk.lms.who = BRANCH_ADMIN

    assert "Not connected" in desk.client.get(f"{MOUNT}/branch/").text
