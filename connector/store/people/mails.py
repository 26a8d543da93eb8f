"""Mails to people as an admin sees them: not sent yet, or sent and not answered. Plain functions on a session."""

from collections.abc import Sequence

from sqlalchemy import Select, select, update

from connector.core.model.account import AccountState, Mail, MailState
from connector.store.db.paging import page_after
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection
from connector.store.tables.people import LinkRow

#: A mail that goes out with the next mail run; an account whose access has ended gets none until it is restored.
IS_OWED = (LinkRow.mail_state == MailState.OWED.value) & (LinkRow.state != AccountState.SUSPENDED.value)

#: Accounts whose mail an admin can still send: it was held, or may not have arrived, and access has not ended.
_CAN_BE_SENT = LinkRow.mail_state.in_(
    (MailState.HELD.value, MailState.FAILED.value, MailState.UNKNOWN.value)
) & (LinkRow.state != AccountState.SUSPENDED.value)

#: The mail was sent, and the account waited for its learner when the connector last changed it.
_IS_INVITED = (LinkRow.mail_state == MailState.SENT.value) & (LinkRow.state == AccountState.PENDING.value)


def not_invited(session: Session, portal_id: str, after: int | None, limit: int) -> Sequence[LinkRow]:
    """The links after the id `after` whose mail can still be sent (rule D13), in the order they were linked."""
    query = _of_portal(portal_id).where(_CAN_BE_SENT)
    return session.scalars(page_after(query, LinkRow.id, after, limit)).all()


def invited(session: Session, portal_id: str, after: int | None, limit: int) -> Sequence[LinkRow]:
    """The links after the id `after` that may have no answer to their invitation, in the order they were linked."""
    query = _of_portal(portal_id).where(_IS_INVITED)
    return session.scalars(page_after(query, LinkRow.id, after, limit)).all()


def owe_welcomes(session: Session, connection_id: int, person_keys: Sequence[str] | None) -> None:
    """Have the next mail run send the mail of these people where that is still possible; None is everybody.

    People who were added silently get a welcome.
    """
    which = [LinkRow.connection_id == connection_id, _CAN_BE_SENT]
    if person_keys is not None:
        which.append(LinkRow.person_key.in_(person_keys))
    silent = LinkRow.mail == Mail.NONE.value
    session.execute(update(LinkRow).where(*which, silent).values(mail=Mail.WELCOME.value))
    session.execute(update(LinkRow).where(*which).values(mail_state=MailState.OWED.value))


def owe_invitations(session: Session, connection_id: int, person_keys: Sequence[str]) -> int:
    """Have the next mail run invite again those of these people who were invited; returns how many they are."""
    mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(person_keys)
    ids = session.scalars(select(LinkRow.id).where(mine, _IS_INVITED)).all()
    owed = {"mail_state": MailState.OWED.value, "mail": Mail.INVITATION.value}
    session.execute(update(LinkRow).where(LinkRow.id.in_(ids)).values(**owed))
    return len(ids)


def _of_portal(portal_id: str) -> Select[LinkRow]:
    return (
        select(LinkRow)
        .join(Connection, Connection.id == LinkRow.connection_id)
        .where(Connection.portal_id == portal_id)
    )
