"""People whose person id has changed: what is stored about them moves to the new id (rules D1, D25).

In: the staged records and the mirror, before the merge; out: links and overrides under the new id, and no findings
under the old one. Nothing moves when the new id has a link already, or another employment keeps the old id.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import delete, exists, select, update

from connector.store.db.sessions import Session
from connector.store.mirror.staging import staged_ids
from connector.store.tables.people import (
    EmployeeRow,
    FindingRow,
    LinkRow,
    OverrideRow,
    PersonAliasRow,
    RefusalRow,
    StagedRow,
)


def carry_over(session: Session, connection_id: int) -> None:
    """Move links and overrides to the new ids, and delete the findings and refusals of ids that are no longer used."""
    for old, new in list(_id_changes(session, connection_id)):
        if _is_linked(session, connection_id, new):
            continue
        move(session, connection_id, old, new)


def move(session: Session, connection_id: int, old: str, new: str) -> None:
    """Move what is stored about a person to another key, and delete their findings and what was refused of them."""
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == old)
    session.execute(update(LinkRow).where(mine).values(person_key=new))
    overridden = (OverrideRow.connection_id == connection_id) & (OverrideRow.person_key == old)
    session.execute(update(OverrideRow).where(overridden).values(person_key=new))
    for table in (FindingRow, RefusalRow):
        outdated = (table.connection_id == connection_id) & (table.person_key == old)
        session.execute(delete(table).where(outdated))


def merge(
    session: Session, connection_id: int, old: str, new: str, dropped_employee_ids: Collection[str] = ()
) -> None:
    """Make one person of two, as an admin has said (rule D25): what is stored or comes under `old` is `new`'s.

    `dropped_employee_ids` are employments that no read will bring any more; they are deleted.
    """
    aliased = PersonAliasRow.connection_id == connection_id
    session.execute(
        update(PersonAliasRow).where(aliased, PersonAliasRow.used_key == old).values(used_key=new)
    )
    session.add(PersonAliasRow(connection_id=connection_id, person_key=old, used_key=new))
    move(session, connection_id, old, new)
    mine = EmployeeRow.connection_id == connection_id
    session.execute(delete(EmployeeRow).where(mine, EmployeeRow.employee_id.in_(dropped_employee_ids)))
    session.execute(update(EmployeeRow).where(mine, EmployeeRow.person_key == old).values(person_key=new))


def _id_changes(session: Session, connection_id: int) -> Iterator[tuple[str, str]]:
    """Each old id that all employments leave for the same new one, with the new one."""
    pairs = select(EmployeeRow.person_key, StagedRow.person_key).join(
        StagedRow,
        (StagedRow.connection_id == EmployeeRow.connection_id)
        & (StagedRow.employee_id == EmployeeRow.employee_id)
        & (StagedRow.person_key != EmployeeRow.person_key),
    )
    staged = EmployeeRow.employee_id.in_(staged_ids(connection_id))
    rows = session.execute(pairs.where(EmployeeRow.connection_id == connection_id, staged))
    changes = {(old, new) for old, new in rows}
    targets = Counter(old for old, _ in changes)
    for old, new in sorted(changes):
        if targets[old] == 1 and not _is_kept(session, connection_id, old):
            yield old, new


def _is_kept(session: Session, connection_id: int, person_key: str) -> bool:
    """Whether an employment keeps this id: one that is not staged under another."""
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
