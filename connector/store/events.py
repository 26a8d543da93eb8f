"""Employees whom Paycor has named as changed: kept until they are read again. Plain functions on a session.

A nudge is a hint and no more: whatever becomes of it, the next sync of everybody reads the truth.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunStatus
from connector.store.tables.connection import Connection
from connector.store.tables.events import EventRefreshRow
from connector.store.tables.runs import RunRow

#: How long a change may take until Paycor shows it. Source: Paycor Public API, notes on new records, read 2026-07.
SETTLES_IN = timedelta(seconds=60)
#: How long a read that fails is left alone at least; longer the longer it has been failing.
RETRY_AFTER = timedelta(minutes=10)
#: How many employees one run reads: each is a call of its own.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """The employees that a run reads, with the mark by which their nudges are known when they have been read."""

    employee_ids: Sequence[str]
    marks: Sequence[tuple[int, datetime]]


def keep(session: Session, connection_id: int, employee_id: str, now: datetime) -> None:
    """Remember one event. A burst of them is read once, and never later than after the first of them."""
    due_at = now + SETTLES_IN
    mine = (EventRefreshRow.connection_id == connection_id) & (EventRefreshRow.employee_id == employee_id)
    row = session.scalar(select(EventRefreshRow).where(mine).with_for_update())
    if row is not None:
        row.received_at, row.due_at = now, min(row.due_at, due_at)
        return
    made = EventRefreshRow(
        connection_id=connection_id, employee_id=employee_id, received_at=now, due_at=due_at
    )
    # Another process that keeps an event about them at this very moment has kept this one, too.
    with suppress(IntegrityError), session.begin_nested():
        session.add(made)


def due(session: Session, now: datetime) -> Sequence[int]:
    """The connections with something to read: active, synced once, and with no plan that is held for an admin."""
    held = (
        select(RunRow.id)
        .where(RunRow.connection_id == Connection.id, RunRow.status == RunStatus.HELD)
        .exists()
    )
    waits = select(EventRefreshRow.id).where(
        EventRefreshRow.connection_id == Connection.id, EventRefreshRow.due_at <= now
    )
    query = select(Connection.id).where(
        Connection.state == ConnectionState.ACTIVE,
        Connection.first_sync_at.is_not(None),
        waits.exists(),
        ~held,
    )
    return session.scalars(query).all()


def take(session: Session, connection_id: int, now: datetime) -> Taken:
    """What is to be read now, the longest waiting first; each is put off, so that a read that fails is not repeated."""
    query = (
        select(EventRefreshRow)
        .where(EventRefreshRow.connection_id == connection_id, EventRefreshRow.due_at <= now)
        .order_by(EventRefreshRow.due_at, EventRefreshRow.id)
        .limit(AT_ONCE)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.due_at = now + max(RETRY_AFTER, now - row.received_at)
    return Taken(
        [row.employee_id for row in rows],
        [(row.id, row.due_at) for row in rows],
    )


def done(session: Session, taken: Taken) -> None:
    """Forget those that have been read; one that was nudged again meanwhile stays."""
    for row_id, due_at in taken.marks:
        session.execute(
            delete(EventRefreshRow).where(EventRefreshRow.id == row_id, EventRefreshRow.due_at == due_at)
        )


def covered(session: Session, connection_id: int, began_at: datetime) -> None:
    """Forget what a read of everybody that began at an instant has seen anyway."""
    seen = EventRefreshRow.received_at < began_at - SETTLES_IN
    session.execute(delete(EventRefreshRow).where(EventRefreshRow.connection_id == connection_id, seen))
