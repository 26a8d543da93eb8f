"""Employments whose human has another id from now on: what is remembered of the human goes with them (rule D1).

In: the staged records beside the mirror, before they become it; out: links and exceptions under the new id, and no
findings under the old. A human whom the new id is linked for already, or who keeps another employment under the old id,
is left alone.
"""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from connector.store.mirror.staging import staged_ids
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, OverrideRow, StagedRow


def follow(session: Session, connection_id: int) -> None:
    """Let links and exceptions follow their employments, and forget the findings about an id that nobody has."""
    for old, new in list(_moves(session, connection_id)):
        if _is_linked(session, connection_id, new):
            continue
        mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == old)
        session.execute(update(LinkRow).where(mine).values(person_key=new))
        excepted = (OverrideRow.connection_id == connection_id) & (OverrideRow.person_key == old)
        session.execute(update(OverrideRow).where(excepted).values(person_key=new))
        theirs = (FindingRow.connection_id == connection_id) & (FindingRow.person_key == old)
        session.execute(delete(FindingRow).where(theirs))


def _moves(session: Session, connection_id: int) -> Iterator[tuple[str, str]]:
    """Each id that all employments leave for one and the same other, and that other."""
    pairs = select(EmployeeRow.person_key, StagedRow.person_key).join(
        StagedRow,
        (StagedRow.connection_id == EmployeeRow.connection_id)
        & (StagedRow.employee_id == EmployeeRow.employee_id)
        & (StagedRow.person_key != EmployeeRow.person_key),
    )
    staged = EmployeeRow.employee_id.in_(staged_ids(connection_id))
    rows = session.execute(pairs.where(EmployeeRow.connection_id == connection_id, staged))
    found = {(old, new) for old, new in rows}
    targets = Counter(old for old, _ in found)
    for old, new in sorted(found):
        if targets[old] == 1 and not _stays(session, connection_id, old):
            yield old, new


def _stays(session: Session, connection_id: int, person_key: str) -> bool:
    """Whether somebody goes on under this id: an employment that is not staged under another."""
    moved = exists().where(
        StagedRow.connection_id == EmployeeRow.connection_id,
        StagedRow.employee_id == EmployeeRow.employee_id,
        StagedRow.person_key != EmployeeRow.person_key,
    )
    mine = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.person_key == person_key)
    return bool(session.scalar(select(select(EmployeeRow.id).where(mine, ~moved).exists())))


def _is_linked(session: Session, connection_id: int, person_key: str) -> bool:
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == person_key)
    return bool(session.scalar(select(select(LinkRow.id).where(mine).exists())))
