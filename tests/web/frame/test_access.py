import pytest
from flask import Flask
from werkzeug.routing import Rule

from connector.store import schema
from connector.web import PAGES
from connector.web.frame.access import WITHOUT_PORTAL
from tests.web.conftest import MOUNT, Site
from tests.web.fakes import BRANCH_ADMIN, HALF_ADMIN

#: Every address of a portal, every method of each, and every address that takes a form.
OF_A_PORTAL = [page for page in PAGES if f"connector.{page[1]}" not in WITHOUT_PORTAL]
EVERY_METHOD = [
    pytest.param(address, method, id=f"{method} {endpoint}")
    for address, endpoint, _, methods in OF_A_PORTAL
    for method in methods
]
FORMS = [
    pytest.param(address, id=endpoint) for address, endpoint, _, methods in OF_A_PORTAL if "POST" in methods
]


def url_of(address: str, portal_id: str) -> str:
    """The URL of a page, with a portal, an employee, and a run or a line of the log."""
    path = address.replace("<portal_id>", portal_id).replace("<employee_id>", "e1")
    return MOUNT + path.replace("<connector_row:run_id>", "1").replace("<connector_row:line_id>", "1")


def rules(app: Flask) -> list[Rule]:
    """The URL rules of the pages; static files are public."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("connector.") and rule.endpoint != "connector.static"
    ]


def test_the_list_of_pages_is_complete(site: Site) -> None:
    """The tests below check every page of the list, so no page may be missing."""
    expected = {(MOUNT + address, frozenset(methods)) for address, _, _, methods in PAGES}

    actual = {
        (rule.rule, frozenset((rule.methods or set()) - {"HEAD", "OPTIONS"})) for rule in rules(site.app)
    }

    assert expected == actual


@pytest.mark.req("D22")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_a_character_that_no_database_holds_is_refused(site: Site, address: str, method: str) -> None:
    """In the path, in the query and in a form; PostgreSQL would fail on it."""
    site.connect()
    url = url_of(address, "hq")

    answers = [
        site.client.open(f"{url}?q=a%00b", method=method),
        site.client.open(url.replace("/hq/", "/h%00q/"), method=method),
        site.client.open(url, method=method, query_string={"a\0b": "c"}),
    ]
    if method == "POST":
        answers.append(site.client.post(url, data={"csrf_token": site.token(), "name": "a\0b"}))

    assert {answer.status_code for answer in answers} == {400}


@pytest.mark.req("A40")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_an_admin_without_full_permissions_is_refused(site: Site, address: str, method: str) -> None:
    """Some permissions in the portal are not enough, for any page or form."""
    site.connect()
    site.lms.signed_in = HALF_ADMIN

    assert site.client.open(url_of(address, "hq"), method=method).status_code == 403


@pytest.mark.req("A41", "A42")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_the_admin_of_another_portal_gets_404(site: Site, address: str, method: str) -> None:
    """Not even the existence of the portal shows."""
    site.connect()
    site.lms.signed_in = BRANCH_ADMIN

    assert site.client.open(url_of(address, "hq"), method=method).status_code == 404


@pytest.mark.req("A43")
@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_a_portal_that_is_switched_off_gets_404(site: Site, address: str, method: str) -> None:
    """Its own admin sees nothing of the integration while the operator has switched it off."""
    assert site.client.open(url_of(address, "off"), method=method).status_code == 404


@pytest.mark.parametrize("address", FORMS)
def test_a_form_without_its_token_is_refused(site: Site, address: str) -> None:
    """Another site can make a browser send a form, but not with the token."""
    site.connect()

    assert site.client.post(url_of(address, "hq")).status_code == 400


@pytest.mark.parametrize("address", FORMS)
def test_a_token_is_required_even_where_the_lms_requires_none(site: Site, address: str) -> None:
    """The LMS may have switched off Flask-WTF's protection for its own forms."""
    site.connect()
    site.app.config["WTF_CSRF_ENABLED"] = False

    assert site.client.post(url_of(address, "hq"), data={"csrf_token": "forged"}).status_code == 400


@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_a_visitor_is_sent_to_the_sign_in(site: Site, address: str, method: str) -> None:
    """The sign-in leads back to a page, but from a form to the way in."""
    site.lms.signed_in = None
    target = url_of(address, "hq")
    come_back = target if method == "GET" else f"{MOUNT}/"

    response = site.client.open(target, method=method)

    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={come_back}")


def test_an_lms_without_a_sign_in_page_refuses_visitors(site: Site) -> None:
    """There is no page to send them to."""
    site.lms.signed_in, site.lms.sign_in = None, None

    site.get(status=403)


@pytest.mark.parametrize(("address", "method"), EVERY_METHOD)
def test_pages_wait_for_the_schema(site: Site, address: str, method: str) -> None:
    """While the database is behind, each page names the command to run."""
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")

    response = site.client.open(url_of(address, "hq"), method=method)

    assert response.status_code == 503
    assert "flask connector db upgrade" in response.text


@pytest.mark.parametrize("path", ["/", "/oauth/callback?led_on=1"])
def test_pages_without_a_portal_are_for_full_admins_too(site: Site, path: str) -> None:
    """Other admins cannot connect anything."""
    site.lms.signed_in = HALF_ADMIN

    assert site.client.get(MOUNT + path).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/mapping", "/invites", "/safety", "/scope", "/groups", "/exceptions", "/events", "/completions"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_settings_of_a_portal_without_a_connection_lead_to_the_overview(
    site: Site, path: str, method: str
) -> None:
    """The overview offers + Connect; nothing of a form that was sent is saved."""
    response = site.client.open(site.url(path), method=method, data={"csrf_token": site.token()})

    assert (response.status_code, response.headers["Location"]) == (302, site.url())


def test_settings_of_an_ended_connection_stay_open(site: Site) -> None:
    """They come back with the next connection, so the admin may look at them."""
    site.connect("disconnected")

    assert "Map your data" in site.get("/mapping")
