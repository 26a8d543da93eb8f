"""Rows of runs that are over, short to write in a test."""

import msgspec

from connector.core.model.report import Report
from connector.store.tables.runs import RunRow
from tests.services.stored import NOW, run

REPORT = Report(
    read=1500,
    created=1204,
    suspended=1,
    skipped=12,
    mails=1204,
    skipped_by={"no_work_email": 12},
    paycor_calls=9,
    seconds=75.0,
)


def done_run(run_id: int, mode: str = "sync", status: str = "done") -> RunRow:
    """A run that is over, with a report."""
    row = run(run_id, mode=mode, status=status)
    row.report = msgspec.to_builtins(REPORT)
    row.started_at = row.finished_at = NOW
    return row
