"""A consent between the way to Paycor and the way back: usable once, by the same admin in the same browser.

A reader of the table gains nothing: it has only hashes of `state` and of the session's key, and the verifier encrypted.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import delete, select

from connector.errors import ConsentError
from connector.store.db.sessions import Session
from connector.store.db.vault import Vault
from connector.store.tables.connection import Consent

#: How long an admin may take on Paycor's sign-in and consent pages.
LIFETIME = timedelta(minutes=10)

_AGAIN = "Press + Connect again and stay in the same browser."


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent that an admin starts for a portal. `session_key` is a secret of their browser session."""

    portal_id: str
    viewer_id: str
    environment: str
    session_key: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(session: Session, vault: Vault, consent: NewConsent, state: str, now: datetime) -> None:
    """Store the consent under the hash of `state`, and delete those that ran out."""
    session.execute(delete(Consent).where(Consent.expires_at <= now))
    session.add(
        Consent(
            state_hash=_hash(state),
            portal_id=consent.portal_id,
            viewer_id=consent.viewer_id,
            session_hash=_hash(consent.session_key),
            environment=consent.environment,
            verifier=vault.encrypt(consent.verifier),
            expires_at=now + LIFETIME,
        )
    )


def take(session: Session, claimed_state: str, viewer_id: str, session_key: str, now: datetime) -> Consent:
    """The consent of this state, if it is this admin's, of this browser session, and in time.

    The same transaction deletes it, so that it works once. Raises ConsentError otherwise; the consent then stays for
    the admin who started it.
    """
    query = select(Consent).where(Consent.state_hash == _hash(claimed_state)).with_for_update()
    consent = session.scalar(query)
    if consent is None:
        raise ConsentError(f"This consent was not started here, or it was used already. {_AGAIN}")
    if consent.viewer_id != viewer_id or not compare_digest(consent.session_hash, _hash(session_key)):
        raise ConsentError(
            f"This consent was started by another admin or in another browser session. {_AGAIN}"
        )
    if consent.expires_at <= now:
        minutes = LIFETIME.total_seconds() / 60
        raise ConsentError(f"This consent was started more than {minutes:.0f} minutes ago. {_AGAIN}")
    session.delete(consent)
    return consent


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
