"""A connected portal that receives events: its address, its secrets, and the employees that wait to be read."""

import json
from datetime import timedelta

from limits import RateLimitItemPerMinute

from connector.services.events import Delivery, EndpointSecrets, EventEndpoints
from connector.store import events
from connector.store.connection import connections, legal_entities
from connector.store.tables.events import EventRefreshRow
from tests.services.portal import ConnectedPortal

TENANT, ENTITY = 77001, 190204
MINUTE = timedelta(minutes=1)


def guid(number: int) -> str:
    """An employee id as Paycor makes them."""
    return f"{number:08x}-7a44-0000-0000-0000fce60200"


def event(number: int = 1, **changes: object) -> bytes:
    """An event about the employee of this number."""
    body = {"eventType": "Employee.Modified", "tenantId": TENANT, "itemId": guid(number)}
    return json.dumps(body | changes).encode()


class EventPortal:
    """A connected portal with an address for events."""

    def __init__(self, portal: ConnectedPortal) -> None:
        self.portal = portal
        self.events = EventEndpoints(portal.wiring, RateLimitItemPerMinute(50))
        with portal.database.writing() as session:
            row = connections.lock(session, "a")
            assert row is not None
            legal_entities.claim(session, row, {ENTITY: TENANT})
        self.secrets = self.events.open("a", "admin")

    def deliver(self, body: bytes, secrets: EndpointSecrets | None = None) -> Delivery:
        """A delivery with both secrets, or with others."""
        used = secrets or self.secrets
        return self.events.receive(used.path, used.authorization, body)

    def waiting(self) -> list[str]:
        """The employees that wait to be read."""
        return sorted(row.employee_id for row in self.portal.rows(EventRefreshRow))

    def store_events(self, *numbers: int) -> None:
        """Events about employees of the feed, whose ids are short."""
        with self.portal.database.writing() as session:
            for number in numbers:
                events.record(session, self.portal.connection.id, f"e{number}", self.portal.clock())
