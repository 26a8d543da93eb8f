"""How a run looks in a terminal: a progress bar while it lasts, then its report."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, Thread

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from connector.core.model.findings import FINDINGS
from connector.core.model.report import Report
from connector.errors import HostError
from connector.services import Services
from connector.services.views.pages import Views

#: What a phase is called on the screen.
PHASES = {
    "": "waiting to begin",
    "settle": "settling what an earlier run left",
    "read": "reading people at Paycor",
    "plan": "deciding",
    "apply": "applying",
    "mail": "sending mail",
    "certify": "sending completions, person by person",
}

#: The report's numbers in the order in which they are told.
_COUNTS = {
    "read": "People read",
    "created": "Created",
    "linked": "Linked to a learner there was",
    "updated": "Updated",
    "suspended": "Access ended",
    "reactivated": "Access restored",
    "unchanged": "Unchanged",
    "skipped": "Skipped",
    "mails": "Invited by mail",
    "findings": "Findings to look at",
    "paycor_calls": "Calls to Paycor",
}

_EVERY_S = 0.2

NUMBERS = (*_COUNTS, "seconds")


@contextmanager
def progress_bar(reading: Views, portal_id: str, run_id: int, *, total: int | None = None) -> Iterator[None]:
    """Show how far a run is while the block lasts, on standard error; read from the database, as the pages do."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<34}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    over = Event()
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(PHASES[""], total=total)
        watcher = Thread(target=_watch, args=(reading, portal_id, run_id, bars, task, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _watch(reading: Views, portal_id: str, run_id: int, bars: Progress, task: TaskID, over: Event) -> None:
    while not over.wait(_EVERY_S):
        seen = reading.progress(portal_id, run_id)
        if seen:
            bars.update(
                task, description=PHASES.get(seen.phase, seen.phase), completed=seen.done, total=seen.total
            )
    bars.update(task, description="over", completed=1, total=1)


def show(report: Report, title: str) -> None:
    """The report as a table, with every reason for skipping and every finding in plain words."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, label in _COUNTS.items():
        table.add_row(label, f"{getattr(report, name):,}")
        if name == "skipped":
            _add_codes(table, report.skipped_by)
        elif name == "findings":
            _add_codes(
                table, {code: n for code, n in report.findings_by.items() if FINDINGS[code].needs_action}
            )
    table.add_row("Seconds", f"{report.seconds:,.1f}")
    Console().print(table)


def _add_codes(table: Table, counts: Mapping[str, int]) -> None:
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(f"  [dim]{FINDINGS[code].label}[/dim]", f"[dim]{count:,}[/dim]")


def labels(here: Services, portal_id: str) -> Mapping[str, str]:
    """The LMS's names for its fields, by their keys; an LMS that does not answer now costs the names alone."""
    try:
        return {field.key: field.label for field in here.settings.fields(portal_id)}
    except HostError:
        return {}


def as_json(report: Report) -> str:
    """The report's numbers as one JSON object on one line."""
    numbers = asdict(report)
    return json.dumps({name: numbers[name] for name in (*_COUNTS, "seconds")})
