"""The admins of a stand-alone connector: names, password hashes, and failed sign-ins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from connector.store.db.sessions import Session
from connector.store.tables.admins import AdminRow


def by_name(session: Session, name: str, *, lock: bool = False) -> AdminRow | None:
    """The admin with this name, locked if asked for; None when there is none."""
    query = select(AdminRow).where(AdminRow.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def names(session: Session) -> Sequence[str]:
    """The names of all admins, in alphabetical order."""
    return session.scalars(select(AdminRow.name).order_by(AdminRow.name)).all()


def add(session: Session, name: str, now: datetime) -> AdminRow:
    """A new admin; the caller sets the password."""
    row = AdminRow(name=name, made_at=now)
    session.add(row)
    return row


def delete(session: Session, name: str) -> bool:
    """Delete an admin; returns whether there was one."""
    row = by_name(session, name, lock=True)
    if row is not None:
        session.delete(row)
    return row is not None
