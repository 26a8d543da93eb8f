"""The further tries of runs as rows. Plain functions on a session; the caller commits."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from connector.core.model.run import RunMode, RunStatus
from connector.store.db.sessions import Session
from connector.store.runs import plans, runs
from connector.store.tables.runs import RunRow


def queue_again(session: Session, run: RunRow, attempt: int, at: datetime, now: datetime) -> None:
    """Queue another try of a run that ended, not before `at`, unless one that does the same is open already.

    Rows of an approved plan that were not begun go on in the new run.
    """
    open_run = session.scalar(
        select(RunRow).where(_same(run), RunRow.status.in_((RunStatus.QUEUED, RunStatus.RUNNING))).limit(1)
    )
    if open_run is not None:
        run.retry_at = open_run.not_before or open_run.started_at or now
        return
    again_id = runs.queue(
        session,
        run.connection_id,
        run.mode,
        run.trigger,
        now,
        by=run.requested_by,
        plan_of=run.plan_of,
        employee_id=run.employee_id,
    )
    again = runs.by_id(session, again_id)
    again.attempt, again.not_before, run.retry_at = attempt, at, at
    if run.mode == RunMode.APPLY:
        _, is_whole = plans.hand_over(session, run.id, again_id)
        again.digest = run.digest if is_whole else None


def discard_waiting(session: Session, run: RunRow, now: datetime) -> None:
    """Discard the further tries of what this run has done meanwhile."""
    waiting = _same(run) & (RunRow.status == RunStatus.QUEUED) & RunRow.not_before.is_not(None)
    session.execute(update(RunRow).where(waiting).values(status=RunStatus.DISCARDED, finished_at=now))


def last_done_at(session: Session, run: RunRow) -> datetime | None:
    """When a run of this connection and mode last succeeded; None when none ever did."""
    mine = (RunRow.connection_id == run.connection_id) & (RunRow.mode == run.mode)
    return session.scalar(select(func.max(RunRow.finished_at)).where(mine, RunRow.status == RunStatus.DONE))


def _same(run: RunRow) -> ColumnElement[bool]:
    """Other runs that do the same as this one."""
    mine = (RunRow.connection_id == run.connection_id) & (RunRow.mode == run.mode) & (RunRow.id != run.id)
    return (
        mine
        & RunRow.plan_of.is_not_distinct_from(run.plan_of)
        & RunRow.employee_id.is_not_distinct_from(run.employee_id)
    )
