"""Stored plans that wait for an admin: found by digest, and handed over to the run that applies them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from connector.core.model.run import EntryOutcome, RunMode, RunStatus
from connector.store.db.base import insert_rows
from connector.store.db.paging import CHUNK, page_after
from connector.store.db.sessions import Session
from connector.store.runs.entries import WAITING
from connector.store.tables.runs import EntryRow, RunRow


def can_be_applied(run: RunRow) -> bool:
    """Whether the run keeps a plan that waits: it is held, or a preview that is done."""
    return run.status == RunStatus.HELD or (run.mode, run.status) == (RunMode.PREVIEW, RunStatus.DONE)


def by_digest(session: Session, connection_id: int, digest: str) -> int | None:
    """The newest run with a plan of this digest that can still be applied."""
    waits = (RunRow.status == RunStatus.HELD) | (
        (RunRow.mode == RunMode.PREVIEW) & (RunRow.status == RunStatus.DONE)
    )
    mine = (RunRow.connection_id == connection_id) & (RunRow.digest == digest)
    return session.scalar(select(func.max(RunRow.id)).where(mine, waits))


def hand_over(
    session: Session, plan_id: int, run_id: int, which: Callable[[EntryRow], bool] | None = None
) -> tuple[int, bool]:
    """Copy rows of a stored plan to the run that is to apply them: those that `which` accepts, or all.

    Returns how many there were, and whether they are the whole plan. They keep their order, and each row can be handed
    over only once.
    """
    planned = (EntryRow.run_id == plan_id) & EntryRow.outcome.in_(WAITING)
    count = last = 0
    while rows := session.scalars(
        page_after(select(EntryRow).where(planned), EntryRow.id, last, CHUNK)
    ).all():
        last = rows[-1].id
        chosen = [row for row in rows if which is None or which(row)]
        count += len(chosen)
        if chosen:
            insert_rows(session, EntryRow, [_copy(row, run_id) for row in chosen])
            ids = [row.id for row in chosen]
            session.execute(
                update(EntryRow).where(EntryRow.id.in_(ids)).values(outcome=EntryOutcome.RELEASED)
            )
    whole = session.scalar(select(func.count()).where(EntryRow.run_id == plan_id)) == count
    return count, whole


def employees_that_wait(connection_id: ColumnElement[int] | int) -> Select[str]:
    """The employee ids of the rows over a limit of growth that wait for an admin or for the next sync of everybody."""
    return (
        select(EntryRow.employee_id)
        .join(RunRow, RunRow.id == EntryRow.run_id)
        .where(RunRow.connection_id == connection_id, RunRow.status == RunStatus.HELD)
        .where(EntryRow.outcome == EntryOutcome.HELD)
    )


def is_handed_over(session: Session, plan_id: int) -> bool:
    """Whether no row of a stored plan is left to apply."""
    left = select(EntryRow.id).where(EntryRow.run_id == plan_id, EntryRow.outcome.in_(WAITING))
    return not session.scalar(select(left.exists()))


def replace_held(session: Session, by: RunRow, now: datetime) -> Sequence[int]:
    """Let the plan of the run `by` take the place of every older one that is held; returns the ids of their runs.

    Their rows are kept as they are, to be read.
    """
    older = (
        (RunRow.connection_id == by.connection_id) & (RunRow.id < by.id) & (RunRow.status == RunStatus.HELD)
    )
    run_ids = session.scalars(select(RunRow.id).where(older).order_by(RunRow.id)).all()
    if run_ids:
        session.execute(
            update(RunRow)
            .where(RunRow.id.in_(run_ids))
            .values(status=RunStatus.REPLACED, replaced_by=by.id, finished_at=now)
        )
    return run_ids


def _copy(row: EntryRow, run_id: int) -> dict[str, Any]:
    names = ("person_key", "employee_id", "kind", "account_id", "before", "after", "mail")
    copied = {name: getattr(row, name) for name in (*names, "frees", "takes")}
    return copied | {"run_id": run_id, "outcome": EntryOutcome.PLANNED, "outcome_code": ""}
