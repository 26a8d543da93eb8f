"""The address for Paycor's events: not a page, no session, and closed to a caller without both secrets."""

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
from tests.web.conftest import MOUNT, Site

ID = "00000001-7a44-0000-0000-0000fce60200"
EVENT = json.dumps({"EventType": "Employee.Modified", "ItemId": ID, "note": "Renata O'Dell"})


@dataclass
class PaycorClient:
    """Paycor's side: a client without a session, and the secrets it has."""

    client: FlaskClient
    secrets: EndpointSecrets

    def send(self, body: str | bytes = EVENT, path: str | None = None, secret: str | None = None) -> int:
        """Sends an event; returns the status of the answer."""
        headers = {"Authorization": self.secrets.authorization if secret is None else secret}
        address = f"{MOUNT}/events/{self.secrets.path if path is None else path}"
        return self.client.post(address, data=body, headers=headers).status_code


@pytest.fixture(params=["before", "after"])
def paycor(request: pytest.FixtureRequest, site: Site) -> PaycorClient:
    """An LMS that protects its own forms with Flask-WTF, installed before or after the connector."""
    app = Flask("protected")
    app.secret_key = "for a test"
    if request.param == "before":
        CSRFProtect(app)
    app.register_blueprint(receive.blueprint(), url_prefix=MOUNT)
    if request.param == "after":
        CSRFProtect(app)
    app.extensions["connector"] = site.services
    app.add_url_rule("/form", "form", lambda: "sent", methods=["POST"])
    site.connect()
    return PaycorClient(app.test_client(), site.services.events.open("hq", "7"))


def waiting_ids(site: Site) -> list[str]:
    """The ids of the employees that the next refresh reads."""
    with site.database.reading() as session:
        return [row.employee_id for row in session.query(EventRefreshRow)]


@pytest.mark.req("X20")
def test_an_event_is_accepted_at_once(site: Site, paycor: PaycorClient) -> None:
    """It needs no form token and no session; nothing is read from Paycor meanwhile."""
    assert paycor.send() == 202
    assert waiting_ids(site) == [ID]
    assert site.woken == []


def test_the_forms_of_the_lms_stay_protected(paycor: PaycorClient) -> None:
    """Only our own address is exempt."""
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
def test_a_caller_without_both_secrets_is_refused(
    site: Site, paycor: PaycorClient, path: str | None, secret: str | None, expected: int
) -> None:
    """Nothing is stored."""
    assert paycor.send(path=path, secret=secret) == expected
    assert waiting_ids(site) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_post_is_an_event(paycor: PaycorClient, method: str) -> None:
    """The address has no page to look at."""
    answer = paycor.client.open(f"{MOUNT}/events/{paycor.secrets.path}", method=method)

    assert answer.status_code == 405


@pytest.mark.req("X20")
def test_a_body_that_is_too_long_is_not_read(site: Site, paycor: PaycorClient) -> None:
    """Its declared length is enough to refuse it."""
    assert paycor.send(EVENT + " " * MAX_BODY_BYTES) == 413
    assert waiting_ids(site) == []


def test_a_body_that_is_not_an_event_is_a_bad_request(paycor: PaycorClient) -> None:
    """An admin who sets it up sees that something is wrong."""
    assert paycor.send("<event/>") == 400


def test_it_waits_for_the_schema(site: Site, paycor: PaycorClient) -> None:
    """Paycor tries again later; the pages tell the operator what to run."""
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")

    assert paycor.send() == 503


@pytest.mark.req("X20")
def test_nothing_of_a_delivery_is_logged(paycor: PaycorClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither its body nor its secrets."""
    caplog.set_level(logging.DEBUG)
    for body in (EVENT, "<Renata/>"):
        paycor.send(body)
        paycor.send(body, secret="Bearer guessed")

    assert "Renata" not in caplog.text
    assert "guessed" not in caplog.text
    assert paycor.secrets.path not in caplog.text


def test_it_is_the_only_address_without_a_sign_in(site: Site) -> None:
    """Every page asks for an admin; this blueprint has one address, and no other."""
    app = Flask("alone")
    app.register_blueprint(receive.blueprint(), url_prefix=MOUNT)

    rules = {(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules() if rule.endpoint != "static"}

    assert rules == {(f"{MOUNT}/events/<path>", receive.ENDPOINT)}
