"""Commands that are not the connector's own: what entry points of the group `connector.commands` name.

They are loaded when they are listed or called, never when the connector is imported, so that a command may
need packages that a production server does not have.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, distributions
from typing import Any

import click

GROUP = "connector.commands"

Found = Callable[[], Iterable[EntryPoint]]


def installed() -> Iterable[EntryPoint]:
    """The commands that installed packages add.

    Every distribution is asked: of two by one name, such as a checkout's left-over metadata and the installed
    ones, `entry_points` would ask the first alone.
    """
    found = (entry for one in distributions() for entry in one.entry_points.select(group=GROUP))

    return {entry.name: entry for entry in found}.values()


class OpenGroup(click.Group):
    """A group of commands that others may add to; its own commands go first when a name is taken twice."""

    def __init__(self, *arguments: Any, found: Found = installed, **settings: Any) -> None:
        """`found` gives the entry points; the rest is click's."""
        super().__init__(*arguments, **settings)
        self._found = found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *(entry.name for entry in self._found())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; one whose packages are missing says so when it is called."""
        own = super().get_command(ctx, cmd_name)
        entry = next((entry for entry in self._found() if entry.name == cmd_name), None)

        return own if own is not None or entry is None else _loaded(entry)


def _loaded(entry: EntryPoint) -> click.Command:
    try:
        command = entry.load()
    except ImportError as missing:
        return _unusable(entry, str(missing))
    if not isinstance(command, click.Command):
        return _unusable(entry, f"{entry.value} is no command")

    return command


def _unusable(entry: EntryPoint, reason: str) -> click.Command:
    needed = f"{entry.dist.name if entry.dist else 'the package'}[{','.join(entry.extras)}]"
    advice = f" Install {needed}." if entry.extras else ""

    def refuse() -> None:
        raise click.ClickException(f"The command {entry.name} cannot be loaded: {reason}.{advice}")

    return click.Command(entry.name, callback=refuse, help=f"Cannot be loaded: {reason}.{advice}")
