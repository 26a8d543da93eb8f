"""The settings of a portal, from the shell: everything that a sync uses, defaults included."""

import click
import msgspec

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.cli.runs.sync import json_option


@click.command()
@portal_option
@json_option
@connector_command
def settings(portal_id: str | None, as_json: bool) -> None:
    """Show the settings in force: mapping, invite configuration, limits, who is included, group rules."""
    chosen = current_services().settings.settings(require_portal(portal_id))
    if as_json:
        click.echo(msgspec.json.encode(chosen))
        return
    for line in _lines("", msgspec.to_builtins(chosen)):
        click.echo(line)


def _lines(name: str, value: object) -> list[str]:
    """One line for each single value, with its path: `policy.limits.leavers.people = 5`."""
    if isinstance(value, dict) and value:
        return [line for key, part in value.items() for line in _lines(f"{name}.{key}".lstrip("."), part)]
    if isinstance(value, list | tuple) and value:
        return [line for number, part in enumerate(value) for line in _lines(f"{name}.{number}", part)]
    return [f"{name} = {msgspec.json.encode(value).decode()}"]
