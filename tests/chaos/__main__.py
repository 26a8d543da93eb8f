"""`python -m tests.chaos`: kills runs for thirty days; exits with 1 when the end differs from an undisturbed month."""

import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console
from rich.table import Table

from tests.chaos.messages import PHASES
from tests.chaos.simulation import run_chaos


@click.command()
@click.option("--kills", default=200, show_default=True, help="How many runs are killed.")
@click.option("--seed", type=int, help="The same seed repeats the same company and kills. [default: random]")
def main(kills: int, seed: int | None) -> None:
    """Kill runs at random points, and compare the end with an undisturbed simulation."""
    console, began = Console(), time.monotonic()
    chosen = SystemRandom().randrange(1, 1_000_000) if seed is None else seed
    console.print(f"SEED={chosen}")
    with (
        tempfile.TemporaryDirectory(prefix="connector-chaos-") as folder,
        console.status(f"{kills} kills over thirty days"),
    ):
        result = run_chaos(Path(folder), seed=chosen, kills=kills)
    table = Table("killed in", "times")
    for phase in PHASES:
        table.add_row(phase, str(result.kills[phase]))
    console.print(table)
    console.print(
        f"{result.attempts} runs begun, {result.kills.total()} killed, {result.failed} ended by a fault, of which the "
        f"connector tried {result.again} again by itself; the consent "
        f"was lost and given again {result.reconnected} times; {time.monotonic() - began:.0f} s."
    )
    for sentence in result.problems:
        console.print(f"[red]{sentence}[/red]")
    missed = [phase for phase in PHASES if not result.kills[phase]]
    if missed:
        console.print(f"[red]no run was killed in: {', '.join(missed)}[/red]")
    console.print(f"Seed {chosen}: {'the same as undisturbed' if not result.problems else 'WRONG'}.")
    sys.exit(1 if result.problems or missed else 0)


if __name__ == "__main__":
    main()
