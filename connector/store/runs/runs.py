"""Runs as rows: asked for, under way, over. Plain functions on a session, committed by whoever calls."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from connector.core.model.account import MailState
from connector.core.model.connection import ConnectionState
from connector.core.model.report import Report
from connector.core.model.run import EntryOutcome, RunMode, RunStatus, RunTrigger
from connector.store.db.base import insert_rows
from connector.store.runs.entries import CHUNK
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow


def queue(
    session: Session,
    connection_id: int,
    mode: RunMode,
    trigger: RunTrigger,
    now: datetime,
    *,
    by: str | None = None,
    plan_of: int | None = None,
    employee_id: str | None = None,
) -> int:
    """Ask for a run; gives its id. `plan_of` is the run that is applied or undone, `employee_id` whom it is about."""
    row = RunRow(
        connection_id=connection_id,
        mode=mode,
        trigger=trigger,
        status=RunStatus.QUEUED,
        requested_at=now,
        requested_by=by,
        plan_of=plan_of,
        employee_id=employee_id,
        mails=0,
    )
    session.add(row)
    session.flush()
    return row.id


def waiting(
    session: Session, connection_id: int, mode: RunMode, employee_id: str | None = None
) -> int | None:
    """The run of this mode that is queued; one whose row says that it is under way may have been killed.

    With an `employee_id`, it is the one about them.
    """
    same = (
        (RunRow.connection_id == connection_id) & (RunRow.mode == mode) & (RunRow.status == RunStatus.QUEUED)
    )
    if employee_id is not None:
        same &= RunRow.employee_id == employee_id
    return session.scalar(select(func.min(RunRow.id)).where(same))


def ensure_queued(
    session: Session, connection_id: int, mode: RunMode, trigger: RunTrigger, now: datetime
) -> int:
    """The run of this mode that is queued already, else a new one; gives its id."""
    return waiting(session, connection_id, mode) or queue(session, connection_id, mode, trigger, now)


def ones_since(session: Session, connection_id: int, instant: datetime) -> Sequence[datetime]:
    """When syncs of one person were asked for after an instant, in order, whatever became of them."""
    mine = (RunRow.connection_id == connection_id) & (RunRow.mode == RunMode.ONE_PERSON)
    recent = select(RunRow.requested_at).where(mine, RunRow.requested_at > instant)
    return session.scalars(recent.order_by(RunRow.id)).all()


def queued(session: Session) -> Sequence[int]:
    """Every run that waits to be begun, the oldest first."""
    return session.scalars(
        select(RunRow.id).where(RunRow.status == RunStatus.QUEUED).order_by(RunRow.id)
    ).all()


def under_way(session: Session) -> Sequence[RunRow]:
    """Every run that, as far as its row says, is under way."""
    return session.scalars(select(RunRow).where(RunRow.status == RunStatus.RUNNING)).all()


def interrupt(session: Session, run_ids: Sequence[int], now: datetime) -> None:
    """Mark runs as killed, those of them that did not end meanwhile."""
    dead = RunRow.id.in_(run_ids) & (RunRow.status == RunStatus.RUNNING)
    session.execute(update(RunRow).where(dead).values(status=RunStatus.INTERRUPTED, finished_at=now))


def begin(session: Session, run: RunRow, now: datetime) -> None:
    """Mark a run as under way; whatever else the connection's rows call so was killed."""
    session.execute(
        update(RunRow)
        .where(
            RunRow.connection_id == run.connection_id, RunRow.status == RunStatus.RUNNING, RunRow.id != run.id
        )
        .values(status=RunStatus.INTERRUPTED, finished_at=now)
    )
    run.status = RunStatus.RUNNING
    run.started_at = now


def end(session: Session, run: RunRow, status: RunStatus, report: Report, now: datetime) -> None:
    """Mark a run as over, with its report. A newer plan takes the place of one that was held."""
    run.status = status
    run.report = asdict(report)
    run.finished_at = now
    if run.mode.reads_everybody:
        older = (RunRow.connection_id == run.connection_id) & (RunRow.id < run.id)
        session.execute(
            update(RunRow)
            .where(older, RunRow.status == RunStatus.HELD)
            .values(status=RunStatus.DISCARDED, finished_at=now)
        )


