"""Mock events: really posted, with the secret, to this machine and nowhere else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from connector.sandbox.paycor.endpoints.events import TIMEOUT_S
from tests.sandbox.paycor import openapi
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

MOCK = "/v1/events/mockevent"
ITEM = "5f1d2c3b-7a44-0000-0000-0000fce60200"


@dataclass
class Receiver:
    """A receiver of events on this machine; answers with `status`."""

    url: str = ""
    status: int = 204
    seen: list[tuple[str, str | None, bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that runs."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.seen.append((self.path, self.headers["Authorization"], body))
            self.send_response(kept.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/hook?x=1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def mock_event(url: object = "http://127.0.0.1:1/", **changes: object) -> dict[str, Any]:
    """The body of a mock event; None leaves a field out."""
    whole = {
        "applicationId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "notificationURL": url,
        "notificationSecret": "Bearer a-secret-of-ours",
        "eventType": "Employee.Modified",
        "itemId": ITEM,
        "legalEntityId": 190204,
        "tenantId": 226410,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def test_19_the_event_is_answered_and_really_posted(caller: Caller, receiver: Receiver) -> None:
    """201 with the event; the same event arrives with the unchanged secret."""
    answer = caller.send("POST", MOCK, mock_event(receiver.url))
    path, secret, body = receiver.seen[0]

    assert (answer.status_code, len(receiver.seen)) == (201, 1)
    assert (path, secret) == ("/hook?x=1", "Bearer a-secret-of-ours")
    assert json.loads(body) == answer.get_json()
    assert answer.get_json()["resource"] == {"id": ITEM, "url": f"v1/employees/{ITEM}"}


def test_19_an_event_is_what_the_document_says(caller: Caller, receiver: Receiver) -> None:
    """Names and types of the answer under 201."""
    schema = openapi.answer_schema(1, MOCK, "post", "201")

    assert openapi.problems(schema, caller.send("POST", MOCK, mock_event(receiver.url)).get_json()) == set()


def test_19_every_event_has_an_id_of_its_own(caller: Caller, receiver: Receiver) -> None:
    """The same body twice is two events."""
    ids = {caller.send("POST", MOCK, mock_event(receiver.url)).get_json()["eventId"] for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        *[
            ({name: None}, name)
            for name in ("applicationId", "notificationURL", "notificationSecret", "eventType")
        ],
        ({"tenantId": None}, "tenantId"),
        ({"tenantId": "226410"}, "tenantId"),
        ({"itemId": None}, "itemId"),
        ({"itemId": "someone"}, "itemId"),
        ({"eventType": "LegalEntity.Modified", "legalEntityId": None}, "legalEntityId"),
        ({"applicationId": "mine"}, "applicationId"),
        ({"notificationSecret": "a\r\nHost: elsewhere"}, "notificationSecret"),
        ({"notificationURL": "https://lms.example/hook"}, "notificationURL"),
        ({"notificationURL": "http://169.254.169.254/"}, "notificationURL"),
        ({"notificationURL": "http://127.0.0.1@lms.example/"}, "notificationURL"),
        ({"notificationURL": "http://127.0.0.1.lms.example/"}, "notificationURL"),
        ({"notificationURL": "file:///etc/hosts"}, "notificationURL"),
        ({"notificationURL": "http://[::1"}, "notificationURL"),
    ],
)
def test_19_an_event_that_makes_no_sense_is_refused(
    caller: Caller, changes: dict[str, object], source: str
) -> None:
    """400 that names the field; nothing is posted, least of all to another machine."""
    answer = caller.send("POST", MOCK, mock_event(**changes))

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, [source])
    assert caller.http.get("/_control/events").get_json() == {"events": []}


def test_19_an_event_of_another_type_needs_no_item(caller: Caller, receiver: Receiver) -> None:
    """Undocumented types are passed on."""
    answer = caller.send("POST", MOCK, mock_event(receiver.url, eventType="Employee.Created", itemId=None))

    assert (answer.status_code, answer.get_json()["resource"]["url"]) == (201, "v1/legalentities/190204")


def test_19_names_can_come_in_pascal_case(caller: Caller, receiver: Receiver) -> None:
    """The casing of deliveries is unknown, so both can be had."""
    caller.control("switches", events_in_pascal_case=True)
    caller.send("POST", MOCK, mock_event(receiver.url))

    assert b'"EventType"' in receiver.seen[0][2]
    assert b'"Url"' in receiver.seen[0][2]


@pytest.mark.parametrize("status", [204, 302, 500])
def test_19_what_came_of_a_delivery_can_be_read(caller: Caller, receiver: Receiver, status: int) -> None:
    """The status, redirects not followed; no address and no secret."""
    receiver.status = status
    caller.send("POST", MOCK, mock_event(receiver.url))
    report = caller.http.get("/_control/events")

    assert [one["status"] for one in report.get_json()["events"]] == [status]
    assert "a-secret-of-ours" not in report.text
    assert len(receiver.seen) == 1


def test_19_a_missing_receiver_changes_nothing_for_the_caller(caller: Caller) -> None:
    """201 all the same; the delivery has no status."""
    answer = caller.send("POST", MOCK, mock_event("http://127.0.0.1:1/"))

    assert (answer.status_code, TIMEOUT_S <= 5) == (201, True)
    assert [one["status"] for one in caller.http.get("/_control/events").get_json()["events"]] == [None]


def test_19_an_event_of_another_tenant_is_refused(caller: Caller) -> None:
    """403, as for everything that is not the activation's."""
    assert caller.send("POST", MOCK, mock_event(tenantId=226988)).status_code == 403
