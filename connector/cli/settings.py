"""What an admin has chosen, from the shell: the choices that a sync goes by, defaults included."""

import click
import msgspec

from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.cli.runs.sync import json_option


@click.command()
@portal_option
@json_option
@connector_command
def settings(portal_id: str | None, as_json: bool) -> None:
    """The choices in force: mapping, invite configuration, limits, scope and group rules."""
    chosen = services().settings.settings(one_portal(portal_id))
    if as_json:
        click.echo(msgspec.json.encode(chosen))
        return
    for line in _lines("", msgspec.to_builtins(chosen)):
        click.echo(line)


def _lines(name: str, value: object) -> list[str]:
    """A line for each single choice, by its path."""
    if isinstance(value, dict) and value:
        return [line for key, part in value.items() for line in _lines(f"{name}.{key}".lstrip("."), part)]
    if isinstance(value, list | tuple) and value:
        return [line for number, part in enumerate(value) for line in _lines(f"{name}.{number}", part)]
    return [f"{name} = {msgspec.json.encode(value).decode()}"]
