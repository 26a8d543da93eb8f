"""HR's to-do list: what is open now, and what the last mail about it said. Plain functions on a session."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from connector.store.db.sessions import Session
from connector.store.tables.people import FindingRow, TodoRow


def last_mail(session: Session, connection_id: int) -> TodoRow:
    """What the last mail said; before the first one, a new row that says nothing was open."""
    row = session.get(TodoRow, connection_id)
    if row is None:
        row = TodoRow(connection_id=connection_id, open=0)
        session.add(row)
    return row


def count_open(session: Session, connection_id: int, codes: Collection[str]) -> Mapping[str, int]:
    """How many findings with one of these codes there are, by code."""
    query = select(FindingRow.code, func.count()).group_by(FindingRow.code)
    mine = (FindingRow.connection_id == connection_id) & FindingRow.code.in_(codes)
    return {row[0]: row[1] for row in session.execute(query.where(mine))}


def count_since(
    session: Session, connection_id: int, codes: Collection[str], instant: datetime | None
) -> int:
    """How many of them began after an instant; all of them when it is None."""
    mine = (FindingRow.connection_id == connection_id) & FindingRow.code.in_(codes)
    if instant is not None:
        mine &= FindingRow.since > instant
    return session.scalar(select(func.count()).where(mine)) or 0
