"""A portal's connection to Paycor, from + Connect to Disconnect.

In: what an admin or Paycor's redirect brought; out: rows of one connection, and for the pages a `Review`. It never
sees a Paycor password (rule A45), and neither errors nor audit rows have a secret in them.

    begin_consent -> (Paycor) -> finish_consent |
                                          paste |-> "review" -> finish -> "active" -> disconnect -> "disconnected"
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState
from connector.errors import Refused
from connector.paycor import discovery
from connector.paycor.auth import oauth
from connector.paycor.auth.paste import Pasted, PasteSchema
from connector.paycor.schemas import LegalEntity
from connector.services.connection import consents
from connector.services.connection.consent_exchange import (
    ConsentExchange,
    ConsentOffer,
    check_rights,
    tenants_of,
)
from connector.services.connection.review import Review, review_of
from connector.services.settings.invalid import InvalidSettings
from connector.store.connection import connections
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class ConnectionService:
    """Connects and disconnects one portal at a time; every act leaves a row in the audit."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def redirect_ready(self, environment: str) -> bool:
        """Whether an admin can connect by sign-in at Paycor: the vendor's application is set up for `environment`.

        In production that application is one of Paycor's production (rule B4).
        """
        config = self._wiring.config
        return config.has_application and (environment == "production" or config.is_development)

    def begin_consent(
        self, portal_id: str, viewer_id: str, session_key: str, environment: str, redirect_uri: str
    ) -> str:
        """Where to send the admin: Paycor's sign-in and consent page. Good for ten minutes and for this browser.

        `session_key` is a random secret that the admin's browser session keeps. Raises Refused when the vendor's
        application is not one of this environment.
        """
        if not self.redirect_ready(environment):
            raise Refused(
                f"This LMS has no application at Paycor {environment} for connecting by sign-in. Paste an application "
                "of your own, or ask whoever runs the LMS to set CONNECTOR_CLIENT_ID and its companions."
            )
        state, verifier = oauth.new_state(), oauth.new_verifier()
        begun = consents.Begun(portal_id, viewer_id, environment, session_key, verifier)
        with self._database.writing() as session:
            consents.begin(session, self._wiring.vault, begun, state, self._clock())
            self._audit(session, portal_id, viewer_id, "consent.begun", environment=environment)
        place, application = self._wiring.place(environment), self._wiring.application()
        return oauth.authorize_url(place, application, redirect_uri, state, verifier)

    def finish_consent(
        self,
        *,
        claimed_state: str | None,
        code: str | None,
        error: str | None,
        viewer_id: str,
        session_key: str,
        redirect_uri: str,
    ) -> str:
        """Take what Paycor's redirect brought; the connection is then in state "review". Gives the portal's id.

        Raises ConsentError when the consent was refused, is out of date, was used, or is not this admin's; a
        SourceError when Paycor then does not keep its word. The state is good once, whatever comes of it.
        """
        with self._database.writing() as session:
            taken = consents.take(session, claimed_state or "")
        begun = consents.check(taken, viewer_id, session_key, self._clock())
        code = consents.code_of(code, error)
        place = self._wiring.place(begun.environment)
        verifier, application = self._wiring.vault.decrypt(begun.verifier), self._wiring.application()
        self._wiring.await_turn(application)
        tokens = oauth.exchange(place, application, redirect_uri, code, verifier, now=self._clock())
        ConsentExchange(self._wiring, ConsentOffer(begun.portal_id, viewer_id, place, own=None)).accept(
            tokens
        )
        return begun.portal_id

    def paste(
        self, portal_id: str, viewer_id: str | None, payload: Mapping[str, object], *, operator: bool = False
    ) -> None:
        """Connect with the customer's own application (rule B3); the connection is then in state "review".

        Raises InvalidSettings with a sentence for each wrong field; SourceAuthError when Paycor does not know the
        application, the key or the token; SourceForbidden when the consent does not cover a legal entity that was
        named; EntityTaken when another portal reads it. `base_url` is taken from an operator only.
        """
        offer, refresh_token = self._read(portal_id, viewer_id, payload, operator)
        application = offer.own or self._wiring.application()
        self._wiring.await_turn(application)
        tokens = oauth.refresh(offer.place, application, refresh_token, now=self._clock())
        ConsentExchange(self._wiring, offer).accept(tokens)

    def _read(
        self, portal_id: str, viewer_id: str | None, payload: Mapping[str, object], operator: bool
    ) -> tuple[ConsentOffer, str]:
        """What was pasted, checked field by field, and its refresh token."""
        base_url = str(payload.get("base_url") or "").strip()
        if base_url and not operator:
            sentence = "Only whoever runs the service can set the address of Paycor: leave it out."
            raise InvalidSettings(f"base_url: {sentence}", {"base_url": sentence})
        try:
            pasted: Pasted = PasteSchema().load(payload)
        except ValidationError as error:
            raise _invalid(error) from None
        api_url = pasted.environment.api_url if base_url else None
        place = self._wiring.place(pasted.environment.name, api_url)
        offer = ConsentOffer(
            portal_id, viewer_id, place, pasted.credentials, api_url, pasted.legal_entity_ids
        )
        return offer, pasted.refresh_token

    def review(self, portal_id: str) -> Review:
        """What the consent covers, which rights it has, and what will be received; asks Paycor now.

        Chosen are the legal entities that were named, or that were read before; all when there are none of those.
        """
        row, known = self._row_and_entities(portal_id)
        with closing(self._wiring.client(row)) as client:
            covered = discovery.activated(client)
            chosen = _chosen(covered, known)
            policy = connections.policy(row)
            check = discovery.check(client, chosen, self._wanted(row), policy.list_version)
            return review_of(row.environment, row.mode, covered, chosen, check)

    def finish(
        self, portal_id: str, viewer_id: str | None, legal_entity_ids: Sequence[int] | None = None
    ) -> None:
        """End the review: the connection is active (rule A48). None takes what the review shows as chosen.

        Raises SourceForbidden for a legal entity or a right that the consent does not cover, EntityTaken for a legal
        entity of another portal (rule D16); the connection then waits in review.
        """
        row, known = self._row_and_entities(portal_id)
        _check_reviewing(row)
        with closing(self._wiring.client(row)) as client:
            wanted = legal_entity_ids
            if wanted is None:
                wanted = _chosen(discovery.activated(client), known)
            if not wanted:
                raise Refused("Choose at least one legal entity: without one there is nobody to sync.")
            check = discovery.check(client, wanted, version=connections.policy(row).list_version)
        check_rights(check)
        self._activate(portal_id, viewer_id, tenants_of(check))

    def disconnect(self, portal_id: str, viewer_id: str | None, *, forget: bool) -> None:
        """End the connection (rule D17): learners, links, mapping and policy stay, unless all is to be forgotten.

        Secrets are erased in the very transaction that ends the connection.
        """
        with self._database.writing() as session:
            row = _existing(connections.taken_over(session, portal_id, self._clock()), portal_id)
            connections.stop(session, row, self._clock())
            if forget:
                connections.forget(session, row)
            self._audit(
                session, portal_id, viewer_id, "connection.forgotten" if forget else "connection.ended"
            )

    def _row_and_entities(self, portal_id: str) -> tuple[Connection, list[int]]:
        with self._database.reading() as session:
            row = _existing(connections.of_portal(session, portal_id), portal_id)
            return row, [entity.legal_entity_id for entity in connections.entities(session, row.id)]

    def _wanted(self, row: Connection) -> frozenset[str]:
        with self._database.reading() as session:
            return frozenset(line.attribute for line in connections.mapping(session, row.id))

    def _activate(self, portal_id: str, viewer_id: str | None, tenants: Mapping[int, int]) -> None:
        with self._database.writing() as session:
            row = _existing(connections.locked(session, portal_id), portal_id)
            _check_reviewing(row)
            connections.claim(session, row, tenants)
            row.state, row.attention_code = ConnectionState.ACTIVE, None
            row.connected_at, row.connected_by = self._clock(), viewer_id
            if row.first_sync_at is not None:
                row.next_daily_at = self._wiring.next_daily_at(row)
            self._audit(session, portal_id, viewer_id, "connection.active", legal_entities=sorted(tenants))

    def _audit(
        self, session: Session, portal_id: str, viewer_id: str | None, action: str, **detail: Any
    ) -> None:
        connections.audit(session, portal_id, self._clock(), viewer_id, action, **detail)


def _existing(row: Connection | None, portal_id: str) -> Connection:
    if row is None:
        raise Refused(f"Portal {portal_id} is not connected to Paycor: press + Connect first.")
    return row


def _check_reviewing(row: Connection) -> None:
    if row.state != ConnectionState.REVIEW:
        raise Refused(
            f"There is nothing to review: the connection is {row.state}. Press + Connect to begin anew."
        )


def _chosen(covered: Sequence[LegalEntity], known: Container[int]) -> list[int]:
    """Of the legal entities that a consent covers, those that are known already, else all."""
    ids = [entity.legal_entity_id for entity in covered]
    return [one for one in ids if one in known] or ids


def _invalid(error: ValidationError) -> InvalidSettings:
    """What marshmallow found, with one sentence for each field."""
    found = error.messages_dict
    sentences: dict[str | int, str] = {
        str(name): " ".join(map(str, said)) if isinstance(said, list) else str(said)
        for name, said in found.items()
    }
    return InvalidSettings(f"Nothing was connected. Mend: {', '.join(map(str, sentences))}.", sentences)
