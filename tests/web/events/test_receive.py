"""The address for Paycor's events: no page, no session, and closed to whoever lacks its two secrets."""

import json
import logging
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFProtect

from connector.services.events import MAX_BODY_BYTES, EndpointSecrets
from connector.store import schema
from connector.store.tables.events import EventRefreshRow
from connector.web.events import receive
from tests.web.conftest import MOUNT, Desk

ID = "00000001-7a44-0000-0000-0000fce60200"
EVENT = json.dumps({"EventType": "Employee.Modified", "ItemId": ID, "note": "Renata O'Dell"})


@dataclass
class Outside:
    """Paycor's side: a client that has no session, and the secrets it was given."""

    client: FlaskClient
    secrets: EndpointSecrets

    def send(self, body: str | bytes = EVENT, path: str | None = None, secret: str | None = None) -> int:
        """The status that a delivery is answered with."""
        headers = {"Authorization": self.secrets.authorization if secret is None else secret}
        address = f"{MOUNT}/events/{self.secrets.path if path is None else path}"
        return self.client.post(address, data=body, headers=headers).status_code


@pytest.fixture(params=["before", "after"])
def paycor(request: pytest.FixtureRequest, desk: Desk) -> Outside:
    """An LMS that guards every form of its own, whether it began to before we came or after."""
    app = Flask("guarded")
    app.secret_key = "for a test"
    if request.param == "before":
        CSRFProtect(app)
    app.register_blueprint(receive.blueprint(), url_prefix=MOUNT)
    if request.param == "after":
        CSRFProtect(app)
    app.extensions["connector"] = desk.services
    app.add_url_rule("/form", "form", lambda: "sent", methods=["POST"])
    desk.connect()
    return Outside(app.test_client(), desk.services.events.open("hq", "7"))


def kept(desk: Desk) -> list[str]:
    """The employees that wait to be read."""
    with desk.database.reading() as session:
        return [row.employee_id for row in session.query(EventRefreshRow)]


@pytest.mark.req("X20")
def test_an_event_is_answered_at_once(desk: Desk, paycor: Outside) -> None:
    """Without a form's token and without a session; nothing is read from Paycor meanwhile."""
    assert paycor.send() == 202
    assert kept(desk) == [ID]
    assert desk.woken == []


def test_the_forms_of_the_lms_stay_guarded(paycor: Outside) -> None:
    """Only our own address is let pass."""
    assert paycor.client.post("/form").status_code == 400


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    ("path", "secret", "expected"),
    [
        pytest.param("guessed", None, 404, id="another path"),
        pytest.param(None, "Bearer guessed", 401, id="another secret"),
        pytest.param(None, "", 401, id="no secret"),
    ],
)
def test_whoever_lacks_a_secret_is_turned_away(
    desk: Desk, paycor: Outside, path: str | None, secret: str | None, expected: int
) -> None:
    """And nothing is kept."""
    assert paycor.send(path=path, secret=secret) == expected
    assert kept(desk) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_post_is_an_event(paycor: Outside, method: str) -> None:
    """There is nothing to look at."""
    answer = paycor.client.open(f"{MOUNT}/events/{paycor.secrets.path}", method=method)

    assert answer.status_code == 405


@pytest.mark.req("X20")
def test_a_body_that_is_too_long_is_not_read(desk: Desk, paycor: Outside) -> None:
    """Whether it says how long it is or not."""
    assert paycor.send(EVENT + " " * MAX_BODY_BYTES) == 413
    assert kept(desk) == []


def test_what_is_no_event_is_a_bad_request(paycor: Outside) -> None:
    """So that whoever sets it up sees that something is wrong."""
    assert paycor.send("<event/>") == 400


def test_it_waits_for_the_schema(desk: Desk, paycor: Outside) -> None:
    """Paycor is told to come again; an operator is told elsewhere what to run."""
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")

    assert paycor.send() == 503


@pytest.mark.req("X20")
def test_nothing_of_a_delivery_is_logged(paycor: Outside, caplog: pytest.LogCaptureFixture) -> None:
    """Neither its body nor its secrets."""
    caplog.set_level(logging.DEBUG)
    for body in (EVENT, "<Renata/>"):
        paycor.send(body)
        paycor.send(body, secret="Bearer guessed")

    assert "Renata" not in caplog.text
    assert "guessed" not in caplog.text
    assert paycor.secrets.path not in caplog.text


def test_it_is_the_only_address_that_is_no_page(desk: Desk) -> None:
    """The walk over the pages asks everybody who they are: what it leaves out is this one alone."""
    app = Flask("alone")
    app.register_blueprint(receive.blueprint(), url_prefix=MOUNT)

    rules = {(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules() if rule.endpoint != "static"}

    assert rules == {(f"{MOUNT}/events/<path>", receive.ENDPOINT)}


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.req("X20")
def test_the_page_shows_the_secrets_once(desk: Desk) -> None:
    """In the answer to the button, which is not to be kept; afterwards nowhere."""
    desk.connect()

    shown = desk.client.post(desk.url("/events"), data={"csrf_token": desk.token(), "make": "1"})
    address = shown.text.split("<code>")[1].split("</code>")[0]

    assert address.startswith(f"http://localhost{MOUNT}/events/")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "<code>Bearer " in shown.text
    assert address not in desk.get("/events")
    assert "Bearer " not in desk.get("/events")
    assert desk.post("/events", close="1") == desk.url("/events")
    assert "Make an address and a secret" in desk.get("/events")
