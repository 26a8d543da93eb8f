"""`python -m connector.sandbox.paycor`: serves the sandbox until it is stopped.

Prints one JSON line on standard output once it serves; text for people goes to standard error.
"""

import signal
import threading
from datetime import datetime
from pathlib import Path
from types import FrameType

import click
import msgspec

from connector.sandbox.company import TENANTS
from connector.sandbox.paycor.server import SandboxServer
from connector.sandbox.paycor.state.faults import Fault, parse_fault


def _faults(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> list[Fault]:
    """The faults of the command line. Raises BadParameter, naming what is wrong."""
    try:
        return [parse_fault(text) for text in texts]
    except msgspec.ValidationError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes any free one.")
@click.option(
    "--people", type=click.IntRange(3, 10_000_000), help="Head count of the main tenant. [default: 500]"
)
@click.option("--seed", type=click.IntRange(0), help="Another seed is another company. [default: 1]")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The company's day. [default: today, UTC]")
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="SQLite file to remember things in."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND[:name=value,...]",
    callback=_faults,
    help="Something that goes wrong; may be given several times.",
)
@click.option("--json", "json_only", is_flag=True, help="Print the JSON line and nothing for people.")
def main(
    host: str,
    port: int,
    people: int | None,
    seed: int | None,
    today: datetime | None,
    state: Path | None,
    faults: list[Fault],
    *,
    json_only: bool,
) -> None:
    """Serve a sandbox Paycor until SIGTERM or SIGINT.

    A fault may have path, method, nth, times, every and seconds: status-500:path=*/employees,nth=2
    """
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    day = today.date() if today else None
    try:
        server = SandboxServer(people, seed, day, state, host=host, port=port).start()
    except OSError as refused:
        raise click.ClickException(f"cannot listen on {host}:{port}: {refused.strerror}") from refused
    for fault in faults:
        server.sandbox.faults.plant(fault)
    click.echo(msgspec.json.encode(server.announcement).decode())
    if not json_only:
        _print_sign_in_users(server)
    stopped.wait()


def _print_sign_in_users(server: SandboxServer) -> None:
    click.echo(f"Control page: {server.announcement.control_url}", err=True)
    for tenant in TENANTS:
        for user in tenant.users:
            rights = "administrator" if user.is_administrator else "no administrator"
            click.echo(
                f"Sign in as {user.user_name} / company id {tenant.id} / {user.passphrase} "
                f"({tenant.name}, {rights})",
                err=True,
            )


if __name__ == "__main__":
    main()
