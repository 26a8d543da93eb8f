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
from connector.core.model.run import RunPhase
from connector.services.views.pages import Views
from connector.words.findings import finding_text
from connector.words.runs import PHASES, REPORT

_EVERY_S = 0.2

#: The numbers of a report by name, in the order in which they are shown.
NUMBERS = (*REPORT, "seconds")


@contextmanager
def progress_bar(views: Views, portal_id: str, run_id: int, *, total: int | None = None) -> Iterator[None]:
    """Show how far a run is while the block lasts, on standard error; read from the database, as the pages do."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<34}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    finished = Event()
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(PHASES[RunPhase.WAITING], total=total)
        watcher = Thread(target=_watch, args=(views, portal_id, run_id, bars, task, finished), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()


def _watch(views: Views, portal_id: str, run_id: int, bars: Progress, task: TaskID, finished: Event) -> None:
    while not finished.wait(_EVERY_S):
        progress = views.progress(portal_id, run_id)
        if progress:
            bars.update(
                task,
                description=PHASES.get(progress.phase, str(progress.phase)),
                completed=progress.done,
                total=progress.total,
            )
    bars.update(task, description="Finished", completed=1, total=1)


def show(report: Report, title: str) -> None:
    """Print the report as a table, with every reason for skipping and every finding in plain words."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, label in REPORT.items():
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
        table.add_row(f"  [dim]{finding_text(code).label}[/dim]", f"[dim]{count:,}[/dim]")


def as_json(report: Report) -> str:
    """The report's numbers as one JSON object on one line."""
    numbers = asdict(report)
    return json.dumps({name: numbers[name] for name in NUMBERS})
