"""The admins of a stand-alone connector, who sign in to its own pages."""

import sys

import click

from connector.cli.frame.command import connector_command, current_services
from connector.services.admins import Admins


@click.group()
def admins() -> None:
    """Manage who can sign in to the pages of a stand-alone connector."""


@admins.command()
@click.argument("name")
@connector_command
def add(name: str) -> None:
    """Add an admin, or set a new password; it is prompted for, or read from a pipe."""
    is_new = _admins().put(name, _password())
    click.echo(f"{name} can sign in." if is_new else f"{name} has a new password.")


@admins.command()
@click.argument("name")
@connector_command
def remove(name: str) -> None:
    """Remove an admin; their sessions end at once."""
    if not _admins().remove(name):
        raise click.ClickException(f"There is no admin {name}. See `flask connector admins list`.")
    click.echo(f"{name} can no longer sign in.")


@admins.command(name="list")
@connector_command
def list_() -> None:
    """List the admins."""
    names = _admins().names()
    click.echo("\n".join(names) or "There are no admins yet. Add one: `flask connector admins add NAME`.")


def _admins() -> Admins:
    services = current_services()
    if services.config.host is None:
        raise click.ClickException(
            "The connector is installed in an LMS, so the admins of that LMS use it. Only a stand-alone connector, "
            "with CONNECTOR_HOST set, has admins of its own."
        )
    services.views.check_schema()
    return Admins(services.database, services.clock)


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
