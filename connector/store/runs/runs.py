"""Runs as rows: queued, running, over. Plain functions on a session; the caller commits."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update

from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.store.db.paging import page_before
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection
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
    """Queue a run and return its id. `plan_of` is the run to apply or undo, `employee_id` the only one it is about."""
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


def start_queued(
    session: Session, connection_id: int, mode: RunMode, employee_id: str | None = None
) -> int | None:
    """The run of this mode that is queued, with an `employee_id` the one about that employee; None without one.

    A repetition that waits for its time starts at once, as a first try. A run whose row says that it is running does
    not count: it may have been killed.
    """
    same = (
        (RunRow.connection_id == connection_id) & (RunRow.mode == mode) & (RunRow.status == RunStatus.QUEUED)
    )
    if employee_id is not None:
        same &= RunRow.employee_id == employee_id
    run_id = session.scalar(select(func.min(RunRow.id)).where(same))
    if run_id is not None:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(attempt=1, not_before=None))
    return run_id


def ensure_queued(
    session: Session, connection_id: int, mode: RunMode, trigger: RunTrigger, now: datetime
) -> int:
    """The id of the run of this mode that is queued already, otherwise of a new one."""
    return start_queued(session, connection_id, mode) or queue(session, connection_id, mode, trigger, now)


def by_id(session: Session, run_id: int) -> RunRow:
    """The run as it is in the database now, also when the session has read it before."""
    return session.get_one(RunRow, run_id, populate_existing=True)


def find(session: Session, run_id: int) -> RunRow | None:
    """The run as it is in the database now; None when there is none."""
    return session.get(RunRow, run_id, populate_existing=True)


def of_connection(session: Session, connection_id: int, run_id: int) -> RunRow | None:
    """The run; None when there is none, or when it is another connection's."""
    run = session.get(RunRow, run_id)
    return run if run is not None and run.connection_id == connection_id else None


def of_portal(session: Session, portal_id: str, run_id: int) -> RunRow | None:
    """The run; None when there is none, or when it is another portal's."""
    return session.scalar(_of_portal(portal_id).where(RunRow.id == run_id))


def page(session: Session, portal_id: str, before: int | None, limit: int) -> Sequence[RunRow]:
    """The portal's runs before the id `before`, newest first."""
    return session.scalars(page_before(_of_portal(portal_id), RunRow.id, before, limit)).all()


def newest_over(session: Session, portal_id: str, modes: Collection[RunMode]) -> RunRow | None:
    """The portal's newest run of one of these modes that has ended and waits for nothing."""
    query = _of_portal(portal_id).where(RunRow.mode.in_(modes), RunRow.status.not_in(_OPEN))
    return session.scalar(page_before(query, RunRow.id, None, 1))


def newest_failed(session: Session, portal_id: str) -> RunRow | None:
    """The portal's newest run that failed or was killed."""
    failed = RunRow.status.in_((RunStatus.FAILED, RunStatus.INTERRUPTED))
    return session.scalar(page_before(_of_portal(portal_id).where(failed), RunRow.id, None, 1))


def newest_open(session: Session, portal_id: str) -> RunRow | None:
    """The portal's newest run that is queued, running or held."""
    return session.scalar(
        page_before(_of_portal(portal_id).where(RunRow.status.in_(_OPEN)), RunRow.id, None, 1)
    )


def undos_of(session: Session, connection_id: int, run_id: int) -> Sequence[RunRow]:
    """The runs that undo this run, the oldest first."""
    mine = (
        (RunRow.connection_id == connection_id) & (RunRow.mode == RunMode.UNDO) & (RunRow.plan_of == run_id)
    )
    return session.scalars(select(RunRow).where(mine).order_by(RunRow.id)).all()


def single_syncs_since(session: Session, connection_id: int, instant: datetime) -> Sequence[datetime]:
    """When syncs of one person were requested after an instant, in order, whatever became of them."""
    mine = (
        (RunRow.connection_id == connection_id) & (RunRow.mode == RunMode.ONE_PERSON) & (RunRow.attempt == 1)
    )
    recent = select(RunRow.requested_at).where(mine, RunRow.requested_at > instant)
    return session.scalars(recent.order_by(RunRow.id)).all()


def queued_by(session: Session, now: datetime) -> Sequence[int]:
    """The ids of the queued runs that may start by `now`, the oldest first."""
    may_start = RunRow.not_before.is_(None) | (RunRow.not_before <= now)
    return session.scalars(
        select(RunRow.id).where(RunRow.status == RunStatus.QUEUED, may_start).order_by(RunRow.id)
    ).all()


def all_running(session: Session) -> Sequence[RunRow]:
    """Every run whose row says that it is running; it may have been killed."""
    return session.scalars(select(RunRow).where(RunRow.status == RunStatus.RUNNING)).all()


def mark_interrupted(session: Session, run: RunRow, now: datetime) -> bool:
    """Mark a run as killed. Returns whether this call did: it may have ended, or another process was faster."""
    still = (RunRow.id == run.id) & (RunRow.status == RunStatus.RUNNING)
    marked = session.connection().execute(
        update(RunRow).where(still).values(status=RunStatus.INTERRUPTED, finished_at=now)
    )
    return marked.rowcount == 1


def mark_running(run: RunRow, now: datetime) -> None:
    """Mark a run as running."""
    run.status = RunStatus.RUNNING
    run.started_at = now


def killed_before(session: Session, run: RunRow) -> Sequence[RunRow]:
    """The other runs of the connection that are marked as running: this one has the lease, so they were killed."""
    others = (RunRow.connection_id == run.connection_id) & (RunRow.id != run.id)
    return session.scalars(select(RunRow).where(others, RunRow.status == RunStatus.RUNNING)).all()


def mark_ended(run: RunRow, status: RunStatus, report: Report, now: datetime) -> None:
    """Store how a run ended, with its report."""
    run.status = status
    run.report = asdict(report)
    run.finished_at = now


def mark_failed(run: RunRow, status: RunStatus, code: str, message: str, now: datetime) -> None:
    """Mark a run as failed or stopped; the message must have no personal data in it."""
    run.status = status
    run.error_code, run.error_message = code, message
    run.finished_at = now


def mark_discarded(run: RunRow, now: datetime) -> None:
    """Mark a run as discarded: it will not be carried out."""
    run.status, run.finished_at = RunStatus.DISCARDED, now


def delete_ended_before(session: Session, instant: datetime) -> None:
    """Delete the runs that ended before an instant, with their rows; a held plan waits for its admin, however long."""
    old = (RunRow.finished_at < instant) & (RunRow.status != RunStatus.HELD)
    session.execute(delete(EntryRow).where(EntryRow.run_id.in_(select(RunRow.id).where(old))))
    session.execute(delete(RunRow).where(old))


#: A run in one of these has not ended, or waits for an admin.
_OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.HELD)


def _of_portal(portal_id: str) -> Select[RunRow]:
    return (
        select(RunRow)
        .join(Connection, Connection.id == RunRow.connection_id)
        .where(Connection.portal_id == portal_id)
    )
