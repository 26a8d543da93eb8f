"""Which connections have something due now. Plain functions on a session; they only read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from connector.core.model.connection import ConnectionState
from connector.store.db.sessions import Session
from connector.store.people.mails import IS_OWED
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow


def portals_due_daily(session: Session, now: datetime) -> Sequence[str]:
    """The portals whose daily sync is due."""
    query = select(Connection.portal_id).where(
        Connection.state == ConnectionState.ACTIVE,
        Connection.first_sync_at.is_not(None),
        Connection.next_daily_at <= now,
    )
    return session.scalars(query).all()


def connections_with_due_dates(session: Session, now: datetime) -> Sequence[int]:
    """The active connections with a stored date of an employee that is due by `now` (rule D8)."""
    due = (
        select(EmployeeRow.id)
        .where(EmployeeRow.connection_id == Connection.id, EmployeeRow.due_at <= now)
        .exists()
    )
    query = select(Connection.id).where(
        Connection.state == ConnectionState.ACTIVE, Connection.first_sync_at.is_not(None), due
    )
    return session.scalars(query).all()


def connections_with_owed_mail(session: Session) -> Sequence[Connection]:
    """The active connections with a mail that is still to be sent."""
    owed = select(LinkRow.id).where(LinkRow.connection_id == Connection.id, IS_OWED).exists()
    query = select(Connection).where(Connection.state == ConnectionState.ACTIVE, owed)
    return session.scalars(query).all()
