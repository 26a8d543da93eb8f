"""What is on record about one human: who is meant, their findings, and the rows of every run. Plain functions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.model.run import EntryOutcome
from connector.store.people import directory
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: Rows that never came to anything, or that stand a second time in the run that applied them.
_NOT_DONE = (EntryOutcome.PLANNED, EntryOutcome.RELEASED, EntryOutcome.OUTDATED)


def people_called(session: Session, connection_id: int, who: str) -> Sequence[str]:
    """The person keys of whoever has this account, employee id, work email or employee number, in order.

    The first of them that anybody has counts; the number is the last, for it is sought in every record.
    """
    linked = select(LinkRow.person_key).where(LinkRow.connection_id == connection_id)
    found = session.scalars(linked.where(LinkRow.account_id == who)).all()
    if found:
        return found
    ids = [one.employee_id for one in directory.called(session, connection_id, who)]
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.employee_id.in_(ids)
    keys = select(EmployeeRow.person_key).where(mine).distinct()
    return session.scalars(keys.order_by(EmployeeRow.person_key)).all()


def employments(session: Session, connection_id: int, person_keys: Sequence[str]) -> Sequence[EmployeeRow]:
    """Every employment of these humans, in the order of their keys."""
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.person_key.in_(person_keys)
    query = select(EmployeeRow).where(mine).order_by(EmployeeRow.person_key, EmployeeRow.employee_id)
    return session.scalars(query).all()


def link(session: Session, connection_id: int, person_key: str) -> LinkRow | None:
    """The link of one human."""
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == person_key)
    return session.scalar(select(LinkRow).where(mine))


def findings(session: Session, connection_id: int, person_key: str) -> Sequence[FindingRow]:
    """What is to be known about one human, oldest first."""
    mine = (FindingRow.connection_id == connection_id) & (FindingRow.person_key == person_key)
    return session.scalars(select(FindingRow).where(mine).order_by(FindingRow.id)).all()


def unlisted(session: Session, connection_id: int, employee_id: str) -> FindingRow | None:
    """What is known of somebody whom the list does not have, such as that they are being onboarded."""
    mine = (FindingRow.connection_id == connection_id) & (FindingRow.employee_id == employee_id)
    return session.scalar(select(FindingRow).where(mine, FindingRow.person_key == "").limit(1))


def changes(
    session: Session, connection_id: int, person_key: str, before: int | None, limit: int
) -> Sequence[tuple[EntryRow, RunRow]]:
    """What any run has asked of the LMS about one human, newest first, each with its run."""
    query = (
        select(EntryRow, RunRow)
        .join(RunRow, RunRow.id == EntryRow.run_id)
        .where(RunRow.connection_id == connection_id, EntryRow.person_key == person_key)
        .where(EntryRow.outcome.not_in(_NOT_DONE))
        .order_by(EntryRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(EntryRow.id < before)
    return [(row[0], row[1]) for row in session.execute(query)]


def owners(session: Session, connection_id: int, account_ids: Sequence[str]) -> dict[str, str]:
    """The person keys that these accounts are linked to."""
    mine = (LinkRow.connection_id == connection_id) & LinkRow.account_id.in_(account_ids)
    query = select(LinkRow.account_id, LinkRow.person_key).where(mine)
    return {row[0]: row[1] for row in session.execute(query)}
