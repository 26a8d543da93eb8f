"""Rows of a plan that free an address which another row takes, and the accounts that are parked for it (rule D26)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import aliased

from connector.core.model.employee import email_key
from connector.core.model.operation import Operation
from connector.core.model.run import EntryOutcome
from connector.core.ports.ledger import Move
from connector.store.db.sessions import Session
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow

#: The length of the columns. No longer address is at Paycor, so nobody waits for one.
_LONGEST = 320


def columns_of(operation: Operation) -> dict[str, Any]:
    """The columns with the address that an operation frees and the one that it takes."""
    frees, takes = (email_key(values.get("email")) for values in (operation.before, operation.after))
    if frees == takes or "email" not in operation.after:
        return {"frees": None, "takes": None}
    return {"frees": frees if frees and len(frees) <= _LONGEST else None, "takes": takes}


def of_run(session: Session, run_id: int) -> list[Move]:
    """The planned rows of a run that take what another planned row frees, and those rows; usually there are none."""
    other = aliased(EntryRow)
    columns = (EntryRow.id, EntryRow.frees, EntryRow.takes)
    pairs = (
        select(*columns, other.id, other.frees, other.takes)
        .join(other, (other.run_id == EntryRow.run_id) & (other.frees == EntryRow.takes))
        .where(_is_planned(EntryRow, run_id), _is_planned(other, run_id), other.id != EntryRow.id)
        .where(EntryRow.takes.is_not(None))
    )
    moves = dict[int, Move]()
    for row in session.execute(pairs):
        moves |= {row[0]: Move(*row[:3]), row[3]: Move(*row[3:])}
    return [moves[row_id] for row_id in sorted(moves)]


def freed(session: Session, run_id: int, addresses: Collection[str]) -> Mapping[str, Collection[str]]:
    """The accounts that planned rows of a run take each of these addresses from, by address."""
    query = select(EntryRow.frees, EntryRow.account_id)
    found = defaultdict[str, set[str]](set)
    mine = _is_planned(EntryRow, run_id) & EntryRow.frees.in_(addresses)
    for address, account_id in session.execute(query.where(mine)):
        found[str(address)].add(str(account_id))
    return found


def set_parked(session: Session, connection_id: int, person_keys: Sequence[str], *, is_parked: bool) -> None:
    """Store whether the accounts of these people have a parking address; a parked account gets no mail."""
    mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(person_keys)
    session.execute(
        update(LinkRow)
        .where(mine, LinkRow.is_parked.is_not(is_parked))
        .values(is_parked=is_parked)
        .execution_options(synchronize_session=False)
    )


def _is_planned(row: type[EntryRow], run_id: int) -> ColumnElement[bool]:
    # Wrapped in a function, so that no query planner looks at all planned rows for each address.
    return (row.run_id == run_id) & (func.coalesce(row.outcome, "") == EntryOutcome.PLANNED.value)
