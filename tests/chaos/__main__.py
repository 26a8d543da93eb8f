"""`python -m tests.chaos`: kills runs for thirty days; ends with 1 when anything differs from thirty days in peace."""

import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console
from rich.table import Table

from tests.chaos.killing import torment
from tests.chaos.orders import PHASES


@click.command()
@click.option("--kills", default=200, show_default=True, help="How many runs are killed.")
@click.option(
    "--seed", type=int, help="The same company and the same chances again; any, unless it is given."
)
def main(kills: int, seed: int | None) -> None:
    """Kill runs at random points, and hold what is left against a life that nothing has disturbed."""
    console, began = Console(), time.monotonic()
    chosen = SystemRandom().randrange(1, 1_000_000) if seed is None else seed
    console.print(f"SEED={chosen}")
    with (
        tempfile.TemporaryDirectory(prefix="connector-chaos-") as folder,
        console.status(f"{kills} kills over thirty days"),
    ):
        seen = torment(Path(folder), seed=chosen, kills=kills)
    table = Table("killed in", "times")
    for phase in PHASES:
        table.add_row(phase, str(seen.kills[phase]))
    console.print(table)
    console.print(
        f"{seen.attempts} runs begun, {seen.kills.total()} killed, {seen.troubled} ended by a fault; the consent "
        f"was lost and given again {seen.reconnected} times; {time.monotonic() - began:.0f} s."
    )
    for sentence in seen.wrong:
        console.print(f"[red]{sentence}[/red]")
    missed = [phase for phase in PHASES if not seen.kills[phase]]
    if missed:
        console.print(f"[red]nobody was killed in: {', '.join(missed)}[/red]")
    console.print(f"Seed {chosen}: {'as if nothing had been' if not seen.wrong else 'WRONG'}.")
    sys.exit(1 if seen.wrong or missed else 0)


if __name__ == "__main__":
    main()
