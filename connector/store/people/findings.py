"""Findings as rows: what an admin or HR should know about a person now, each with the day it began."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from connector.core.model.operation import Decision, Finding
from connector.core.rules.values.lms_texts import cleaned
from connector.store.db.base import insert_rows
from connector.store.db.paging import page_after
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection
from connector.store.tables.people import FindingRow


def finding_rows(connection_id: int, decision: Decision) -> Iterator[dict[str, Any]]:
    """The rows for the findings of a decision, the reason for a skip first."""
    if decision.skipped:
        yield row_of(connection_id, decision.person_key, decision.skipped, is_skip=True)
    for employee_id in decision.other_employee_ids:
        yield row_of(
            connection_id, decision.person_key, Finding("other_employment", employee_id), is_skip=True
        )
    for finding in decision.findings:
        yield row_of(connection_id, decision.person_key, finding, is_skip=False)


def replace_findings(
    session: Session,
    connection_id: int,
    person_keys: Sequence[str],
    rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """Replace all findings of these people with these rows; one that was there before keeps the day it began."""
    mine = (FindingRow.connection_id == connection_id) & FindingRow.person_key.in_(person_keys)
    query = select(
        FindingRow.person_key, FindingRow.employee_id, FindingRow.code, FindingRow.subject, FindingRow.since
    ).where(mine)
    began: Mapping[tuple[str, ...], datetime] = {tuple(row[:4]): row[4] for row in session.execute(query)}
    if began:
        session.execute(delete(FindingRow).where(mine))
    new_rows = [row | {"since": began.get(_identity(row), now)} for row in rows]
    if new_rows:
        insert_rows(session, FindingRow, new_rows)


def add(session: Session, connection_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add these rows, instead of those about the same person and thing."""
    if not rows:
        return
    keys = [row["person_key"] for row in rows]
    mine = (FindingRow.connection_id == connection_id) & FindingRow.person_key.in_(keys)
    columns = (
        FindingRow.id,
        FindingRow.person_key,
        FindingRow.employee_id,
        FindingRow.code,
        FindingRow.subject,
    )
    identities = {_identity(row) for row in rows}
    old = [row[0] for row in session.execute(select(*columns).where(mine)) if tuple(row[1:]) in identities]
    if old:
        session.execute(delete(FindingRow).where(FindingRow.id.in_(old)))
    insert_rows(session, FindingRow, rows)


def page(
    session: Session,
    portal_id: str,
    after: int | None,
    limit: int,
    *,
    code: str | None = None,
    skips: Collection[str] = (),
) -> Sequence[FindingRow]:
    """The portal's findings after the id `after`, oldest first: all, or those of one code.

    With `skips` they are those of these codes that are the reason for a skip.
    """
    query = (
        select(FindingRow)
        .join(Connection, Connection.id == FindingRow.connection_id)
        .where(Connection.portal_id == portal_id)
    )
    if code is not None:
        query = query.where(FindingRow.code == code)
    if skips:
        query = query.where(FindingRow.code.in_(skips), FindingRow.is_skip)
    return session.scalars(page_after(query, FindingRow.id, after, limit)).all()


def of_employees(
    session: Session, connection_id: int, employee_ids: Sequence[str], codes: Collection[str]
) -> Sequence[FindingRow]:
    """The findings about these employees that are, with one of these codes, why they are skipped, oldest first."""
    mine = (FindingRow.connection_id == connection_id) & FindingRow.employee_id.in_(employee_ids)
    query = select(FindingRow).where(mine, FindingRow.code.in_(codes), FindingRow.is_skip)
    return session.scalars(query.order_by(FindingRow.id)).all()


def counts(session: Session, portal_id: str) -> list[tuple[str, int]]:
    """How many findings the portal has of each code, the most frequent first."""
    count = func.count()
    query = (
        select(FindingRow.code, count)
        .join(Connection, Connection.id == FindingRow.connection_id)
        .where(Connection.portal_id == portal_id)
        .group_by(FindingRow.code)
        .order_by(count.desc(), FindingRow.code)
    )
    return [(code, heads) for code, heads in session.execute(query)]


def of_person(session: Session, connection_id: int, person_key: str) -> Sequence[FindingRow]:
    """The findings about one person, oldest first."""
    mine = _of_person(connection_id, person_key)
    return session.scalars(select(FindingRow).where(mine).order_by(FindingRow.id)).all()


def of_unlisted(session: Session, connection_id: int, employee_id: str) -> FindingRow | None:
    """The finding about an employee who is not in the list from Paycor, such as one who is being onboarded."""
    mine = (FindingRow.connection_id == connection_id) & (FindingRow.employee_id == employee_id)
    return session.scalar(select(FindingRow).where(mine, FindingRow.person_key == "").limit(1))


def skip_code(session: Session, connection_id: int, person_key: str, codes: Collection[str]) -> str | None:
    """The code, one of `codes`, for which the person is skipped; None when they are not."""
    return session.scalar(select(FindingRow.code).where(_skips(connection_id, person_key, codes)))


def delete_skips(session: Session, connection_id: int, person_key: str, codes: Collection[str]) -> None:
    """Delete the findings with one of these codes for which the person is skipped."""
    session.execute(delete(FindingRow).where(_skips(connection_id, person_key, codes)))


def _of_person(connection_id: int, person_key: str) -> ColumnElement[bool]:
    return (FindingRow.connection_id == connection_id) & (FindingRow.person_key == person_key)


def _skips(connection_id: int, person_key: str, codes: Collection[str]) -> ColumnElement[bool]:
    return _of_person(connection_id, person_key) & FindingRow.code.in_(codes) & FindingRow.is_skip


def _identity(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["person_key"], row["employee_id"], row["code"], row["subject"])


def row_of(connection_id: int, person_key: str, finding: Finding, *, is_skip: bool) -> dict[str, Any]:
    """The row of one finding, without the day it began."""
    return {
        "connection_id": connection_id,
        "person_key": person_key,
        "employee_id": finding.employee_id,
        "code": finding.code,
        "subject": cleaned(finding.subject)[:200],
        "detail": cleaned(finding.detail)[:500],
        "hint": cleaned(finding.hint)[:200],
        "is_skip": is_skip,
    }
