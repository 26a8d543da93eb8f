"""Turns a consent that Paycor has just given into a connection in state "review", or leaves everything as it was.

A working consent stays in use until the new one is proven. Where none works, the new one is stored before it is proven:
the first use spends a pasted refresh token, and the only valid token is then the successor that we hold.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.errors import ConsentError, SourceAuthError, SourceForbidden
from connector.paycor import discovery
from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens, TokenStore
from connector.paycor.discovery import ConsentCheck
from connector.paycor.environments import Environment
from connector.services.connection.require import require_switched_on
from connector.store import audit
from connector.store.connection import connections, legal_entities
from connector.store.db.sessions import Session
from connector.wiring import Wiring


@dataclass(frozen=True, slots=True)
class ConsentOffer:
    """Who connects what. `own` is the pasted application, None for the vendor's.

    `legal_entity_ids` are those that the admin has named already; an operator sets `api_url` for this connection.
    """

    portal_id: str
    viewer_id: str | None
    environment: Environment
    own: Credentials | None
    api_url: str | None = None
    legal_entity_ids: tuple[int, ...] = ()

    @property
    def mode(self) -> ConsentMethod:
        """How the consent came, as the connection stores it."""
        return ConsentMethod.REDIRECT if self.own is None else ConsentMethod.PASTE


def authorization_code(code: str | None, error: str | None) -> str:
    """The code of Paycor's redirect; raises ConsentError when there is none. It never repeats what `error` says."""
    if error == "access_denied":
        raise ConsentError(
            "Consent was refused at Paycor, so nothing was connected. To connect, press + Connect and allow it, signed "
            "in as a Company, HR or Payroll admin."
        )
    if error or not code:
        raise ConsentError(
            "Paycor ended the consent without giving it, so nothing was connected. Press + Connect to try again. If it "
            "happens again, ask the operator of this LMS to check the application's return URL and scope at Paycor."
        )
    return code


def accept_consent(wiring: Wiring, offer: ConsentOffer, tokens: Tokens) -> None:
    """Store the consent whose tokens Paycor gave, once it is proven, or before that where no other consent works.

    When Paycor rejects the proof (SourceAuthError), nothing of the consent stays. When the proof fails otherwise, the
    consent waits in "review", unless another one works: then that one stays.
    """
    before = _state(wiring, offer)
    if before is not None and before.works:
        trial = MemoryTokenStore(tokens)
        check = _prove(wiring, offer, trial)
        check_rights(check)
        _save(wiring, offer, trial.current(), tenants_of(check))
        return
    connection_id = _save(wiring, offer, tokens)
    try:
        check = _prove(wiring, offer, wiring.tokens(connection_id))
    except SourceAuthError:
        _take_back(wiring, offer, before)
        raise
    _claim(wiring, offer, tenants_of(check))


def check_rights(check: ConsentCheck) -> None:
    """Raise SourceForbidden, with the name of each missing permission that a sync cannot do without."""
    missing = ", ".join(permission.name for permission in check.missing if permission.required)
    if missing:
        raise SourceForbidden(
            f"Without these Data Access permissions there can be no sync: {missing}. Tick them in Paycor's developer "
            "portal, save, and press + Connect to give consent again."
        )


def tenants_of(check: ConsentCheck) -> dict[int, int]:
    """The legal entities that were proven: legal entity id -> tenant id."""
    return {entity.legal_entity_id: entity.tenant_id for entity in check.legal_entities}


def _state(wiring: Wiring, offer: ConsentOffer) -> ConnectionState | None:
    with wiring.database.reading() as session:
        row = connections.of_portal(session, offer.portal_id)
        return None if row is None else row.state


def _prove(wiring: Wiring, offer: ConsentOffer, store: TokenStore) -> ConsentCheck:
    """What Paycor lets this consent do. Raises a SourceError, also for a legal entity that it does not cover."""
    application = offer.own or wiring.application()
    with closing(wiring.client_for(offer.environment, application, store)) as client:
        return discovery.check_consent(client, offer.legal_entity_ids)


def _save(
    wiring: Wiring, offer: ConsentOffer, tokens: Tokens, tenants: Mapping[int, int] | None = None
) -> int:
    """Store the consent in state "review", and the legal entities if they are known; returns the connection's id."""
    environment, now = offer.environment.name, wiring.clock()
    with wiring.database.writing() as session:
        require_switched_on(wiring.lms, offer.portal_id)
        row = connections.take_over(session, offer.portal_id, now) or connections.create(
            session, offer.portal_id, environment, offer.mode, wiring.config.daily_hour
        )
        if row.environment != environment:
            legal_entities.release(session, row.id)
        row.environment, row.mode, row.api_url = environment, offer.mode, offer.api_url
        row.state = ConnectionState.REVIEW
        wiring.seal_credentials(connections.ensure_credential(session, row.id), offer.own, tokens)
        _audit(session, wiring, offer, "consent.given", environment=row.environment, mode=row.mode)
        if tenants:
            legal_entities.claim(session, row, tenants)
        return row.id


def _claim(wiring: Wiring, offer: ConsentOffer, tenants: Mapping[int, int]) -> None:
    with wiring.database.writing() as session:
        row = connections.lock(session, offer.portal_id)
        if row is not None and tenants:
            legal_entities.claim(session, row, tenants)


def _take_back(wiring: Wiring, offer: ConsentOffer, before: ConnectionState | None) -> None:
    """Erase secrets that do not work. The connection gets its earlier state back, but never "review"."""
    with wiring.database.writing() as session:
        row = connections.take_over(session, offer.portal_id, wiring.clock())
        if row is None:
            return
        _audit(session, wiring, offer, "consent.failed")
        if before is None:
            connections.forget(session, row)
        elif before == ConnectionState.ATTENTION:
            connections.erase_secrets(session, row.id)
            row.state = before
        else:
            connections.stop(session, row, wiring.clock())


def _audit(session: Session, wiring: Wiring, offer: ConsentOffer, action: str, **detail: str) -> None:
    audit.record(session, offer.portal_id, wiring.clock(), offer.viewer_id, action, **detail)