def fail(session: Session, run: RunRow, code: str, message: str, now: datetime) -> None:
    """Mark a run as failed; the message has no personal data in it."""
    run.status = RunStatus.FAILED
    run.error_code, run.error_message = code, message
    run.finished_at = now


def hand_over(
    session: Session, plan_id: int, run_id: int, which: Callable[[EntryRow], bool] | None = None
) -> tuple[int, bool]:
    """Give rows of a stored plan to the run that is to apply them, those that `which` lets through, or all.

    Gives how many there were, and whether they are the whole plan. They keep their order, and can be given only once.
    """
    mine = (EntryRow.run_id == plan_id) & (EntryRow.outcome == EntryOutcome.PLANNED)
    query = select(EntryRow).where(mine).order_by(EntryRow.id)
    given = 0
    last = 0
    while rows := session.scalars(query.where(EntryRow.id > last).limit(CHUNK)).all():
        last = rows[-1].id
        chosen = [row for row in rows if which is None or which(row)]
        given += len(chosen)
        if chosen:
            insert_rows(session, EntryRow, [_copied(row, run_id) for row in chosen])
            ids = [row.id for row in chosen]
            session.execute(
                update(EntryRow).where(EntryRow.id.in_(ids)).values(outcome=EntryOutcome.RELEASED)
            )
    whole = session.scalar(select(func.count()).where(EntryRow.run_id == plan_id)) == given
    return given, whole


def stored_plan(session: Session, connection_id: int, digest: str) -> int | None:
    """The newest run that keeps a plan with this digest which can still be applied."""
    waits = (RunRow.status == RunStatus.HELD) | (
        (RunRow.mode == RunMode.PREVIEW) & (RunRow.status == RunStatus.DONE)
    )
    mine = (RunRow.connection_id == connection_id) & (RunRow.digest == digest)
    return session.scalar(select(func.max(RunRow.id)).where(mine, waits))


def is_handed_over(session: Session, plan_id: int) -> bool:
    """Whether no row of a stored plan is left to be applied."""
    left = select(EntryRow.id).where(EntryRow.run_id == plan_id, EntryRow.outcome == EntryOutcome.PLANNED)
    return not session.scalar(select(left.exists()))


def _copied(row: EntryRow, run_id: int) -> dict[str, Any]:
    names = ("person_key", "employee_id", "kind", "account_id", "before", "after", "mail", "outcome")
    return {name: getattr(row, name) for name in names} | {"run_id": run_id, "outcome_code": ""}


def discard(run: RunRow, now: datetime) -> None:
    """Mark a run as one that nobody carries out any more."""
    run.status, run.finished_at = RunStatus.DISCARDED, now


def due_daily(session: Session, now: datetime) -> Sequence[str]:
    """The portals whose hour of the daily sync has come."""
    query = select(Connection.portal_id).where(
        Connection.state == ConnectionState.ACTIVE,
        Connection.first_sync_at.is_not(None),
        Connection.next_daily_at <= now,
    )
    return session.scalars(query).all()


def due_people(session: Session, now: datetime) -> Sequence[int]:
    """The active connections in which somebody's stored date falls due by `now`."""
    due = (
        select(EmployeeRow.id)
        .where(EmployeeRow.connection_id == Connection.id, EmployeeRow.due_at <= now)
        .exists()
    )
    query = select(Connection.id).where(
        Connection.state == ConnectionState.ACTIVE, Connection.first_sync_at.is_not(None), due
    )
    return session.scalars(query).all()


def owing(session: Session) -> Sequence[str]:
    """The portals of active connections with a mail that is owed and waits."""
    owed = (LinkRow.connection_id == Connection.id) & (LinkRow.mail_state == MailState.OWED.value)
    query = select(Connection.portal_id).where(
        Connection.state == ConnectionState.ACTIVE, select(LinkRow.id).where(owed).exists()
    )
    return session.scalars(query).all()


def prune(session: Session, before: datetime) -> None:
    """Delete the records of runs that ended before an instant."""
    old = select(RunRow.id).where(RunRow.finished_at < before)
    session.execute(delete(EntryRow).where(EntryRow.run_id.in_(old)))
    session.execute(delete(RunRow).where(RunRow.finished_at < before))
