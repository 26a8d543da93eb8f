"""`python -m tests.faults`: every fault at every moment, as a table; ends with 1 when anybody is harmed by one."""

import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.faults.matrix import FAULTS, Fault, Moment
from tests.faults.run import Cell, Matrix
from tests.faults.stage import opened

#: Of a message the table has so many characters.
SHORT = 90


@click.command()
@click.option("--only", default="", help="Faults whose group or name has these words.")
@click.option("--whole", is_flag=True, help="Print messages in full.")
def main(only: str, whole: bool) -> None:
    """Show what each fault of Paycor comes to when connecting, at every kind of sync and at due dates."""
    logging.getLogger("connector").setLevel(logging.CRITICAL)
    faults = [fault for fault in FAULTS if only in f"{fault.group} {fault.name}"]
    console = Console()
    harmed = 0
    table = _head()
    with tempfile.TemporaryDirectory(prefix="connector-faults-") as folder, opened(Path(folder)) as stage:
        matrix = Matrix(stage)
        with console.status("") as status:
            for fault in faults:
                status.update(f"{fault.group}: {fault.name}")
                cells = [matrix.cell(fault, moment) for moment in Moment]
                harmed += any(cell.harm for cell in cells)
                table.add_row(*_row(fault, cells, None if whole else SHORT))
    console.print(table)
    console.print(f"{len(faults)} faults at {len(Moment)} moments; {harmed} of them do harm.")
    sys.exit(1 if harmed else 0)


def _head() -> Table:
    table = Table(title="What a fault comes to", show_lines=True)
    table.add_column("fault", ratio=2)
    for moment in Moment:
        table.add_column(moment.value, ratio=3)
    table.add_column("harm", ratio=1, style="red")
    return table


def _row(fault: Fault, cells: Sequence[Cell], length: int | None) -> list[str]:
    harm = dict.fromkeys(f"{cell.moment}: {harm}" for cell in cells for harm in cell.harm)
    return [f"{fault.group}\n{fault.name}", *(_shown(cell, length) for cell in cells), "\n".join(harm)]


def _shown(cell: Cell, length: int | None) -> str:
    told = cell.outcome.told
    if length is not None and len(told) > length:
        told = told[: length - 1] + "…"
    return "\n".join(filter(None, (f"{cell.outcome.state} {cell.outcome.code}".strip(), told)))


if __name__ == "__main__":
    main()
