import pytest
from flask import Flask
from werkzeug.routing import Rule

from connector.store import schema
from connector.web import PAGES
from connector.web.frame.access import WITHOUT_PORTAL
from tests.web.conftest import MOUNT, Desk
from tests.web.fakes import ADMIN, BRANCH_ADMIN, HALF_ADMIN

#: Every address below a portal, and every address that takes a form.
OF_A_PORTAL = [page for page in PAGES if f"connector.{page[1]}" not in WITHOUT_PORTAL]
EVERY_METHOD = [
    pytest.param(address, method, id=f"{method} {endpoint}")
    for address, endpoint, _, methods in OF_A_PORTAL
    for method in methods
]
FORMS = [
    pytest.param(address, id=endpoint) for address, endpoint, _, methods in OF_A_PORTAL if "POST" in methods
]


def filled(address: str, portal_id: str) -> str:
    """The address of a page, with a portal, a run and an employee in it."""
    named = address.replace("<portal_id>", portal_id).replace("<employee_id>", "e1")
    return MOUNT + named.replace("<int:run_id>", "1")


def rules(app: Flask) -> list[Rule]:
    """The rules of the pages; static files are nobody's secret."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("connector.") and rule.endpoint != "connector.static"
    ]


def test_the_list_of_pages_is_what_there_is(desk: Desk) -> None:
    """The tests below walk the list: an address that is not in it would escape them."""
    expected = {(MOUNT + address, frozenset(methods)) for address, _, _, methods in PAGES}

    actual = {
        (rule.rule, frozenset((rule.methods or set()) - {"HEAD", "OPTIONS"})) for rule in rules(desk.app)
    }

    assert expected == actual


@pytest.mark.req("A40")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_an_admin_without_full_permissions_is_refused(desk: Desk, address: str, method: str) -> None:
    """Some permissions in the portal are not enough, for any page and any form."""
    desk.connect()
    desk.lms.who = HALF_ADMIN

    assert desk.client.open(filled(address, "hq"), method=method).status_code == 403


@pytest.mark.req("A41", "A42")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_the_admin_of_another_portal_finds_nothing(desk: Desk, address: str, method: str) -> None:
    """Not even that there is a portal of that name."""
    desk.connect()
    desk.lms.who = BRANCH_ADMIN

    assert desk.client.open(filled(address, "hq"), method=method).status_code == 404


@pytest.mark.req("A43")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_a_portal_that_is_switched_off_shows_nothing(desk: Desk, address: str, method: str) -> None:
    """Its own admin sees nothing of the integration while the operator has it off."""
    assert desk.client.open(filled(address, "off"), method=method).status_code == 404


@pytest.mark.parametrize("address", FORMS)
def test_a_form_without_its_token_is_refused(desk: Desk, address: str) -> None:
    """Another site can make a browser send a form, but not with the token."""
    desk.connect()

    assert desk.client.post(filled(address, "hq")).status_code == 400


@pytest.mark.parametrize("address", FORMS)
def test_a_token_is_asked_for_even_where_the_lms_does_not(desk: Desk, address: str) -> None:
    """The LMS may have switched Flask-WTF's protection off for its own forms."""
    desk.connect()
    desk.app.config["WTF_CSRF_ENABLED"] = False

    assert desk.client.post(filled(address, "hq"), data={"csrf_token": "forged"}).status_code == 400


@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_somebody_not_signed_in_is_sent_to_the_sign_in(desk: Desk, address: str, method: str) -> None:
    """And comes back to the page they wanted; a form is begun anew."""
    desk.lms.who = None
    target = filled(address, "hq")
    come_back = target if method == "GET" else f"{MOUNT}/"

    response = desk.client.open(target, method=method)

    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={come_back}")


def test_an_lms_without_a_sign_in_page_refuses(desk: Desk) -> None:
    """When there is nowhere to send somebody to."""
    desk.lms.who, desk.lms.sign_in = None, None

    desk.get(status=403)


@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_pages_wait_for_the_schema(desk: Desk, address: str, method: str) -> None:
    """While the database is behind, each page names the command instead of failing in the middle."""
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")

    response = desk.client.open(filled(address, "hq"), method=method)

    assert response.status_code == 503
    assert "flask connector db upgrade" in response.text


@pytest.mark.parametrize("path", ["/", "/oauth/callback"])
def test_pages_without_a_portal_are_for_full_admins_too(desk: Desk, path: str) -> None:
    """Nobody else has anything to begin or to come back to."""
    desk.lms.who = HALF_ADMIN

    assert desk.client.get(MOUNT + path).status_code == 403


def test_the_way_in_lists_the_portals_of_the_viewer_that_are_on(desk: Desk) -> None:
    """A portal that is switched off is not named."""
    text = desk.client.get(f"{MOUNT}/").text

    assert "Head Office" in text
    assert "Branch" in text
    assert "/off/" not in text


def test_the_way_in_leads_straight_to_a_single_portal(desk: Desk) -> None:
    """There is nothing to choose."""
    desk.lms.who = BRANCH_ADMIN

    assert desk.client.get(f"{MOUNT}/").headers["Location"] == f"{MOUNT}/branch/"


@pytest.mark.req("A43")
def test_the_way_in_is_not_there_while_everything_is_off(desk: Desk) -> None:
    """An admin of portals that are all switched off sees nothing of it."""
    desk.lms.known = {}
    desk.lms.who = ADMIN

    assert desk.client.get(f"{MOUNT}/").status_code == 404


def test_the_pages_stand_in_the_layout_of_the_lms(desk: Desk) -> None:
    """Its header, its title block; our style sheet comes from below our own mount."""
    text = desk.get()

    assert "<header>Acme Learning</header>" in text
    assert "<title>Paycor · Paycor</title>" in text
    assert f"{MOUNT}/_static/connector.css" in text
    with desk.client.get(f"{MOUNT}/_static/connector.css") as sheet:
        assert sheet.status_code == 200


def test_pages_need_no_inline_script_or_style(desk: Desk) -> None:
    """A strict Content-Security-Policy of the LMS does not break them."""
    desk.connect()
    for address, _, _, methods in OF_A_PORTAL:
        if "GET" in methods and "run_id" not in address:
            text = desk.client.get(filled(address, "hq")).text

            assert " style=" not in text
            assert "<style" not in text
            assert "<script>" not in text
            assert "onclick" not in text
