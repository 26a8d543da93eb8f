"""Events from Paycor: a door for each connection that wants one, and what comes in by it.

In: a request that claims to be Paycor's; out: whether it is taken, and an employee to be read again. Nobody is
signed in here, so everything hangs on two secrets, of which only hashes are kept. No body is logged or stored.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState
from connector.errors import Refused
from connector.paycor import events
from connector.store import events as stored_events
from connector.store.connection import connections
from connector.store.tables.events import EventEndpoint
from connector.wiring import Wiring

#: How many events a connection may send; whoever changes more people at once is served by the daily sync.
LIMIT = RateLimitItemPerMinute(600)
#: The longest body that is read: an event has some three hundred bytes.
MAX_BODY_BYTES = 16_384

_BEARER = "bearer "


class Delivery(Enum):
    """What became of a delivery."""

    TAKEN = "taken"
    NO_SUCH_DOOR = "no such door"
    NOT_PAYCOR = "not Paycor"
    TOO_MANY = "too many"
    NOT_AN_EVENT = "not an event"


@dataclass(frozen=True, slots=True)
class EndpointSecrets:
    """What Paycor has to be given: the last part of the address, and the Authorization value. Told once."""

    path: str = field(repr=False)
    authorization: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndpointView:
    """That there is a door, since when, and when an event last came in by it."""

    made_at: datetime
    last_event_at: datetime | None


class EventEndpoints:
    """Opens and closes doors, and listens at them. The limit holds for each process by itself."""

    def __init__(self, wiring: Wiring, limit: RateLimitItem = LIMIT) -> None:
        self._database = wiring.database
        self._clock = wiring.clock
        self._limit = limit
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def door(self, portal_id: str) -> EndpointView | None:
        """The portal's door; None when there is none."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            found = None if row is None else session.get(EventEndpoint, row.id)
            return None if found is None else EndpointView(found.made_at, found.last_event_at)

    def open(self, portal_id: str, viewer_id: str | None) -> EndpointSecrets:
        """A new door with new secrets; those of an earlier one are good for nothing from now on."""
        now, made = self._clock(), EndpointSecrets(token_urlsafe(32), f"Bearer {token_urlsafe(32)}")
        with self._database.writing() as session:
            row = connections.locked(session, portal_id)
            if row is None or row.state == ConnectionState.DISCONNECTED:
                raise Refused("This portal is not connected to Paycor. Connect it first.")
            door = session.get(EventEndpoint, row.id) or EventEndpoint(connection_id=row.id)
            door.path_hash, door.secret_hash = _hashed(made.path), _hashed(_secret_in(made.authorization))
            door.made_at, door.last_event_at = now, None
            session.add(door)
            connections.audit(session, portal_id, now, viewer_id, "events.opened")
        return made

    def close(self, portal_id: str, viewer_id: str | None) -> None:
        """No door any more; where there was none, nothing happens."""
        with self._database.writing() as session:
            row = connections.locked(session, portal_id)
            door = None if row is None else session.get(EventEndpoint, row.id)
            if door is not None:
                session.delete(door)
                connections.audit(session, portal_id, self._clock(), viewer_id, "events.closed")

    def receive(self, claimed_path: str, claimed_authorization: str, body: bytes) -> Delivery:
        """Listen to one delivery. Events of other tenants, legal entities and kinds are taken and not acted on."""
        with self._database.reading() as session:
            door = session.scalar(
                select(EventEndpoint).where(EventEndpoint.path_hash == _hashed(claimed_path))
            )
        if door is None:
            return Delivery.NO_SUCH_DOOR
        if not compare_digest(door.secret_hash, _hashed(_secret_in(claimed_authorization))):
            return Delivery.NOT_PAYCOR
        if not self._limiter.hit(self._limit, str(door.connection_id)):
            return Delivery.TOO_MANY
        event = events.event(body)
        if event is None:
            return Delivery.NOT_AN_EVENT
        self._keep(door.connection_id, event)
        return Delivery.TAKEN

    def _keep(self, connection_id: int, event: events.Event) -> None:
        now = self._clock()
        with self._database.writing() as session:
            door = session.get(EventEndpoint, connection_id)
            if door is None:
                return
            door.last_event_at = now
            if event.employee_id and _is_ours(session, connection_id, event):
                stored_events.keep(session, connection_id, event.employee_id, now)


def _is_ours(session: Session, connection_id: int, event: events.Event) -> bool:
    """Whether what the event says of tenant and legal entity fits the connection; what it does not say, fits."""
    entities = connections.entities(session, connection_id)
    return (event.tenant_id is None or event.tenant_id in {one.tenant_id for one in entities}) and (
        event.legal_entity_id is None or event.legal_entity_id in {one.legal_entity_id for one in entities}
    )


def _secret_in(authorization: str) -> str:
    """The secret of an Authorization value: Paycor may send what it was given as it is, or with the word before it."""
    value = authorization.strip()
    return value[len(_BEARER) :].strip() if value.lower().startswith(_BEARER) else value


def _hashed(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
