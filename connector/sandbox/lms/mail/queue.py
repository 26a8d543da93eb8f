"""The mail queue: rows of the outbox in, SMTP out. Called after the commit that wrote the rows.

Without an SMTP server the rows stay where they are, for the outbox page. A mail is claimed, durably, before it is
sent: one that was being sent when the process died is never sent again automatically.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import cast
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from sqlalchemy import Engine, Table, select, update
from sqlalchemy.orm import Session

from connector.sandbox.lms.config import Settings
from connector.sandbox.lms.db.tables import MailState, OutboxMail

OUTBOX = cast(Table, OutboxMail.__table__)
CLAIM_SIZE = 100
TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server: `smtp://`, `smtps://` (TLS from the start) or `smtp+starttls://`, with user and password."""

    url: str

    def open(self) -> smtplib.SMTP:
        """A signed-in connection. Raises OSError or SMTPException."""
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
        if parts.scheme == "smtp+starttls":
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def drain(engine: Engine, settings: Settings) -> int:
    """Send the queued mails, oldest first; gives how many were sent. Without an answering server they stay queued."""
    if settings.smtp_url is None:
        return 0
    sent = 0
    while True:
        with Session(engine) as session:
            mails = _claim(session)
        if not mails:
            return sent
        states = _send(Server(settings.smtp_url), mails, settings)
        with Session(engine) as session, session.begin():
            for mail, (state, error) in zip(mails, states, strict=True):
                _record(session, mail.id, state, error, settings)
        sent += sum(state is MailState.SENT for state, _ in states)
        if any(state is MailState.QUEUED for state, _ in states):
            return sent


def _claim(session: Session) -> Sequence[OutboxMail]:
    """Claim the oldest queued mails for this sender alone."""
    claim = uuid4().hex
    oldest = (
        select(OUTBOX.c.id).where(OUTBOX.c.state == MailState.QUEUED).order_by(OUTBOX.c.id).limit(CLAIM_SIZE)
    )
    session.connection().execute(
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(oldest.scalar_subquery()), OUTBOX.c.state == MailState.QUEUED)
        .values(state=MailState.SENDING, claim=claim)
    )
    session.commit()
    mails = session.scalars(select(OutboxMail).where(OutboxMail.claim == claim).order_by(OutboxMail.id)).all()
    session.expunge_all()
    return mails


def _send(server: Server, mails: Sequence[OutboxMail], settings: Settings) -> list[tuple[MailState, str]]:
    """Send the mails over one connection; gives the state of each. When it breaks, the rest stays queued."""
    states: list[tuple[MailState, str]] = []
    try:
        with server.open() as connection:
            for mail in mails:
                states.append(_send_one(connection, mail, settings))
    except (OSError, smtplib.SMTPException) as error:
        waiting = (MailState.QUEUED, type(error).__name__)
        states += [waiting] * (len(mails) - len(states))
    return states


def _send_one(connection: smtplib.SMTP, mail: OutboxMail, settings: Settings) -> tuple[MailState, str]:
    """Send one mail; one that the server refuses has failed. Raises SMTPServerDisconnected for the caller."""
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = settings.mail_from, mail.recipient, mail.subject
        message.set_content(mail.text)
        connection.send_message(message)
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as error:
        return MailState.FAILED, type(error).__name__
    return MailState.SENT, ""


def _record(session: Session, mail_id: int, state: MailState, error: str, settings: Settings) -> None:
    """Store the state of a mail. The text of a sent one is removed: it has the link."""
    values: dict[str, object] = {"state": state, "error": error, "claim": None}
    if state is MailState.SENT:
        values |= {"sent_at": settings.clock(), "text": ""}
    session.connection().execute(update(OUTBOX).where(OUTBOX.c.id == mail_id).values(values))
