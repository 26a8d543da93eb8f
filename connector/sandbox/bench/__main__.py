"""`python -m connector.sandbox.bench`: progress to standard error, one JSON object a line to standard output."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from connector.sandbox.bench.measuring import Bench, Figures, compare, measure
from connector.sandbox.bench.places import DATABASES, database_of, paycor_of
from connector.sandbox.bench.portal import connected

#: The company that a large one's memory is held against.
SMALL = 10_000


@click.command()
@click.option("--people", default=100_000, show_default=True)
@click.option("--database", type=click.Choice([*DATABASES, "both"]), default="both", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--repeat", default=3, show_default=True, help="Timed runs of what is quick; their median counts."
)
@click.option("--unchanged", is_flag=True, help="A first sync and unchanged ones alone, and how they grow.")
@click.option("--alone", is_flag=True, help="Without the smaller companies that growth is measured against.")
def main(people: int, database: str, seed: int, repeat: int, unchanged: bool, alone: bool) -> None:
    """Measure a first sync and re-syncs against what is physically there."""
    for name in DATABASES if database == "both" else (database,):
        # Each in a process of its own, because memory that was once used is not always given back.
        smaller = {size: _told(size, name, seed, repeat) for size in _smaller(people, unchanged, alone)}
        with (
            paycor_of(people, seed) as (token, paycor),
            tempfile.TemporaryDirectory() as folder,
            database_of(name, Path(folder)) as (lms_url, bare_url),
            connected(Path(folder), lms_url, paycor) as portal,
        ):
            bench = Bench(name, people, seed, paycor, token, portal, bare_url, repeat)
            measure(bench, unchanged_only=unchanged)
            if smaller:
                compare(bench, smaller[people // 10], smaller[min(smaller)])


def _smaller(people: int, unchanged: bool, alone: bool) -> list[int]:
    return sorted({min(SMALL, people // 10), people // 10}) if unchanged and not alone else []


def _told(people: int, database: str, seed: int, repeat: int) -> list[Figures]:
    """The figures of a smaller company."""
    options = ("people", people), ("database", database), ("seed", seed), ("repeat", repeat)
    told = [word for name, value in options for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "connector.sandbox.bench", *told, "--unchanged", "--alone"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603 - our own module
    return [json.loads(line) for line in lines.splitlines()]


if __name__ == "__main__":
    main()
