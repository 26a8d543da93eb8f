"""The report of a run, counted by the database from what the run has written."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.core.records import Mail
from connector.core.report import COUNTED_AS, Report, actionable
from connector.store import completions
from connector.store.entries import DONE, LEFT, MOVED, PLANNED
from connector.store.models import EmployeeRow, EntryRow, FindingRow, RunRow
from connector.store.runs import READING
from connector.store.undoing import UNDO, mailed_before


def count_report(session: Session, run: RunRow, *, read: int, calls: int, seconds: float) -> Report:
    """The report of a run that read `read` records. A plan that was not applied counts as what would happen.

    Who is skipped is counted where everybody was read; of a few people, those with no operation count as unchanged.
    """
    applied = run.mode != "preview" and run.status != "held"
    operations = _operations(session, run.id, [*DONE] if applied else [PLANNED])
    skipped = _skipped(session, run.connection_id) if run.mode in READING else {}
    findings = _findings(session, run.connection_id)
    accounted = sum(operations.values()) + sum(skipped.values())
    return Report(
        read=read,
        **{COUNTED_AS[kind]: count for kind, count in operations.items()},
        unchanged=max(read - accounted, 0),
        skipped=sum(skipped.values()),
        findings=actionable(findings),
        mails=run.mails if applied else _planned_mails(session, run.id),
        moved=sum(_operations(session, run.id, [MOVED]).values()),
        paycor_calls=calls,
        seconds=round(seconds, 3),
        left=sum(_operations(session, run.id, [LEFT]).values()),
        mailed=mailed_before(session, run) if run.mode == UNDO else 0,
        completions=completions.sent_by(session, run) if run.mode == "completions" else 0,
        skipped_by=skipped,
        findings_by=findings,
    )


def _operations(session: Session, run_id: int, outcomes: list[str]) -> Mapping[str, int]:
    query = (
        select(EntryRow.kind, func.count())
        .where(EntryRow.run_id == run_id, EntryRow.outcome.in_(outcomes))
        .group_by(EntryRow.kind)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _planned_mails(session: Session, run_id: int) -> int:
    query = select(func.count()).where(
        EntryRow.run_id == run_id, EntryRow.outcome == PLANNED, EntryRow.mail != Mail.NONE.value
    )
    return session.scalar(query) or 0


def _skipped(session: Session, connection_id: int) -> Mapping[str, int]:
    """Why nothing is done, by code, for those whom the read held."""
    # Wrapped, so that no planner looks through everybody who was there for each finding.
    here = (
        (EmployeeRow.connection_id == connection_id)
        & (EmployeeRow.employee_id == FindingRow.employee_id)
        & (func.coalesce(EmployeeRow.absent_reads, 0) == 0)
    )
    query = (
        select(FindingRow.code, func.count())
        .join(EmployeeRow, here)
        .where(FindingRow.connection_id == connection_id, FindingRow.is_skip.is_(True))
        .group_by(FindingRow.code)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _findings(session: Session, connection_id: int) -> Mapping[str, int]:
    query = (
        select(FindingRow.code, func.count())
        .where(FindingRow.connection_id == connection_id)
        .group_by(FindingRow.code)
    )
    return {row[0]: row[1] for row in session.execute(query)}
