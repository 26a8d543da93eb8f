"""Completions as rows: told by the LMS, on their way, over. Plain functions on a session; whoever calls commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from connector.core.model.completion import Completion, CompletionState
from connector.core.model.employee import EmploymentStatus
from connector.store.tables.completions import CompletionRow
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import RunRow

#: States in which a run has yet to look at it.
OPEN = tuple(state for state in CompletionState if state.is_open)

_EMPLOYED = (EmploymentStatus.CURRENT.value, EmploymentStatus.ON_LEAVE.value)


def number_of(portal_id: str, completion: Completion) -> str:
    """The key under which Paycor keeps it: the same for the same completion, and it says nothing about anybody."""
    parts = "\n".join((portal_id, completion.account_id, completion.key))
    return f"LMS-{blake2b(parts.encode(), digest_size=12).hexdigest()}"


def plan(session: Session, connection_id: int, portal_id: str, told: Sequence[Completion]) -> None:
    """Take in those that are new and belong to somebody at Paycor; who is no learner of Paycor's is passed over."""
    numbers = {number_of(portal_id, one): one for one in told}
    known = select(CompletionRow.number).where(
        CompletionRow.connection_id == connection_id, CompletionRow.number.in_(numbers)
    )
    taken = set(session.scalars(known))
    new = {number: one for number, one in numbers.items() if number not in taken}
    people = _people(session, connection_id, {one.account_id for one in new.values()})
    rows = [
        {
            "connection_id": connection_id,
            "number": number,
            "person_key": people[one.account_id][0],
            "employee_id": people[one.account_id][1],
            "account_id": one.account_id,
            "course": one.course[:300],
            "completed_on": one.completed_on,
            "expires_on": one.expires_on,
            "note": one.note[:500],
            "state": CompletionState.PLANNED,
            "code": "",
        }
        for number, one in new.items()
        if one.account_id in people
    ]
    if rows:
        session.execute(insert(CompletionRow), rows)


def _people(session: Session, connection_id: int, account_ids: set[str]) -> Mapping[str, tuple[str, str]]:
    """Account id -> person key and the employment that is told: one that lasts, before one that is over."""
    query = (
        select(LinkRow.account_id, LinkRow.person_key, EmployeeRow.employee_id)
        .join(
            EmployeeRow,
            (EmployeeRow.connection_id == LinkRow.connection_id)
            & (EmployeeRow.person_key == LinkRow.person_key),
        )
        .where(LinkRow.connection_id == connection_id, LinkRow.account_id.in_(account_ids))
        .order_by(EmployeeRow.status.in_(_EMPLOYED).desc(), EmployeeRow.employee_id)
    )
    people: dict[str, tuple[str, str]] = {}
    for account_id, person_key, employee_id in session.execute(query):
        people.setdefault(account_id, (person_key, employee_id))
    return people


def employees_after(session: Session, connection_id: int, employee_id: str, limit: int) -> Sequence[str]:
    """The next employees of whom something is open, in order."""
    query = (
        select(CompletionRow.employee_id)
        .where(
            CompletionRow.connection_id == connection_id,
            CompletionRow.state.in_(OPEN),
            CompletionRow.employee_id > employee_id,
        )
        .distinct()
        .order_by(CompletionRow.employee_id)
        .limit(limit)
    )
    return session.scalars(query).all()


def of_employee(session: Session, connection_id: int, employee_id: str) -> Sequence[CompletionRow]:
    """What is open of one employee, the oldest first."""
    query = (
        select(CompletionRow)
        .where(
            CompletionRow.connection_id == connection_id,
            CompletionRow.employee_id == employee_id,
            CompletionRow.state.in_(OPEN),
        )
        .order_by(CompletionRow.completed_on, CompletionRow.id)
    )
    return session.scalars(query).all()


def settle(
    session: Session,
    row_id: int,
    state: str,
    at: datetime,
    code: str = "",
    certification_id: str | None = None,
) -> None:
    """Write how far one has come; `certification_id` is Paycor's."""
    session.execute(
        update(CompletionRow)
        .where(CompletionRow.id == row_id)
        .values(state=state, at=at, code=code, certification_id=certification_id or None)
    )


def send_again(session: Session, connection_id: int) -> int:
    """Plan anew what nobody knows about, because an admin has looked; gives how many those are."""
    unknown = (CompletionRow.connection_id == connection_id) & (
        CompletionRow.state == CompletionState.UNKNOWN
    )
    count = session.scalar(select(func.count()).select_from(CompletionRow).where(unknown)) or 0
    session.execute(update(CompletionRow).where(unknown).values(state=CompletionState.PLANNED, code=""))
    return count


def counts(session: Session, connection_id: int) -> Mapping[str, int]:
    """How many there are in each state."""
    query = (
        select(CompletionRow.state, func.count())
        .where(CompletionRow.connection_id == connection_id)
        .group_by(CompletionRow.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def sent_by(session: Session, run: RunRow) -> int:
    """How many certifications a run has added at Paycor."""
    query = select(func.count()).where(
        CompletionRow.connection_id == run.connection_id,
        CompletionRow.state == CompletionState.SENT,
        CompletionRow.at >= run.started_at,
    )
    return session.scalar(query) or 0
