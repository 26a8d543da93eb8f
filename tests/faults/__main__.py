"""`python -m tests.faults`: every fault at every moment, as a table; exits with 1 when a fault does harm."""

import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.faults.fault_list import FAULTS, Fault, Moment
from tests.faults.matrix import Cell, Matrix
from tests.faults.rig import open_rig

#: Characters of a message in the table.
SHORT = 90


@click.command()
@click.option("--only", default="", help="Faults whose group or name has these words.")
@click.option("--whole", is_flag=True, help="Print messages in full.")
def main(only: str, whole: bool) -> None:
    """Show the result of each fault of Paycor when connecting, at every kind of sync and at due dates."""
    logging.getLogger("connector").setLevel(logging.CRITICAL)
    faults = [fault for fault in FAULTS if only in f"{fault.group} {fault.name}"]
    console = Console()
    harmed = 0
    table = _head()
    with tempfile.TemporaryDirectory(prefix="connector-faults-") as folder, open_rig(Path(folder)) as rig:
        matrix = Matrix(rig)
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
    message = cell.outcome.message
    if length is not None and len(message) > length:
        message = message[: length - 1] + "…"
    return "\n".join(filter(None, (f"{cell.outcome.state} {cell.outcome.code}".strip(), message)))


if __name__ == "__main__":
    main()
