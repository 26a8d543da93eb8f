"""Findings as rows: what is known about a person now, each with the day it began."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.core.model.operation import Decision, Finding
from connector.store.db.base import insert_rows
from connector.store.tables.people import FindingRow


def finding_rows(connection_id: int, decision: Decision) -> Iterator[dict[str, Any]]:
    """The rows that say what a decision found, the reason for skipping first."""
    if decision.skipped:
        yield _row(connection_id, decision.person_key, decision.skipped, is_skip=True)
    for employee_id in decision.further:
        yield _row(connection_id, decision.person_key, Finding("other_employment", employee_id), is_skip=True)
    for finding in decision.findings:
        yield _row(connection_id, decision.person_key, finding, is_skip=False)


def replace_findings(
    session: Session,
    connection_id: int,
    person_keys: Sequence[str],
    rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]],
    now: datetime,
    *,
    code: str = "",
) -> None:
    """Make these rows all that is known about these people, or all of one code; what was known keeps when it began."""
    mine = (FindingRow.connection_id == connection_id) & FindingRow.person_key.in_(person_keys)
    if code:
        mine &= FindingRow.code == code
    query = select(
        FindingRow.person_key, FindingRow.employee_id, FindingRow.code, FindingRow.subject, FindingRow.since
    ).where(mine)
    began: Mapping[tuple[str, ...], datetime] = {tuple(row[:4]): row[4] for row in session.execute(query)}
    if began:
        session.execute(delete(FindingRow).where(mine))
    fresh = [row | {"since": began.get(_identity(row), now)} for row in rows]
    if fresh:
        insert_rows(session, FindingRow, fresh)


def _identity(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["person_key"], row["employee_id"], row["code"], row["subject"])


def _row(connection_id: int, person_key: str, finding: Finding, *, is_skip: bool) -> dict[str, Any]:
    return {
        "connection_id": connection_id,
        "person_key": person_key,
        "employee_id": finding.employee_id,
        "code": finding.code,
        "subject": finding.subject[:200],
        "detail": finding.detail[:500],
        "hint": finding.hint[:200],
        "is_skip": is_skip,
    }
