"""`python -m tests.oracle`: a company moves on for thirty days; exits with 1 when an LMS is not as the model says."""

import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console

from tests.oracle.company.events import Event
from tests.oracle.model.choices import PORTALS
from tests.oracle.simulation import OracleResult, run_oracle
from tests.postgres import empty_database, postgres_server

_NAMES = tuple(kind.name.lower() for kind in Event)
_KIND = click.Choice(_NAMES)


@click.command()
@click.option("--seed", type=int, help="The same seed repeats the same company and events. [default: random]")
@click.option("--days", default=30, show_default=True, help="How long the company is watched.")
@click.option("--only", type=_KIND, multiple=True, help="Events of this kind alone; can be given again.")
@click.option("--without", type=_KIND, multiple=True, help="No events of this kind; can be given again.")
def main(seed: int | None, days: int, only: tuple[str, ...], without: tuple[str, ...]) -> None:
    """Compare every day of a company with the model, on both databases and with every choice of settings."""
    console = Console(soft_wrap=True, highlight=False)
    chosen = SystemRandom().randrange(1, 1_000_000) if seed is None else seed
    is_right = True
    for database, result in _results(chosen, days, _kinds(only, without)):
        line = (
            f"SEED={chosen} DAYS={days} {database}, {result.choices.name}: {result.people:,} people, "
            f"{result.events.total():,} events"
        )
        is_right = is_right and not result.problems
        console.print(f"{line}, {'DIFFERENT' if result.problems else 'the same every day'}", markup=False)
        for sentence in result.problems:
            console.print(f"  {sentence}", markup=False)
    sys.exit(0 if is_right else 1)


def _kinds(only: tuple[str, ...], without: tuple[str, ...]) -> list[Event]:
    return [
        kind for kind in Event if kind.name.lower() in (only or _NAMES) and kind.name.lower() not in without
    ]


def _results(seed: int, days: int, kinds: Collection[Event]) -> Iterator[tuple[str, OracleResult]]:
    with ExitStack() as stack:
        socket = stack.enter_context(postgres_server())
        for choices in PORTALS:
            with (
                tempfile.TemporaryDirectory(prefix="connector-oracle-") as name,
                empty_database(socket) as url,
            ):
                folder = Path(name)
                for database, address in (
                    ("sqlite", f"sqlite:///{folder / 'lms.sqlite'}"),
                    ("postgresql", url),
                ):
                    yield (
                        database,
                        run_oracle(folder, address, choices=choices, seed=seed, days=days, kinds=kinds),
                    )


if __name__ == "__main__":
    main()
