"""The `flask` command that an app may have been loaded for, and how the app is seen from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any, cast

import click
from flask.cli import FlaskGroup, NoAppException

from connector.errors import ConfigurationError


class CannotInstall(NoAppException):
    """What `flask` shows, as one line, when an app could not be loaded because the connector's settings are wrong."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Without the usage of the command: no option would have helped."""
        click.ClickException.show(self, file)


class LoadedCommands(click.Group):
    """`flask connector` of an app, for its test runner, which knows no entry points.

    The commands are loaded when one is used: they need packages that no web process does.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        return _commands().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name."""
        return _commands().get_command(ctx, cmd_name)


@contextmanager
def refusing_plainly() -> Iterator[None]:
    """While `flask` loads the app for a command, a wrong setting is one line on the terminal, not a traceback."""
    try:
        yield
    except ConfigurationError as error:
        if _flask_command() is None:
            raise
        raise CannotInstall(f"{error.message} [{error.code}]") from error


def is_command() -> bool:
    """Whether the app was loaded for a command that ends, such as `flask connector sync`, and not for a server."""
    return _flask_command() not in (None, "run")


def _flask_command() -> str | None:
    """The name of the `flask` command that is being carried out, if one is."""
    context = click.get_current_context(silent=True)
    if context is None or not isinstance(context.find_root().command, FlaskGroup):
        return None
    return context.info_name


def _commands() -> click.Group:
    return cast(click.Group, import_module("connector.cli").commands)
