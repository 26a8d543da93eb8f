"""The measurements: a portal, its Paycor and its database in; lines of figures out, each beside its goal.

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
from connector.sandbox.bench.places import control
from connector.sandbox.bench.portal import BenchPortal, Work
from connector.sandbox.paycor.server import Announcement

#: How many records Paycor gives to a page.
PAGE = 200

Figures = dict[str, Any]
Run = tuple[Report, Work]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: `token` is a second access token, for the floor's own downloads. `told` are its lines."""

    database: str
    people: int
    seed: int
    paycor: Announcement
    token: str
    portal: BenchPortal
    bare_url: str
    repeat: int
    told: list[Figures] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        """The engine of the LMS's database."""
        return self.portal.services.database.engine

    def say(self, what: str) -> None:
        """Tell people how far it is."""
        click.echo(f"{self.database}, {self.people:,} people: {what}", err=True)

    def sync(self) -> Run:
        """One sync, and what it took."""
        forget_peak()
        report, work = self.portal.sync()
        work.peak_mib = peak_mib()
        return report, work

    def tell(self, number: str, run: Run, **figures: Any) -> None:
        """One line of JSON about one goal."""
        report, work = run
        figures |= {"seconds": work.seconds, "us_per_person": work.seconds / self.people * 1e6}
        figures |= {"peak_mib": work.peak_mib, "statements": work.statements, "commits": work.commits}
        self.line(number, **figures, paycor_calls=report.paycor_calls)

    def line(self, number: str, **figures: Any) -> None:
        """One line of JSON, with where it was measured."""
        line: Figures = {"id": number, "database": self.database, "n": self.people, "seed": self.seed}
        line |= {name: round(one, 3) if isinstance(one, float) else one for name, one in figures.items()}
        version = ".".join(map(str, self.engine.dialect.server_version_info or ()))
        line |= {"cores": os.cpu_count(), "cpu": _cpu(), "python": platform.python_version()}
        self.told.append(line | {"server": version})
        click.echo(json.dumps(self.told[-1]))


def measure(bench: Bench, *, unchanged_only: bool) -> None:
    """A first sync, the same people again, and unless told otherwise the bare inserts and a few changes."""
    bench.say("making the pages")
    floor.parsing_floor(bench.paycor, bench.token)
    first = _memory(bench)
    if not unchanged_only:
        _inserted(bench, first)
    _unchanged(bench)
    if not unchanged_only:
        _one_percent(bench)


def compare(bench: Bench, tenth: list[Figures], small: list[Figures]) -> None:
    """What a tenfold of people costs (P6), and what memory they need more than the people of `small` (P5)."""
    for which in ("first", "unchanged"):
        now, then, least = (_peak_line(lines, which) for lines in (bench.told, tenth, small))
        bench.line("P6", of=which, goal=11, ratio=now["seconds"] / then["seconds"], than=then["n"])
        growth = now["peak_mib"] - least["peak_mib"]
        bench.line("P5", of=f"{which}, growth", goal=16, growth_mib=growth, than=least["n"])


def _peak_line(lines: list[Figures], which: str) -> Figures:
    return next(line for line in lines if line["id"] == "P5" and line["of"] == which)


def _memory(bench: Bench) -> Run:
    """The first sync, and one of which nothing is new, before anything else has needed memory; gives the first."""
    bench.say("first sync")
    first = bench.sync()
    bench.tell("P5", first, of="first", goal=120)
    # The first sync's own edits are looked at by the second.
    bench.portal.sync()
    bench.tell("P5", bench.sync(), of="unchanged", goal=120)
    return first


def _inserted(bench: Bench, first: Run) -> None:
    bench.say("the rows it left, inserted in bulk")
    tables = inspect(bench.engine).get_table_names()
    bare, rows = floor.inserting_floor(bench.engine, bench.bare_url, tables)
    bench.tell("P3", first, goal=3, ratio=first[1].seconds / bare, floor_seconds=bare, rows=rows)


def _unchanged(bench: Bench) -> None:
    bench.say(f"unchanged, {bench.repeat} times")
    turns = [_turn(bench) for _ in range(bench.repeat)]
    run = _middle([run for _, run in turns])
    for number, goal, place in (("P1", 1.5, 0), ("P2", 1.0, 1)):
        ratio = median(work.seconds / floors[place] for floors, (_, work) in turns)
        bare = median(floors[place] for floors, _ in turns)
        bench.tell(number, run, goal=goal, ratio=ratio, floor_seconds=bare)
    entities = len(bench.paycor.legal_entities)
    # The list, a page of departments and one of people being onboarded for each entity, and two calls besides.
    allowed = sum(ceil(_share(bench.people, place) / PAGE) for place in range(entities)) + 2 * entities + 2
    bench.tell("P9", run, goal=1.0, ratio=run[0].paycor_calls / allowed, allowed_calls=allowed)


def _turn(bench: Bench) -> tuple[tuple[float, float], Run]:
    """One reading floor, one parsing floor and one run, side by side."""
    bare = floor.reading_floor(bench.paycor, bench.token, bench.engine)
    parsed = floor.parsing_floor(bench.paycor, bench.token)
    return (bare, parsed), bench.sync()


def _one_percent(bench: Bench) -> None:
    bench.say(f"one in a hundred changed, {bench.repeat} times")
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
    bench.tell("P4", run, goal=1.2, ratio=ratio, updated=run[0].updated)


def _middle(runs: list[Run]) -> Run:
    """The run of median length."""
    return sorted(runs, key=lambda run: run[1].seconds)[len(runs) // 2]


def _share(people: int, place: int) -> int:
    """The head count of a legal entity of the sandbox's main company: four fifths, and the rest."""
    return people * 4 // 5 if place == 0 else people - people * 4 // 5


def _cpu() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
