"""`python -m connector.sandbox.bench`: progress on standard error, one JSON object a line on standard output."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from connector.sandbox.bench.measurements import Bench, Figures, compare, measure
from connector.sandbox.bench.portal import connected
from connector.sandbox.bench.servers import DATABASES, empty_databases, running_paycor

#: Head count of the company that a large one's memory is compared with.
SMALL = 10_000

_COMMAND = (sys.executable, "-m", "connector.sandbox.bench")


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
    if database == "both":
        # Each in a process of its own, because a process does not always give used memory back.
        options = _options(people, seed, repeat) + ["--unchanged"] * unchanged + ["--alone"] * alone
        for name in DATABASES:
            subprocess.run([*_COMMAND, *options, "--database", name], check=True)  # noqa: S603 - our own module
        return
    sizes = _smaller(people, unchanged, alone)
    smaller = {size: _figures_of(_options(size, seed, repeat), database) for size in sizes}
    with (
        running_paycor(people, seed) as (token, paycor),
        tempfile.TemporaryDirectory() as folder,
        empty_databases(database, Path(folder)) as (lms_url, bare_url),
        connected(Path(folder), lms_url, paycor) as portal,
    ):
        bench = Bench(database, people, seed, paycor, token, portal, bare_url, repeat)
        measure(bench, unchanged_only=unchanged)
        if smaller:
            compare(bench, smaller[people // 10], smaller[min(smaller)])


def _smaller(people: int, unchanged: bool, alone: bool) -> list[int]:
    return sorted({min(SMALL, people // 10), people // 10}) if unchanged and not alone else []


def _options(people: int, seed: int, repeat: int) -> list[str]:
    return ["--people", str(people), "--seed", str(seed), "--repeat", str(repeat)]


def _figures_of(options: list[str], database: str) -> list[Figures]:
    """The figures of a smaller company."""
    command = [*_COMMAND, *options, "--database", database, "--unchanged", "--alone"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603 - our own module
    return [json.loads(line) for line in lines.splitlines()]


if __name__ == "__main__":
    main()
