"""A portal's connection to Paycor, from + Connect to Disconnect.

In: what an admin or Paycor's redirect brought; out: rows of one connection, and a `Review` for the pages. It never
sees a Paycor password (rule A45), and neither errors nor audit rows contain a secret.

    begin_consent -> (Paycor) -> finish_consent |                   pause  -> "paused" -> resume -> "active"
                                          paste |-> "review" -> finish -> "active" -> disconnect -> "disconnected"
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from typing import Any

from marshmallow import ValidationError

from connector.core.model.connection import ConnectionState
from connector.core.model.settings import Settings
from connector.core.ports.lms import Viewer
from connector.errors import Refused
from connector.paycor import discovery
from connector.paycor.auth import oauth
from connector.paycor.auth.paste import PastedConnection, PasteSchema
from connector.paycor.schemas import LegalEntity
from connector.services.connection.consent_exchange import (
    ConsentOffer,
    accept_consent,
    authorization_code,
    check_rights,
    tenants_of,
)
from connector.services.connection.require import require_connection, require_right, require_switched_on
from connector.services.connection.review import Review, review_of
from connector.services.invalid_settings import InvalidSettings
from connector.store import audit
from connector.store import settings as stored_settings
from connector.store.connection import connections, consents, legal_entities
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class ConnectionService:
    """Connects, pauses and disconnects one portal at a time; every act leaves a row in the audit."""

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
        """The address of Paycor's sign-in and consent page. It works for ten minutes and in this browser only.

        `session_key` is a random secret in the admin's browser session. Raises Refused when the vendor's
        application is not one of this environment.
        """
        if not self.redirect_ready(environment):
            raise Refused(
                f"This LMS has no application at Paycor {environment} for connecting by sign-in. Paste an application "
                "of your own, or ask the operator of the LMS to set CONNECTOR_CLIENT_ID and its companions."
            )
        state, verifier = oauth.new_state(), oauth.new_verifier()
        consent = consents.NewConsent(portal_id, viewer_id, environment, session_key, verifier)
        with self._database.writing() as session:
            consents.begin(session, self._wiring.vault, consent, state, self._clock())
            self._audit(session, portal_id, viewer_id, "consent.begun", environment=environment)
        paycor, application = self._wiring.environment_named(environment), self._wiring.application()
        return oauth.authorize_url(paycor, application, redirect_uri, state, verifier)

    def finish_consent(
        self,
        *,
        claimed_state: str | None,
        code: str | None,
        error: str | None,
        viewer: Viewer,
        session_key: str,
        redirect_uri: str,
    ) -> str:
        """Take what Paycor's redirect brought; the connection is then in state "review". Returns the portal's id.

        Raises ConsentError when the consent was refused, ran out, was used already, or belongs to another admin;
        Refused when they may not connect this portal any more; a SourceError when Paycor then does not accept it. The
        state works once for the admin who started it, also when the rest fails; nobody else can use it up.
        """
        with self._database.writing() as session:
            consent = consents.take(
                session, claimed_state or "", viewer.viewer_id, session_key, self._clock()
            )
        require_right(self._wiring.lms, viewer, consent.portal_id)
        code = authorization_code(code, error)
        environment, application = (
            self._wiring.environment_named(consent.environment),
            self._wiring.application(),
        )
        verifier = self._wiring.vault.decrypt(consent.verifier)
        self._wiring.wait_for_rate_limit(application)
        tokens = oauth.exchange_code(
            environment, application, redirect_uri, code, verifier, now=self._clock()
        )
        offer = ConsentOffer(consent.portal_id, viewer.viewer_id, environment, own=None)
        accept_consent(self._wiring, offer, tokens)
        return consent.portal_id

    def paste(
        self, portal_id: str, viewer_id: str | None, payload: Mapping[str, object], *, operator: bool = False
    ) -> None:
        """Connect with the customer's own application (rule B3); the connection is then in state "review".

        Raises InvalidSettings with a sentence for each wrong field; SourceAuthError when Paycor does not know the
        application, the key or the token; SourceForbidden when the consent does not cover a legal entity that was
        named; EntityTaken when another portal reads it. Only an operator may give a `base_url`.
        """
        offer, refresh_token = self._read_paste(portal_id, viewer_id, payload, operator)
        application = offer.own or self._wiring.application()
        self._wiring.wait_for_rate_limit(application)
        tokens = oauth.redeem_refresh_token(offer.environment, application, refresh_token, now=self._clock())
        accept_consent(self._wiring, offer, tokens)

    def _read_paste(
        self, portal_id: str, viewer_id: str | None, payload: Mapping[str, object], operator: bool
    ) -> tuple[ConsentOffer, str]:
        """What was pasted, checked field by field, and its refresh token."""
        base_url = str(payload.get("base_url") or "").strip()
        if base_url and not operator:
            sentence = "Only the operator of the service can set the address of Paycor: leave it out."
            raise InvalidSettings(f"base_url: {sentence}", {"base_url": sentence})
        try:
            pasted: PastedConnection = PasteSchema().load(payload)
        except ValidationError as error:
            raise _invalid(error) from None
        api_url = pasted.environment.api_url if base_url else None
        environment = self._wiring.environment_named(pasted.environment.name, api_url)
        offer = ConsentOffer(
            portal_id, viewer_id, environment, pasted.credentials, api_url, pasted.legal_entity_ids
        )
        return offer, pasted.refresh_token

    def review(self, portal_id: str) -> Review:
        """What the consent covers, which permissions it has, and what the sync will receive; calls Paycor.

        Chosen are the legal entities that were named, or that were read before; all when there are none of those.
        """
        row, entity_ids = self._row_and_entities(portal_id)
        with closing(self._wiring.client(row)) as client:
            covered = discovery.covered_legal_entities(client)
            chosen = _chosen(covered, entity_ids)
            policy = stored_settings.policy(row)
            check = discovery.check_consent(client, chosen, self._mapped_attributes(row), policy.list_version)
            return review_of(row.environment, row.mode, covered, chosen, check)

    def finish(
        self, portal_id: str, viewer_id: str | None, legal_entity_ids: Sequence[int] | None = None
    ) -> None:
        """End the review: the connection is active (rule A48). None takes what the review shows as chosen.

        Raises SourceForbidden for a legal entity or a permission that the consent does not cover, EntityTaken for a
        legal entity of another portal (rule D16); the connection then stays in review.
        """
        row, entity_ids = self._row_and_entities(portal_id)
        _check_in_review(row)
        with closing(self._wiring.client(row)) as client:
            chosen = legal_entity_ids
            if chosen is None:
                chosen = _chosen(discovery.covered_legal_entities(client), entity_ids)
            if not chosen:
                raise Refused("Choose at least one legal entity: without one there are no people to sync.")
            check = discovery.check_consent(client, chosen, version=stored_settings.policy(row).list_version)
        check_rights(check)
        self._activate(portal_id, viewer_id, tenants_of(check))

    def pause(self, portal_id: str, viewer_id: str | None) -> None:
        """Stop all automatic runs and the run under way, and keep everything; previews stay possible (rule D17).

        The next run settles what the stopped one left. A paused connection stays paused. Raises Refused when it is
        not active.
        """
        now = self._clock()
        with self._database.writing() as session:
            row = connections.take_over(session, portal_id, now)
            if row is None or not row.state.works:
                raise Refused("Only an active connection can be paused, and this one is not active.")
            connections.pause(session, row, now, viewer_id)

    def resume(self, portal_id: str, viewer_id: str | None) -> None:
        """End the pause; the next daily sync runs at its usual hour. Raises Refused when it is not paused."""
        with self._database.writing() as session:
            row = connections.lock(session, portal_id)
            if row is None or row.state != ConnectionState.PAUSED:
                raise Refused("This connection is not paused: there is nothing to resume.")
            row.state = ConnectionState.ACTIVE
            if row.next_daily_at is not None:
                row.next_daily_at = self._wiring.next_daily_at(row)
            self._audit(session, portal_id, viewer_id, "connection.resumed")

    def is_paused(self, portal_id: str) -> bool:
        """Whether the portal has a connection that is paused."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return row is not None and row.state == ConnectionState.PAUSED

    def disconnect(self, portal_id: str, viewer_id: str | None, *, forget: bool) -> None:
        """End the connection (rule D17). Learners, links, mapping and policy stay; `forget` deletes them too.

        The transaction that ends the connection also erases its secrets.
        """
        with self._database.writing() as session:
            connections.take_over(session, portal_id, self._clock())
            row = require_connection(session, portal_id, lock=True)
            connections.stop(session, row, self._clock())
            if forget:
                connections.forget(session, row)
            self._audit(
                session, portal_id, viewer_id, "connection.forgotten" if forget else "connection.ended"
            )

    def _row_and_entities(self, portal_id: str) -> tuple[Connection, list[int]]:
        with self._database.reading() as session:
            row = require_connection(session, portal_id)
            return row, legal_entities.ids_of_connection(session, row.id)

    def _mapped_attributes(self, row: Connection) -> frozenset[str]:
        with self._database.reading() as session:
            rows = stored_settings.mapping(session, row.id)
            return Settings(row.settings_version, "UTC", stored_settings.policy(row), rows).attributes

    def _activate(self, portal_id: str, viewer_id: str | None, tenants: Mapping[int, int]) -> None:
        with self._database.writing() as session:
            require_switched_on(self._wiring.lms, portal_id)
            row = require_connection(session, portal_id, lock=True)
            _check_in_review(row)
            legal_entities.claim(session, row, tenants)
            row.state, row.attention_code = ConnectionState.ACTIVE, None
            row.connected_at, row.connected_by = self._clock(), viewer_id
            if row.first_sync_at is not None:
                row.next_daily_at = self._wiring.next_daily_at(row)
            self._audit(session, portal_id, viewer_id, "connection.active", legal_entities=sorted(tenants))

    def _audit(
        self, session: Session, portal_id: str, viewer_id: str | None, action: str, **detail: Any
    ) -> None:
        audit.record(session, portal_id, self._clock(), viewer_id, action, **detail)


def _check_in_review(row: Connection) -> None:
    if row.state != ConnectionState.REVIEW:
        raise Refused(
            f"There is nothing to review: the connection is {row.state}. Press + Connect to start again."
        )


def _chosen(covered: Sequence[LegalEntity], named: Container[int]) -> list[int]:
    """Of the legal entities that a consent covers, those that were named already, otherwise all."""
    ids = [entity.legal_entity_id for entity in covered]
    return [one for one in ids if one in named] or ids


def _invalid(error: ValidationError) -> InvalidSettings:
    """What marshmallow found, as one sentence for each field."""
    sentences: dict[str | int, str] = {
        str(name): " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
        for name, messages in error.messages_dict.items()
    }
    return InvalidSettings(
        f"Nothing was connected. Correct these fields: {', '.join(map(str, sentences))}.", sentences
    )
