"""The measurements: a portal, its Paycor and its database in; lines of figures out, each with its goal.

Every figure is a ratio of two things measured side by side in the same run, because a machine's speed drifts.
"""

import json
import os
import platform
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

import click
from sqlalchemy import Engine, inspect

from connector.core.model.report import Report
from connector.sandbox.bench import floor
from connector.sandbox.bench.memory import forget_peak, peak_mib
from connector.sandbox.bench.portal import BenchPortal, Work
from connector.sandbox.bench.servers import control
from connector.sandbox.paycor.server import Announcement

#: Records on a page of Paycor.
PAGE = 200

Figures = dict[str, Any]
Run = tuple[Report, Work]


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark. `token` is a second access token, for the floor's own downloads; `lines` are its results."""

    database: str
    people: int
    seed: int
    paycor: Announcement
    token: str
    portal: BenchPortal
    bare_url: str
    repeat: int
    lines: list[Figures] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        """The engine of the LMS's database."""
        return self.portal.services.database.engine

    def show_progress(self, what: str) -> None:
        """Print the progress for people."""
        click.echo(f"{self.database}, {self.people:,} people: {what}", err=True)

    def sync(self) -> Run:
        """One sync, and its cost."""
        forget_peak()
        report, work = self.portal.sync()
        work.peak_mib = peak_mib()
        return report, work

    def report_run(self, number: str, run: Run, **figures: Any) -> None:
        """Print one line of JSON about one goal, with the cost of a run."""
        report, work = run
        figures |= {"seconds": work.seconds, "us_per_person": work.seconds / self.people * 1e6}
        figures |= {"peak_mib": work.peak_mib, "statements": work.statements, "commits": work.commits}
        self.report_line(number, **figures, paycor_calls=report.paycor_calls)

    def report_line(self, number: str, **figures: Any) -> None:
        """Print one line of JSON, with the machine it was measured on."""
        line: Figures = {"id": number, "database": self.database, "n": self.people, "seed": self.seed}
        line |= {name: round(one, 3) if isinstance(one, float) else one for name, one in figures.items()}
        version = ".".join(map(str, self.engine.dialect.server_version_info or ()))
        line |= {"cores": os.cpu_count(), "cpu": _cpu(), "python": platform.python_version()}
        self.lines.append(line | {"server": version})
        click.echo(json.dumps(self.lines[-1]))


def measure(bench: Bench, *, unchanged_only: bool) -> None:
    """Measure a first sync and unchanged ones; without `unchanged_only` also the bare inserts and a few changes."""
    bench.show_progress("making the pages")
    floor.parsing_floor(bench.paycor, bench.token)
    first = _memory(bench)
    if not unchanged_only:
        _inserted(bench, first)
    _unchanged(bench)
    if not unchanged_only:
        _one_percent(bench)


def compare(bench: Bench, tenth: list[Figures], small: list[Figures]) -> None:
    """Report the cost of ten times as many people (P6), and the extra memory over the people of `small` (P5)."""
    for which in ("first", "unchanged"):
        now, then, least = (_peak_line(lines, which) for lines in (bench.lines, tenth, small))
        bench.report_line("P6", of=which, goal=11, ratio=now["seconds"] / then["seconds"], than=then["n"])
        growth = now["peak_mib"] - least["peak_mib"]
        bench.report_line("P5", of=f"{which}, growth", goal=16, growth_mib=growth, than=least["n"])


def _peak_line(lines: list[Figures], which: str) -> Figures:
    return next(line for line in lines if line["id"] == "P5" and line["of"] == which)


def _memory(bench: Bench) -> Run:
    """Measure the memory of a first and of an unchanged sync, before anything else uses any; gives the first run."""
    bench.show_progress("first sync")
    first = bench.sync()
    bench.report_run("P5", first, of="first", goal=120)
    # The second sync still reads the first one's own edits.
    bench.portal.sync()
    bench.report_run("P5", bench.sync(), of="unchanged", goal=120)
    return first


def _inserted(bench: Bench, first: Run) -> None:
    bench.show_progress("the rows it left, inserted in bulk")
    tables = inspect(bench.engine).get_table_names()
    bare, rows = floor.inserting_floor(bench.engine, bench.bare_url, tables)
    bench.report_run("P3", first, goal=3, ratio=first[1].seconds / bare, floor_seconds=bare, rows=rows)


def _unchanged(bench: Bench) -> None:
    bench.show_progress(f"unchanged, {bench.repeat} times")
    turns = [_turn(bench) for _ in range(bench.repeat)]
    run = _middle([run for _, run in turns])
    for number, goal, column in (("P1", 1.5, 0), ("P2", 1.0, 1)):
        ratio = median(work.seconds / floors[column] for floors, (_, work) in turns)
        bare = median(floors[column] for floors, _ in turns)
        bench.report_run(number, run, goal=goal, ratio=ratio, floor_seconds=bare)
    entities = len(bench.paycor.legal_entities)
    # The list, a page of departments and one of people being onboarded for each entity, and two more calls.
    allowed = (
        sum(ceil(_share(bench.people, entity_index) / PAGE) for entity_index in range(entities))
        + 2 * entities
        + 2
    )
    bench.report_run("P9", run, goal=1.0, ratio=run[0].paycor_calls / allowed, allowed_calls=allowed)


def _turn(bench: Bench) -> tuple[tuple[float, float], Run]:
    """One reading floor, one parsing floor and one run, side by side."""
    bare = floor.reading_floor(bench.paycor, bench.token, bench.engine)
    parsed = floor.parsing_floor(bench.paycor, bench.token)
    return (bare, parsed), bench.sync()


def _one_percent(bench: Bench) -> None:
    bench.show_progress(f"one in a hundred changed, {bench.repeat} times")
    turns = []
    for turn in range(bench.repeat):
        for index in range(100, bench.people, 100):
            title = {"job_title": f"Moved on for the {turn}. time"}
            control(bench.paycor, "records", {"index": index, "fields": title})
        floor.parsing_floor(bench.paycor, bench.token)
        changed = bench.sync()
        bench.portal.sync()
        turns.append((changed, bench.sync()))
    ratio = median(changed[1].seconds / same[1].seconds for changed, same in turns)
    run = _middle([changed for changed, _ in turns])
    bench.report_run("P4", run, goal=1.2, ratio=ratio, updated=run[0].updated)


def _middle(runs: list[Run]) -> Run:
    """The run of median length."""
    return sorted(runs, key=lambda run: run[1].seconds)[len(runs) // 2]


def _share(people: int, entity_index: int) -> int:
    """The head count of a legal entity of the sandbox's main company: four fifths, and the rest."""
    return people * 4 // 5 if entity_index == 0 else people - people * 4 // 5


def _cpu() -> str:
    """The name of the processor, or else of the machine type."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
