"""Finished courses as rows, from the LMS's report to the certification at Paycor.

Plain functions on a session; the caller commits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import func, insert, select, update

from connector.core.model.completion import Completion, CompletionState
from connector.core.model.employee import EmploymentStatus
from connector.store.db.sessions import Session
from connector.store.tables.completions import CompletionRow
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import RunRow

#: States that a run still has to work on.
OPEN = tuple(state for state in CompletionState if state.is_open)

_EMPLOYED = (EmploymentStatus.CURRENT.value, EmploymentStatus.ON_LEAVE.value)


def certification_number(portal_id: str, completion: Completion) -> str:
    """The number of the certification at Paycor: always the same for one completion, and without personal data."""
    parts = "\n".join((portal_id, completion.account_id, completion.key))
    return f"LMS-{blake2b(parts.encode(), digest_size=12).hexdigest()}"


def plan(session: Session, connection_id: int, portal_id: str, reported: Sequence[Completion]) -> None:
    """Add the completions that are new. It skips learners who are not from Paycor."""
    numbers = {certification_number(portal_id, one): one for one in reported}
    query = select(CompletionRow.number).where(
        CompletionRow.connection_id == connection_id, CompletionRow.number.in_(numbers)
    )
    stored = set(session.scalars(query))
    new = {number: one for number, one in numbers.items() if number not in stored}
    employees = _employees(session, connection_id, {one.account_id for one in new.values()})
    rows = [
        {
            "connection_id": connection_id,
            "number": number,
            "person_key": employees[one.account_id][0],
            "employee_id": employees[one.account_id][1],
            "account_id": one.account_id,
            "course": one.course[:300],
            "completed_on": one.completed_on,
            "expires_on": one.expires_on,
            "note": one.note[:500],
            "state": CompletionState.PLANNED,
            "code": "",
        }
        for number, one in new.items()
        if one.account_id in employees
    ]
    if rows:
        session.execute(insert(CompletionRow), rows)


def _employees(session: Session, connection_id: int, account_ids: set[str]) -> Mapping[str, tuple[str, str]]:
    """Account id -> person key and employee id. A current employment comes before one that has ended."""
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
    employees: dict[str, tuple[str, str]] = {}
    for account_id, person_key, employee_id in session.execute(query):
        employees.setdefault(account_id, (person_key, employee_id))
    return employees


def open_employees_after(session: Session, connection_id: int, employee_id: str, limit: int) -> Sequence[str]:
    """The next employees with open completions, in the order of their ids."""
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


def open_of_employee(session: Session, connection_id: int, employee_id: str) -> Sequence[CompletionRow]:
    """The open completions of one employee, the oldest first."""
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


def set_state(
    session: Session,
    row_id: int,
    state: str,
    at: datetime,
    code: str = "",
    certification_id: str | None = None,
) -> None:
    """Write the state of one completion; `certification_id` is Paycor's id."""
    session.execute(
        update(CompletionRow)
        .where(CompletionRow.id == row_id)
        .values(state=state, at=at, code=code, certification_id=certification_id or None)
    )


def replan_unknown(session: Session, connection_id: int) -> int:
    """Plan the completions in state unknown again, because an admin has checked Paycor; returns how many."""
    unknown = (CompletionRow.connection_id == connection_id) & (
        CompletionRow.state == CompletionState.UNKNOWN
    )
    count = session.scalar(select(func.count()).select_from(CompletionRow).where(unknown)) or 0
    session.execute(update(CompletionRow).where(unknown).values(state=CompletionState.PLANNED, code=""))
    return count


def employee_with_account(session: Session, connection_id: int) -> str | None:
    """The first employee who has an account, to test with; None when there is none."""
    query = (
        select(EmployeeRow.employee_id)
        .join(
            LinkRow,
            (LinkRow.connection_id == EmployeeRow.connection_id)
            & (LinkRow.person_key == EmployeeRow.person_key),
        )
        .where(EmployeeRow.connection_id == connection_id)
        .order_by(EmployeeRow.employee_id)
        .limit(1)
    )
    return session.scalar(query)


def counts(session: Session, connection_id: int) -> Mapping[str, int]:
    """How many completions are in each state."""
    query = (
        select(CompletionRow.state, func.count())
        .where(CompletionRow.connection_id == connection_id)
        .group_by(CompletionRow.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def count_sent(session: Session, run: RunRow) -> int:
    """How many certifications a run has added at Paycor."""
    query = select(func.count()).where(
        CompletionRow.connection_id == run.connection_id,
        CompletionRow.state == CompletionState.SENT,
        CompletionRow.at >= run.started_at,
    )
    return session.scalar(query) or 0
