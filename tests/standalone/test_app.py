"""The stand-alone connector: its sign-in, the plugin's pages behind it, its admins and its settings."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient

from connector.cli import commands
from connector.errors import ConfigurationError
from connector.services.admins import LOCKED_FOR, MOST_FAILURES
from connector.standalone import create_app
from connector.store import schema
from connector.store.db.vault import new_key
from tests.clock import Clock
from tests.standalone.conftest import services

PASSWORD = "correct horse battery staple"
HERE = "/settings/integrations/hr/"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def app(make: Callable[..., Flask]) -> Flask:
    """The app, with one admin."""
    app = make()
    assert command(app, "add", "Alma", typed=f"{PASSWORD}\n") == (0, "Alma can sign in.\n")
    return app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


def command(app: Flask, *words: str, typed: str = "") -> tuple[int, str]:
    """The exit code and output of `flask connector admins …`."""
    result = CliRunner().invoke(
        commands, ["admins", *words], obj=ScriptInfo(create_app=lambda: app), input=typed
    )
    return result.exit_code, result.output


def token(browser: FlaskClient, address: str) -> str:
    """The token of the first form of a page."""
    match = TOKEN.search(browser.get(address).text)
    assert match is not None
    return match[1]


def sign_in(browser: FlaskClient, password: str = PASSWORD, name: str = "Alma", then: str = "") -> Any:
    """The answer to a sign-in."""
    address = f"/sign-in?next={then}" if then else "/sign-in"
    form = {"name": name, "password": password, "csrf_token": token(browser, address)}
    return browser.post(address, data=form)


# --- signing in ---


@pytest.mark.req("A40")
def test_no_page_is_shown_without_a_sign_in(browser: FlaskClient) -> None:
    """The visitor is sent to the sign-in, which leads back to the page."""
    answer = browser.get(f"{HERE}main/")

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=/settings/integrations/hr/")


def test_an_admin_signs_in_and_sees_the_pages(browser: FlaskClient) -> None:
    """In the plain layout, with the name of the LMS and a way to sign out."""
    answer = sign_in(browser, name=" ALMA ", then=HERE)
    page = browser.get(HERE, follow_redirects=True)

    assert answer.location == HERE
    assert page.status_code == 200
    assert "Northfield Academy" in page.text
    assert "Sign out" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "then",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "/%09/elsewhere.example",
        "/%0A/elsewhere.example",
        "/%0D/elsewhere.example",
        "%09//elsewhere.example",
        "/%C2%85/elsewhere.example",
    ],
)
def test_a_sign_in_does_not_lead_to_another_site(browser: FlaskClient, then: str) -> None:
    """An address that is not a path of this site is ignored."""
    assert sign_in(browser, then=then).location == "/"


def test_a_sign_in_with_a_nul_in_the_address_behind_it_is_refused(browser: FlaskClient) -> None:
    """No text of a form may have one."""
    answer = browser.get("/sign-in?next=/%00/elsewhere.example")

    assert answer.status_code == 400


@pytest.mark.parametrize(("name", "password"), [("Alma", "wrong horse battery"), ("Nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    browser: FlaskClient, name: str, password: str
) -> None:
    """The answer does not reveal which names exist."""
    answer = sign_in(browser, password, name)

    assert answer.status_code == 403
    assert "Name and password do not go together" in answer.text
    assert browser.get(HERE).status_code == 302


def test_a_form_without_its_token_does_not_sign_in(browser: FlaskClient) -> None:
    """Another site cannot sign a visitor in as another user."""
    answer = browser.post("/sign-in", data={"name": "Alma", "password": PASSWORD})

    assert answer.status_code == 200
    assert browser.get(HERE).status_code == 302


def test_after_wrong_passwords_the_right_one_has_to_wait(browser: FlaskClient, clock: Clock) -> None:
    """For exactly a quarter of an hour."""
    for _ in range(MOST_FAILURES):
        sign_in(browser, "wrong horse battery")
    locked = sign_in(browser).status_code
    clock.advance(LOCKED_FOR - timedelta(seconds=1))
    still = sign_in(browser).status_code
    clock.advance(timedelta(seconds=1))

    assert [locked, still, sign_in(browser).status_code] == [403, 403, 302]


def test_a_right_password_resets_the_count_of_wrong_ones(browser: FlaskClient) -> None:
    """Only wrong passwords in a row count."""
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            sign_in(browser, "wrong horse battery")
        assert sign_in(browser).status_code == 302


@pytest.mark.req("D22")
@pytest.mark.parametrize(("body", "status"), [(b"a=&" * 7_000_000, 413), (b"name=" + b"x" * 60_000, 400)])
def test_a_sign_in_of_any_size_is_refused_before_it_costs_anything(
    browser: FlaskClient, body: bytes, status: int
) -> None:
    """Anybody can send it, without a session."""
    answer = browser.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == status


def test_signing_out_ends_the_session(browser: FlaskClient) -> None:
    """But a form of another site does not."""
    sign_in(browser)
    forged = (browser.post("/sign-out").status_code, browser.get(HERE).location)
    browser.post("/sign-out", data={"csrf_token": token(browser, f"{HERE}main/")})

    assert forged == (302, f"{HERE}main/")
    assert "/sign-in" in browser.get(HERE).location


@pytest.mark.req("A40")
def test_a_copied_cookie_ends_with_the_sign_out(app: Flask, browser: FlaskClient) -> None:
    """The session ends at the server, not only in the browser that signs out."""
    sign_in(browser)
    copy = app.test_client()
    cookie = browser.get_cookie("connector_session")
    assert cookie is not None
    copy.set_cookie("connector_session", cookie.value)
    before = copy.get(f"{HERE}main/").status_code
    browser.post("/sign-out", data={"csrf_token": token(browser, f"{HERE}main/")})

    assert before == 200
    assert "/sign-in" in copy.get(f"{HERE}main/").location


@pytest.mark.req("A40")
def test_a_second_sign_in_ends_the_first_of_the_same_browser(app: Flask, browser: FlaskClient) -> None:
    """A copy of the first cookie does not outlive it."""
    sign_in(browser)
    copy = app.test_client()
    cookie = browser.get_cookie("connector_session")
    assert cookie is not None
    copy.set_cookie("connector_session", cookie.value)
    sign_in(browser)

    assert "/sign-in" in copy.get(f"{HERE}main/").location
    assert browser.get(f"{HERE}main/").status_code == 200


@pytest.mark.parametrize("words", [("add", "Alma"), ("remove", "Alma")])
def test_a_session_ends_with_its_password_and_with_its_admin(
    app: Flask, browser: FlaskClient, words: tuple[str, str]
) -> None:
    """A leaked password is useless once it is changed."""
    sign_in(browser)
    before = browser.get(HERE).location
    command(app, *words, typed="another horse battery\n")

    assert before == f"{HERE}main/"
    assert "/sign-in" in browser.get(HERE).location


@pytest.mark.req("A40")
@pytest.mark.parametrize(
    ("values", "is_secure"),
    [
        pytest.param({"CONNECTOR_ENV": "production"}, True, id="in production"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "https://connector.example"}, True, id="with https"),
        pytest.param({"CONNECTOR_PUBLIC_URL": "http://127.0.0.1:5000"}, False, id="on this machine"),
    ],
)
def test_the_cookie_goes_over_https_to_this_host_alone(
    make: Callable[..., Flask], values: dict[str, str], is_secure: bool
) -> None:
    """Always in production; a browser is told to use https as well."""
    answer = make(**values).test_client().get("/sign-in", base_url="https://connector.example")
    cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith("__Host-connector_session=" if is_secure else "connector_session=")
    assert ("; Secure" in cookie) is is_secure
    assert "HttpOnly" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert ("Strict-Transport-Security" in answer.headers) is is_secure
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]


# --- the admins ---


def test_admins_are_listed_and_removed(app: Flask) -> None:
    """A name is unique in any case."""
    again = command(app, "add", "ALMA", typed=f"{PASSWORD}\n")
    listed = command(app, "list")
    removed = command(app, "remove", "alma")

    assert again == (0, "ALMA has a new password.\n")
    assert listed == (0, "alma\n")
    assert removed[0] == 0
    assert command(app, "remove", "alma")[0] == 1


def test_a_short_password_is_refused_with_its_length(app: Flask) -> None:
    """It is not shown."""
    code, said = command(app, "add", "Bob", typed="horse\n")

    assert code == 1
    assert "12 to 500 characters; this one has 5" in said
    assert "horse" not in said


def test_no_password_is_stored(app: Flask, tmp_path: Path) -> None:
    """Only its hash is."""
    services(app).database.engine.dispose()

    assert PASSWORD.encode() not in (tmp_path / "connector.sqlite").read_bytes()


def test_without_tables_the_sign_in_says_what_to_do(make: Callable[..., Flask], browser: FlaskClient) -> None:
    """It does not fail."""
    schema.downgrade(services(browser.application).database.engine)
    answer = browser.get("/sign-in")

    assert answer.status_code == 503
    assert "flask connector db upgrade" in answer.text


# --- settings ---


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param({"CONNECTOR_HOST": "moodle"}, "CONNECTOR_MOODLE_TOKEN", id="no token"),
        pytest.param({"CONNECTOR_HOST": ""}, "CONNECTOR_HOST", id="no LMS"),
        pytest.param({"CONNECTOR_TIME_ZONE": "Mars/Olympus"}, "CONNECTOR_TIME_ZONE", id="no time zone"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_stops_the_start(
    tmp_path: Path, values: dict[str, str], named: str
) -> None:
    """The error names it."""
    least = {"INSTANCE_PATH": str(tmp_path), "CONNECTOR_ENV": "development"}

    with pytest.raises(ConfigurationError, match=named):
        create_app({**least, "CONNECTOR_SECRET_KEYS": new_key(), "CONNECTOR_SCHEDULER": "false", **values})
