"""What is over a limit of growth: its rows wait for an admin, while the rest of the plan is carried out (rule D20)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, not_, or_, select, update

from connector.core.model.account import Mail
from connector.core.model.limits import Metric
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome
from connector.store.db.paging import CHUNK
from connector.store.db.sessions import Session
from connector.store.runs.entries import DONE
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import EntryRow, RunRow

#: Which rows count towards a limit of growth; each such row counts once.
_COUNTS: Mapping[Metric, ColumnElement[bool]] = {
    Metric.CREATED: EntryRow.kind == OperationKind.CREATE,
    Metric.MAILS: EntryRow.mail != Mail.NONE,
}
#: The rows that take room: still to be sent, being sent, and done.
_USED = (EntryOutcome.PLANNED, EntryOutcome.INTENDED, *DONE)


def hold_excess(session: Session, run_id: int, rooms: Mapping[Metric, int], now: datetime) -> None:
    """Let the planned rows that count towards these metrics wait, but for as many as there is room for."""
    counted = or_(*(_COUNTS[metric] for metric in rooms))
    _move(session, run_id, EntryOutcome.PLANNED, counted, EntryOutcome.HELD, now)
    admit(session, run_id, rooms)


def admit(session: Session, run_id: int, rooms: Mapping[Metric, int]) -> bool:
    """Plan again as many of the rows that wait as there is room for; returns whether there was any.

    Who starts earliest goes first, then the lowest employee id. A row that the LMS has refused takes no room.
    """
    has_admitted = False
    while True:
        left = {metric: room - _used(session, run_id, metric) for metric, room in rooms.items()}
        fitting = not_(or_(false(), *(_COUNTS[metric] for metric, room in left.items() if room <= 0)))
        size = min([CHUNK, *(room for room in left.values() if room > 0)])
        first = _earliest(session, run_id, fitting, size)
        if not first:
            return has_admitted
        _move(session, run_id, EntryOutcome.HELD, EntryRow.id.in_(first), EntryOutcome.PLANNED, None)
        has_admitted = True


def _used(session: Session, run_id: int, metric: Metric) -> int:
    query = select(func.count()).where(
        EntryRow.run_id == run_id, EntryRow.outcome.in_(_USED), _COUNTS[metric]
    )
    return session.scalar(query) or 0


def _earliest(session: Session, run_id: int, which: ColumnElement[bool], size: int) -> list[int]:
    connection_id = select(RunRow.connection_id).where(RunRow.id == run_id).scalar_subquery()
    is_them = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.employee_id == EntryRow.employee_id)
    held = (EntryRow.run_id == run_id) & (EntryRow.outcome == EntryOutcome.HELD)
    first_day = EmployeeRow.starts_on
    return list(
        session.scalars(
            select(EntryRow.id)
            .outerjoin(EmployeeRow, is_them)
            .where(held, which)
            .order_by(first_day.is_(None), first_day, EntryRow.employee_id, EntryRow.id)
            .limit(size)
        )
    )


def _move(
    session: Session,
    run_id: int,
    before: EntryOutcome,
    which: ColumnElement[bool],
    after: EntryOutcome,
    at: datetime | None,
) -> None:
    session.execute(
        update(EntryRow)
        .where(EntryRow.run_id == run_id, EntryRow.outcome == before, which)
        .values(outcome=after, at=at)
        .execution_options(synchronize_session=False)
    )
