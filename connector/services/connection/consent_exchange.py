"""A consent that Paycor has just given becomes a portal's connection in state "review", or leaves things as they were.

A consent that works is not touched before the new one is proven. Where none works, the new one is stored before it is
proven: a pasted refresh token is spent by its first use, and only its successor, which we then hold, is worth anything.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.errors import SourceAuthError, SourceForbidden
from connector.paycor import discovery
from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens, TokenStore
from connector.paycor.discovery import ConsentCheck
from connector.paycor.environments import Environment
from connector.store.connection import connections
from connector.wiring import Wiring


@dataclass(frozen=True, slots=True)
class ConsentOffer:
    """Who connects what. `own` is the pasted application, None for the vendor's.

    `legal_entity_ids` are those that were named already; `api_url` is what an operator set for this connection.
    """

    portal_id: str
    viewer_id: str | None
    place: Environment
    own: Credentials | None
    api_url: str | None = None
    legal_entity_ids: tuple[int, ...] = ()

    @property
    def mode(self) -> ConsentMethod:
        """How the consent came, as the connection keeps it."""
        return ConsentMethod.REDIRECT if self.own is None else ConsentMethod.PASTE


class ConsentExchange:
    """Takes one consent: `accept` is called once, with the tokens that Paycor gave for it."""

    def __init__(self, wiring: Wiring, offer: ConsentOffer) -> None:
        self._wiring = wiring
        self._offer = offer

    def accept(self, tokens: Tokens) -> None:
        """Keep and prove the consent, or prove and keep it.

        When Paycor refuses the proof as not allowed in (SourceAuthError), nothing of the consent stays. When it fails
        otherwise, the consent is good and waits in "review", unless another one works: then that one stays.
        """
        before = self._state()
        if before is not None and before.works:
            trial = MemoryTokenStore(tokens)
            check = self._tested(trial)
            check_rights(check)
            self._keep(trial.current(), tenants_of(check))
            return
        connection_id = self._keep(tokens)
        try:
            check = self._tested(self._wiring.tokens(connection_id))
        except SourceAuthError:
            self._take_back(before)
            raise
        self._claim(tenants_of(check))

    def _state(self) -> ConnectionState | None:
        with self._wiring.database.reading() as session:
            row = connections.of_portal(session, self._offer.portal_id)
            return None if row is None else row.state

    def _tested(self, store: TokenStore) -> ConsentCheck:
        """What Paycor lets this consent do. Raises a SourceError, also for a legal entity that it does not cover."""
        offer = self._offer
        application = offer.own or self._wiring.application()
        with closing(self._wiring.client_for(offer.place, application, store)) as client:
            return discovery.check(client, offer.legal_entity_ids)

    def _keep(self, tokens: Tokens, tenants: Mapping[int, int] | None = None) -> int:
        """Store the consent, and the legal entities if they are known, in state "review"; gives the connection's id."""
        offer, now = self._offer, self._wiring.clock()
        with self._wiring.database.writing() as session:
            row = connections.taken_over(session, offer.portal_id, now) or connections.made(
                session, offer.portal_id, offer.place.name, offer.mode, self._wiring.config.daily_hour
            )
            if row.environment != offer.place.name:
                connections.claim(session, row, {})
            row.environment, row.mode, row.api_url = offer.place.name, offer.mode, offer.api_url
            row.state = ConnectionState.REVIEW
            self._wiring.seal_credentials(connections.credential_made(session, row.id), offer.own, tokens)
            self._audit(session, "consent.given", environment=row.environment, mode=row.mode)
            if tenants:
                connections.claim(session, row, tenants)
            return row.id

    def _claim(self, tenants: Mapping[int, int]) -> None:
        with self._wiring.database.writing() as session:
            row = connections.locked(session, self._offer.portal_id)
            if row is not None and tenants:
                connections.claim(session, row, tenants)

    def _take_back(self, before: ConnectionState | None) -> None:
        """Erase secrets that are good for nothing; the connection is again what it was, but never in "review"."""
        with self._wiring.database.writing() as session:
            row = connections.taken_over(session, self._offer.portal_id, self._wiring.clock())
            if row is None:
                return
            self._audit(session, "consent.failed")
            if before is None:
                connections.forget(session, row)
            elif before == ConnectionState.ATTENTION:
                connections.erase_secrets(session, row.id)
                row.state = before
            else:
                connections.stop(session, row, self._wiring.clock())

    def _audit(self, session: Session, action: str, **detail: str) -> None:
        offer = self._offer
        connections.audit(session, offer.portal_id, self._wiring.clock(), offer.viewer_id, action, **detail)


def check_rights(check: ConsentCheck) -> None:
    """Raise SourceForbidden, naming each right that is missing and without which there can be no sync."""
    missing = ", ".join(permission.name for permission in check.missing if permission.required)
    if missing:
        raise SourceForbidden(
            f"Without these Data Access rights there can be no sync: {missing}. Tick them in Paycor's developer "
            "portal, save, and press + Connect to consent anew."
        )


def tenants_of(check: ConsentCheck) -> dict[int, int]:
    """The legal entities that were tested: legal entity id -> tenant id."""
    return {entity.legal_entity_id: entity.tenant_id for entity in check.legal_entities}
