"""The rows of plans: written from operations, read a page or a chunk at a time, and turned into operations again."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from connector.core.model.account import Mail
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import EntryOutcome
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry
from connector.store.db.paging import in_chunks, page_after, page_before
from connector.store.db.sessions import Database, Session
from connector.store.runs import address_moves
from connector.store.tables.connection import Connection
from connector.store.tables.runs import EntryRow, RunRow

#: The outcomes of a row that was carried out.
DONE = tuple(EntryOutcome(status.value) for status in OutcomeStatus if status.is_done)

#: Rows that were never sent to the LMS, or that occur again in the run that applied them.
_NOT_SENT = (EntryOutcome.PLANNED, EntryOutcome.HELD, EntryOutcome.RELEASED, EntryOutcome.OUTDATED)

#: Rows of a stored plan that an admin can still have applied.
WAITING = (EntryOutcome.PLANNED, EntryOutcome.HELD)

#: The order in which kinds are applied: first end access, then free addresses, then create accounts.
SAFE_ORDER = (
    OperationKind.SUSPEND,
    OperationKind.UNLINK,
    OperationKind.UPDATE,
    OperationKind.REACTIVATE,
    OperationKind.LINK,
    OperationKind.CREATE,
)


def row_of(run_id: int, operation: Operation) -> dict[str, Any]:
    """The columns of a row that plans an operation."""
    return {
        "run_id": run_id,
        "person_key": operation.person_key,
        "employee_id": operation.employee_id,
        "kind": operation.kind.value,
        "account_id": operation.account_id,
        "before": dict(operation.before),
        "after": dict(operation.after),
        "mail": operation.mail.value,
        "outcome": EntryOutcome.PLANNED,
        "outcome_code": "",
        **address_moves.columns_of(operation),
    }


def operation_of(row: EntryRow) -> Operation:
    """The operation that a row stores."""
    before: Mapping[str, str | None] = row.before
    return Operation(
        OperationKind(row.kind),
        row.person_key,
        row.employee_id,
        row.account_id,
        before,
        row.after,
        Mail(row.mail),
    )


def page(
    session: Session,
    portal_id: str,
    run_id: int,
    after: int | None,
    limit: int,
    *,
    kind: str | None = None,
    outcomes: Collection[EntryOutcome] = (),
) -> Sequence[EntryRow]:
    """The rows of a run's plan after the id `after`, in plan order; none when the run is another portal's.

    `kind` and `outcomes` choose among them; empty `outcomes` are all.
    """
    query = (
        select(EntryRow)
        .join(RunRow, RunRow.id == EntryRow.run_id)
        .join(Connection, Connection.id == RunRow.connection_id)
        .where(Connection.portal_id == portal_id, EntryRow.run_id == run_id)
    )
    if kind is not None:
        query = query.where(EntryRow.kind == kind)
    if outcomes:
        query = query.where(EntryRow.outcome.in_(outcomes))
    return session.scalars(page_after(query, EntryRow.id, after, limit)).all()


def of_person(
    session: Session, connection_id: int, person_key: str, before: int | None, limit: int
) -> Sequence[tuple[EntryRow, RunRow]]:
    """What was sent to the LMS about one person before the row `before`, newest first, each row with its run."""
    query = (
        select(EntryRow, RunRow)
        .join(RunRow, RunRow.id == EntryRow.run_id)
        .where(RunRow.connection_id == connection_id, EntryRow.person_key == person_key)
        .where(EntryRow.outcome.not_in(_NOT_SENT))
    )
    return [(row[0], row[1]) for row in session.execute(page_before(query, EntryRow.id, before, limit))]


def all_of_run(database: Database, run_id: int) -> Iterator[Sequence[EntryRow]]:
    """Every row of a run's plan, a chunk at a time, in plan order."""
    query = select(EntryRow.id, EntryRow).where(EntryRow.run_id == run_id)
    for rows in in_chunks(database, query, EntryRow.id):
        yield [row for _, row in rows]


def set_outcome(session: Session, entries: Sequence[Entry], outcome: EntryOutcome, now: datetime) -> None:
    """Give these rows one and the same outcome."""
    session.execute(
        update(EntryRow)
        .where(EntryRow.id.in_([entry.entry_id for entry in entries]))
        .values(outcome=outcome, at=now)
        .execution_options(synchronize_session=False)
    )


def write_outcomes(session: Session, outcomes: Sequence[tuple[Entry, Outcome]], now: datetime) -> None:
    """Write what the host did with each row, and the account that it is about; values that it refused are left out."""
    table = EntryRow.__table__
    reduced = [
        {"entry": entry.entry_id, "old": dict(entry.operation.before), "new": dict(entry.operation.after)}
        for entry, outcome in outcomes
        if outcome.refused and outcome.status.is_done
    ]
    if reduced:
        done = update(EntryRow).where(table.c.id == bindparam("entry"))
        done = done.values(before=bindparam("old"), after=bindparam("new"))
        session.connection().execute(done, reduced)
    session.connection().execute(
        update(EntryRow)
        .where(table.c.id == bindparam("entry"))
        .values(
            outcome=bindparam("status"),
            outcome_code=bindparam("code"),
            account_id=bindparam("account"),
            at=now,
        ),
        [
            {
                "entry": entry.entry_id,
                "status": outcome.status.value,
                "code": outcome.code[:100],
                "account": outcome.account_id or entry.operation.account_id,
            }
            for entry, outcome in outcomes
        ],
    )
