"""The report of a run, counted by the database from what the run has written."""

from collections.abc import Mapping

from sqlalchemy import func, select

from connector.core.model.account import Mail
from connector.core.model.report import COUNTED_AS, Report, count_actionable
from connector.core.model.run import EntryOutcome, RunMode
from connector.store import completions
from connector.store.db.sessions import Session
from connector.store.runs.entries import DONE
from connector.store.runs.undo import mails_sent_before
from connector.store.tables.people import EmployeeRow, FindingRow
from connector.store.tables.runs import EntryRow, RunRow


def count_report(
    session: Session, run: RunRow, *, applied: bool, read: int, calls: int, seconds: float
) -> Report:
    """The report of a run that read `read` records. A plan that was not `applied` counts as what would happen.

    Skipped people are counted only by a run that reads everybody; in other runs people without an operation count as
    unchanged.
    """
    operations = _operations(session, run.id, [*DONE] if applied else [EntryOutcome.PLANNED])
    skipped = _skipped(session, run.connection_id) if run.mode.reads_everybody else {}
    findings = _findings(session, run.connection_id)
    held = sum(_operations(session, run.id, [EntryOutcome.HELD]).values())
    accounted = sum(operations.values()) + sum(skipped.values()) + held
    return Report(
        read=read,
        **{COUNTED_AS[kind]: count for kind, count in operations.items()},
        unchanged=max(read - accounted, 0),
        skipped=sum(skipped.values()),
        held=held,
        findings=count_actionable(findings),
        mails=run.mails if applied else _planned_mails(session, run.id),
        moved=sum(_operations(session, run.id, [EntryOutcome.OUTDATED]).values()),
        paycor_calls=calls,
        seconds=round(seconds, 3),
        left=sum(_operations(session, run.id, [EntryOutcome.LEFT]).values()),
        mailed=mails_sent_before(session, run) if run.mode == RunMode.UNDO else 0,
        completions=completions.count_sent(session, run) if run.mode == RunMode.COMPLETIONS else 0,
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
        EntryRow.run_id == run_id, EntryRow.outcome == EntryOutcome.PLANNED, EntryRow.mail != Mail.NONE.value
    )
    return session.scalar(query) or 0


def _skipped(session: Session, connection_id: int) -> Mapping[str, int]:
    """How many people who were in the read are skipped, by code."""
    # Wrapped in a function, so that no query planner scans everybody in the mirror for each finding.
    is_present = (
        (EmployeeRow.connection_id == connection_id)
        & (EmployeeRow.employee_id == FindingRow.employee_id)
        & (func.coalesce(EmployeeRow.absent_reads, 0) == 0)
    )
    query = (
        select(FindingRow.code, func.count())
        .join(EmployeeRow, is_present)
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
