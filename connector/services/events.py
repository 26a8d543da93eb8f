"""Events from Paycor: an address for each connection that wants them, and what arrives there.

In: a request that claims to be Paycor's; out: whether it is accepted, and an employee that the next run reads again. No
sign-in protects the address, so two secrets do; only their hashes are stored. It never logs or stores a body.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from connector.core.model.connection import ConnectionState
from connector.errors import Refused
from connector.paycor import events
from connector.services.connection.require import NOT_CONNECTED
from connector.store import audit
from connector.store import events as stored_events
from connector.store.connection import connections, legal_entities
from connector.store.db.sessions import Session
from connector.wiring import Wiring

#: How many events a connection may send; the daily sync covers a company that changes more people at once.
LIMIT = RateLimitItemPerMinute(600)
#: The longest body that is read: an event has about three hundred bytes.
MAX_BODY_BYTES = 16_384

_BEARER = "bearer "


class EventEndpoints:
    """Opens and closes the addresses, and receives events there. The rate limit counts in each process separately."""

    def __init__(self, wiring: Wiring, limit: RateLimitItem = LIMIT) -> None:
        self._database = wiring.database
        self._clock = wiring.clock
        self._limit = limit

    @cached_property
    def _limiter(self) -> FixedWindowRateLimiter:
        """The counter of this process. It starts a thread, which an app that is only created must not do."""
        return FixedWindowRateLimiter(MemoryStorage())

    def endpoint(self, portal_id: str) -> "EndpointView | None":
        """The portal's address; None when it has none."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            endpoint = None if row is None else stored_events.endpoint(session, row.id)
            return None if endpoint is None else EndpointView(endpoint.made_at, endpoint.last_event_at)

    def open(self, portal_id: str, viewer_id: str | None) -> "EndpointSecrets":
        """A new address with new secrets; those of an earlier one stop working."""
        now, secrets = self._clock(), EndpointSecrets(token_urlsafe(32), f"Bearer {token_urlsafe(32)}")
        with self._database.writing() as session:
            row = connections.lock(session, portal_id)
            if row is None or row.state == ConnectionState.DISCONNECTED:
                raise Refused(NOT_CONNECTED)
            secret_hash = _hash(_secret_in(secrets.authorization))
            stored_events.open_endpoint(session, row.id, _hash(secrets.path), secret_hash, now)
            audit.record(session, portal_id, now, viewer_id, "events.opened")
        return secrets

    def close(self, portal_id: str, viewer_id: str | None) -> None:
        """Delete the address; where there is none, nothing happens."""
        with self._database.writing() as session:
            row = connections.lock(session, portal_id)
            if row is not None and stored_events.close_endpoint(session, row.id):
                audit.record(session, portal_id, self._clock(), viewer_id, "events.closed")

    def receive(self, claimed_path: str, claimed_authorization: str, body: bytes) -> "Delivery":
        """Receive one event. Events of other tenants, legal entities and kinds are accepted and ignored."""
        with self._database.reading() as session:
            endpoint = stored_events.endpoint_at(session, _hash(claimed_path))
        if endpoint is None:
            return Delivery.UNKNOWN_ADDRESS
        if not compare_digest(endpoint.secret_hash, _hash(_secret_in(claimed_authorization))):
            return Delivery.UNAUTHORIZED
        if not self._limiter.hit(self._limit, str(endpoint.connection_id)):
            return Delivery.TOO_MANY
        event = events.parse_event(body)
        if event is None:
            return Delivery.NOT_AN_EVENT
        self._record(endpoint.connection_id, event)
        return Delivery.ACCEPTED

    def _record(self, connection_id: int, event: events.Event) -> None:
        now = self._clock()
        with self._database.writing() as session:
            endpoint = stored_events.endpoint(session, connection_id)
            if endpoint is None:
                return
            endpoint.last_event_at = now
            if event.employee_id and _belongs_to(session, connection_id, event):
                stored_events.record(session, connection_id, event.employee_id, now)


class Delivery(Enum):
    """What became of a request to the address."""

    ACCEPTED = "accepted"
    UNKNOWN_ADDRESS = "unknown address"
    UNAUTHORIZED = "unauthorized"
    TOO_MANY = "too many"
    NOT_AN_EVENT = "not an event"


@dataclass(frozen=True, slots=True)
class EndpointSecrets:
    """What the admin enters at Paycor: the last part of the address, and the Authorization value. Shown once."""

    path: str = field(repr=False)
    authorization: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndpointView:
    """When the address was made, and when the last event arrived there."""

    made_at: datetime
    last_event_at: datetime | None


def _belongs_to(session: Session, connection_id: int, event: events.Event) -> bool:
    """Whether the event's tenant and legal entity fit the connection; an event that leaves one out fits."""
    entities = legal_entities.of_connection(session, connection_id)
    return (event.tenant_id is None or event.tenant_id in {one.tenant_id for one in entities}) and (
        event.legal_entity_id is None or event.legal_entity_id in {one.legal_entity_id for one in entities}
    )


def _secret_in(authorization: str) -> str:
    """The secret of an Authorization value: Paycor may send the value with the word Bearer or without it."""
    value = authorization.strip()
    return value[len(_BEARER) :].strip() if value.lower().startswith(_BEARER) else value


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
