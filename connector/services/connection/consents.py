"""A consent between the way to Paycor and the way back: begun once, taken once, by the same admin in the same browser.

What is stored would help nobody who reads it: of `state` and of the session's key only hashes, the verifier encrypted.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.errors import ConsentError
from connector.store.db.vault import Vault
from connector.store.tables.connection import Consent

#: How long an admin may take at Paycor's sign-in and consent pages.
LIFETIME = timedelta(minutes=10)

_AGAIN = "Press + Connect again and stay in the same browser."


@dataclass(frozen=True, slots=True)
class Begun:
    """A consent that an admin began for a portal. `session_key` is a secret of their browser session."""

    portal_id: str
    viewer_id: str
    environment: str
    session_key: str = field(repr=False)
    verifier: str = field(repr=False)


def begin(session: Session, vault: Vault, begun: Begun, state: str, now: datetime) -> None:
    """Remember it under the hash of `state`; those that ran out are cleared away."""
    session.execute(delete(Consent).where(Consent.expires_at <= now))
    session.add(
        Consent(
            state_hash=_hashed(state),
            portal_id=begun.portal_id,
            viewer_id=begun.viewer_id,
            session_hash=_hashed(begun.session_key),
            environment=begun.environment,
            verifier=vault.encrypt(begun.verifier),
            expires_at=now + LIFETIME,
        )
    )


def take(session: Session, claimed_state: str) -> Consent | None:
    """The consent of this state, which is good no more: it is deleted by the transaction that reads it."""
    query = select(Consent).where(Consent.state_hash == _hashed(claimed_state)).with_for_update()
    found = session.scalar(query)
    if found is not None:
        session.delete(found)
    return found


def check(consent: Consent | None, viewer_id: str, session_key: str, now: datetime) -> Consent:
    """The consent, if it is this admin's, of this browser session, and in time; raises ConsentError otherwise."""
    if consent is None:
        raise ConsentError(f"This consent was not begun here, or it has been used already. {_AGAIN}")
    if consent.viewer_id != viewer_id or not compare_digest(consent.session_hash, _hashed(session_key)):
        raise ConsentError(f"This consent was begun by another admin or in another browser session. {_AGAIN}")
    if consent.expires_at <= now:
        minutes = LIFETIME.total_seconds() / 60
        raise ConsentError(f"This consent was begun more than {minutes:.0f} minutes ago. {_AGAIN}")
    return consent


def code_of(code: str | None, error: str | None) -> str:
    """The code that Paycor gave; raises ConsentError when it gave none. What `error` says is not repeated."""
    if error == "access_denied":
        raise ConsentError(
            "Consent was refused at Paycor: nothing was connected. If that was not meant, press + Connect and allow "
            "it, signed in as a Company, HR or Payroll admin."
        )
    if error or not code:
        raise ConsentError(
            "Paycor ended the consent without giving it: nothing was connected. Press + Connect to try again; if it "
            "happens again, ask whoever runs this LMS to check the application's return URL and scope at Paycor."
        )
    return code


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
