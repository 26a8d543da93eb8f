"""Rows as a sync leaves them, short to write in a test."""

from datetime import UTC, datetime, timedelta

import msgspec

from connector.core.model.employee import Employee
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, RefusalRow
from connector.store.tables.runs import EntryRow, RunRow

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def add(database: Database, *rows: Base) -> None:
    """Stores the rows."""
    with database.writing() as session:
        session.add_all(rows)


def run(run_id: int, connection_id: int = 1, mode: str = "sync", status: str = "done") -> RunRow:
    """A run requested `run_id` minutes after `NOW`."""
    return RunRow(
        id=run_id,
        connection_id=connection_id,
        mode=mode,
        trigger="manual",
        status=status,
        requested_at=NOW + timedelta(minutes=run_id),
    )


def entry(entry_id: int, run_id: int = 1, kind: str = "update", outcome: str = "updated") -> EntryRow:
    """An operation on employee `e<entry_id>`."""
    return EntryRow(
        id=entry_id,
        run_id=run_id,
        person_key=f"p{entry_id}",
        employee_id=f"e{entry_id}",
        kind=kind,
        before={"last_name": "Old"},
        after={"last_name": "New"},
        mail="none",
        outcome=outcome,
    )


def employee(
    number: int, email: str | None, connection_id: int = 1, person: int | None = None
) -> EmployeeRow:
    """An employee `e<number>` of the mirror."""
    person_id = f"p{person or number}"
    record = Employee(f"e{number}", person_id, 1, first_name="Ada", last_name=f"L{number}", email=email)
    return EmployeeRow(
        connection_id=connection_id,
        employee_id=f"e{number}",
        person_key=person_id,
        digest=b"",
        status="current",
        record=msgspec.json.encode(record).decode(),
    )


def finding(number: int, code: str, connection_id: int = 1) -> FindingRow:
    """A finding about employee `e<number>`."""
    return FindingRow(
        id=number,
        connection_id=connection_id,
        person_key=f"p{number}",
        employee_id=f"e{number}",
        code=code,
        is_skip=True,
        since=NOW,
    )


def refusal(number: int, connection_id: int = 1) -> RefusalRow:
    """A job title of person `p<number>` that the LMS refused."""
    return RefusalRow(
        id=number,
        connection_id=connection_id,
        person_key=f"p{number}",
        name="field:title",
        digest="d",
        code="value",
        version="",
        at=NOW,
        since=NOW,
    )


def link(number: int, mail_state: str, connection_id: int = 1) -> LinkRow:
    """A link of person `p<number>`."""
    return LinkRow(
        connection_id=connection_id,
        person_key=f"p{number}",
        account_id=f"a{number}",
        state="active",
        mail_state=mail_state,
        origin="created",
        linked_at=NOW,
    )
