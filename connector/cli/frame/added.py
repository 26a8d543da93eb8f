"""Commands of other packages: those that entry points of the group `connector.commands` name.

They are loaded when they are listed or called, never when the connector is imported, so that a command can
need packages that a production server does not have.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, distributions
from typing import Any

import click

GROUP = "connector.commands"

EntryPoints = Callable[[], Iterable[EntryPoint]]


def installed() -> Iterable[EntryPoint]:
    """The commands that installed packages add, one per name.

    It looks at every distribution itself: of two with one name, such as a checkout's left-over metadata and the
    installed ones, `entry_points` would look at the first alone.
    """
    entries = (entry for one in distributions() for entry in one.entry_points.select(group=GROUP))

    return {entry.name: entry for entry in entries}.values()


class OpenGroup(click.Group):
    """A group of commands that other packages can add to; its own commands win when two have one name."""

    def __init__(self, *arguments: Any, entry_points: EntryPoints = installed, **settings: Any) -> None:
        """`entry_points` gives the added commands; the rest is click's."""
        super().__init__(*arguments, **settings)
        self._entry_points = entry_points

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *(entry.name for entry in self._entry_points())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name; one whose packages are missing says so when it is called."""
        own = super().get_command(ctx, cmd_name)
        entry = next((entry for entry in self._entry_points() if entry.name == cmd_name), None)

        return own if own is not None or entry is None else _load(entry)


def _load(entry: EntryPoint) -> click.Command:
    try:
        command = entry.load()
    except ImportError as error:
        return _unusable(entry, str(error))
    if not isinstance(command, click.Command):
        return _unusable(entry, f"{entry.value} is not a command")

    return command


def _unusable(entry: EntryPoint, reason: str) -> click.Command:
    package = f"{entry.dist.name if entry.dist else 'the package'}[{','.join(entry.extras)}]"
    advice = f" Install {package}." if entry.extras else ""

    def refuse() -> None:
        raise click.ClickException(f"The command {entry.name} cannot be loaded: {reason}.{advice}")

    return click.Command(entry.name, callback=refuse, help=f"Cannot be loaded: {reason}.{advice}")
