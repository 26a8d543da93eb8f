"""Addresses for Paycor's events, and the employees that events name as changed, until a run reads them again.

Plain functions on a session; the caller commits. An event is only a hint: if it is lost, the next full sync reads the
truth anyway.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from connector.core.model.connection import ConnectionState
from connector.core.model.run import EntryOutcome, RunStatus
from connector.store.db.sessions import Session
from connector.store.runs.plans import employees_that_wait
from connector.store.tables.connection import Connection
from connector.store.tables.events import EventEndpoint, EventRefreshRow
from connector.store.tables.runs import EntryRow, RunRow

#: How long a change may take until Paycor shows it. Source: Paycor Public API, notes on new records, read 2026-07.
SETTLES_IN = timedelta(seconds=60)
#: The shortest wait after a read that failed; it grows with the age of the event.
RETRY_AFTER = timedelta(minutes=10)
#: How many employees one run reads: each takes a call of its own.
AT_ONCE = 100
#: How many employees of a connection wait at most; the next sync of everybody reads the others.
MOST_WAITING = 5_000


@dataclass(frozen=True, slots=True)
class RefreshBatch:
    """The employees that a run reads, and for each row its id and due time, to find those without a newer event."""

    employee_ids: Sequence[str]
    rows: Sequence[tuple[int, datetime]]


def endpoint(session: Session, connection_id: int) -> EventEndpoint | None:
    """The address of a connection; None when it has none."""
    return session.get(EventEndpoint, connection_id)


def endpoint_at(session: Session, path_hash: str) -> EventEndpoint | None:
    """The address whose secret path has this hash."""
    return session.scalar(select(EventEndpoint).where(EventEndpoint.path_hash == path_hash))


def open_endpoint(
    session: Session, connection_id: int, path_hash: str, secret_hash: str, now: datetime
) -> None:
    """Store the hashes of a new address; they replace those of an earlier one."""
    row = endpoint(session, connection_id) or EventEndpoint(connection_id=connection_id)
    row.path_hash, row.secret_hash = path_hash, secret_hash
    row.made_at, row.last_event_at = now, None
    session.add(row)


def close_endpoint(session: Session, connection_id: int) -> bool:
    """Delete the address of a connection; returns whether it had one."""
    row = endpoint(session, connection_id)
    if row is not None:
        session.delete(row)
    return row is not None


def record(session: Session, connection_id: int, employee_id: str, now: datetime) -> None:
    """Store one event. A burst about one employee is one row, due when the first of them was.

    While `MOST_WAITING` wait, nobody is added: ids may be invented.
    """
    due_at = now + SETTLES_IN
    same_employee = (EventRefreshRow.connection_id == connection_id) & (
        EventRefreshRow.employee_id == employee_id
    )
    row = session.scalar(select(EventRefreshRow).where(same_employee).with_for_update())
    if row is not None:
        row.received_at, row.due_at = now, min(row.due_at, due_at)
        return
    if _is_full(session, connection_id):
        return
    row = EventRefreshRow(
        connection_id=connection_id, employee_id=employee_id, received_at=now, due_at=due_at
    )
    # When another process stores the first event about this employee at the same moment, its row covers this event too.
    with suppress(IntegrityError), session.begin_nested():
        session.add(row)


def _is_full(session: Session, connection_id: int) -> bool:
    rows = select(EventRefreshRow.id).where(EventRefreshRow.connection_id == connection_id)
    return session.scalar(rows.offset(MOST_WAITING - 1).limit(1)) is not None


def due_connections(session: Session, now: datetime) -> Sequence[int]:
    """The connections with employees to read: active, synced once, and without a whole plan that waits for an admin.

    Where only what is over a limit of growth waits, the others go on (rule D20).
    """
    held_plan = (
        select(RunRow.id)
        .join(EntryRow, EntryRow.run_id == RunRow.id)
        .where(RunRow.connection_id == Connection.id, RunRow.status == RunStatus.HELD)
        .where(EntryRow.outcome == EntryOutcome.PLANNED)
        .exists()
    )
    due_rows = select(EventRefreshRow.id).where(
        EventRefreshRow.connection_id == Connection.id,
        EventRefreshRow.due_at <= now,
        ~EventRefreshRow.employee_id.in_(employees_that_wait(Connection.__table__.c.id)),
    )
    query = select(Connection.id).where(
        Connection.state == ConnectionState.ACTIVE,
        Connection.first_sync_at.is_not(None),
        due_rows.exists(),
        ~held_plan,
    )
    return session.scalars(query).all()


def take_due(session: Session, connection_id: int, now: datetime) -> RefreshBatch:
    """The employees to read now, the oldest first. Each is postponed, so that a failed read is not retried at once.

    Somebody who waits over a limit goes on waiting for the next sync of everybody (rule D20).
    """
    waits = EventRefreshRow.employee_id.in_(employees_that_wait(connection_id))
    query = (
        select(EventRefreshRow)
        .where(EventRefreshRow.connection_id == connection_id, EventRefreshRow.due_at <= now, ~waits)
        .order_by(EventRefreshRow.due_at, EventRefreshRow.id)
        .limit(AT_ONCE)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.due_at = now + max(RETRY_AFTER, now - row.received_at)
    return RefreshBatch([row.employee_id for row in rows], [(row.id, row.due_at) for row in rows])


def delete_read(session: Session, batch: RefreshBatch) -> None:
    """Delete the rows of employees that have been read; one with a newer event stays."""
    for row_id, due_at in batch.rows:
        session.execute(
            delete(EventRefreshRow).where(EventRefreshRow.id == row_id, EventRefreshRow.due_at == due_at)
        )


def delete_covered(session: Session, connection_id: int, began_at: datetime) -> None:
    """Delete the events that a full read, begun at this instant, has covered anyway."""
    is_covered = EventRefreshRow.received_at < began_at - SETTLES_IN
    session.execute(delete(EventRefreshRow).where(EventRefreshRow.connection_id == connection_id, is_covered))
