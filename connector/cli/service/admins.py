"""The admins of a connector that stands alone: who may sign in to its pages."""

import sys

import click

from connector.cli.frame.command import connector_command, services
from connector.services.admins import Admins


@click.group()
def admins() -> None:
    """Say who may sign in to the pages of a connector that stands alone."""


@admins.command()
@click.argument("name")
@connector_command
def add(name: str) -> None:
    """Add an admin, or give one a new password: asked for twice, or read from a pipe."""
    is_new = _admins().put(name, _password())
    click.echo(f"{name} can sign in." if is_new else f"{name} has a new password.")


@admins.command()
@click.argument("name")
@connector_command
def remove(name: str) -> None:
    """Take an admin away; their sessions end at once."""
    if not _admins().remove(name):
        raise click.ClickException(f"There is no admin {name}. `flask connector admins list` names them.")
    click.echo(f"{name} cannot sign in any more.")


@admins.command(name="list")
@connector_command
def list_() -> None:
    """Name the admins."""
    names = _admins().names()
    click.echo("\n".join(names) or "There is nobody yet: `flask connector admins add NAME`.")


def _admins() -> Admins:
    here = services()
    if here.config.host is None:
        raise click.ClickException(
            "The connector is installed in an LMS, whose own admins use it. Stand-alone, CONNECTOR_HOST is set."
        )
    here.views.check_schema()
    return Admins(here.database, here.clock)


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
