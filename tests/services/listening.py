"""A connected portal that listens for events: its door, its secrets, and who waits to be read."""

import json
from datetime import timedelta

from limits import RateLimitItemPerMinute

from connector.services.events import Delivery, EndpointSecrets, EventEndpoints
from connector.store import events
from connector.store.connection import connections
from connector.store.tables.events import EventRefreshRow
from tests.services.portal import ConnectedPortal

TENANT, ENTITY = 77001, 190204
MINUTE = timedelta(minutes=1)


def guid(number: int) -> str:
    """An employee id as Paycor makes them."""
    return f"{number:08x}-7a44-0000-0000-0000fce60200"


def event(number: int = 1, **changes: object) -> bytes:
    """An event about the employee of this number."""
    said = {"eventType": "Employee.Modified", "tenantId": TENANT, "itemId": guid(number)}
    return json.dumps(said | changes).encode()


class Listening:
    """A connected portal with a door."""

    def __init__(self, portal: ConnectedPortal) -> None:
        self.portal = portal
        self.events = EventEndpoints(portal.wiring, RateLimitItemPerMinute(50))
        with portal.database.writing() as session:
            row = connections.locked(session, "a")
            assert row is not None
            connections.claim(session, row, {ENTITY: TENANT})
        self.secrets = self.events.open("a", "admin")

    def hear(self, body: bytes, secrets: EndpointSecrets | None = None) -> Delivery:
        """A delivery that knows both secrets, unless others are given."""
        known = secrets or self.secrets
        return self.events.receive(known.path, known.authorization, body)

    def nudged(self) -> list[str]:
        """The employees that wait to be read."""
        return sorted(row.employee_id for row in self.portal.rows(EventRefreshRow))

    def nudge(self, *numbers: int) -> None:
        """Events about employees of the feed, whose ids are short."""
        with self.portal.database.writing() as session:
            for number in numbers:
                events.keep(session, self.portal.connection.id, f"e{number}", self.portal.clock())
