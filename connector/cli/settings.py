"""The settings of a portal, from the shell: everything that a sync uses, who changed what, and the way back."""

from collections.abc import Mapping
from typing import IO, Any

import click
import msgspec

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.cli.frame.files import json_text
from connector.cli.runs.sync import json_option
from connector.core.model.settings import ReadInterval
from connector.services.settings.choices import changes
from connector.services.settings.file import from_file, to_file
from connector.words.connection import ACTIONS
from connector.words.settings import READ_INTERVAL, setting_changes


@click.group(invoke_without_command=True)
@portal_option
@json_option
@click.pass_context
def settings(ctx: click.Context, portal_id: str | None, as_json: bool) -> None:
    """Show the settings in force: mapping, invite configuration, limits, who is included, group rules."""
    if ctx.invoked_subcommand is None:
        _show(portal_id, as_json)


@connector_command
def _show(portal_id: str | None, as_json: bool) -> None:
    chosen = current_services().settings.settings(require_portal(portal_id))
    if as_json:
        click.echo(msgspec.json.encode(chosen))
        return
    for line in _lines("", msgspec.to_builtins(chosen)):
        click.echo(line)


@settings.command("log")
@portal_option
@click.option("--limit", default=20, show_default=True, help="How many lines to list, the newest first.")
@connector_command
def log(portal_id: str | None, limit: int) -> None:
    """List who changed what and when; each saved setting with its value before and after."""
    for change in current_services().views.audit(require_portal(portal_id)).rows[:limit]:
        action = ACTIONS.get(change.action, change.action)
        detail = " ".join(f"{name}={value}" for name, value in change.detail.items() if name != "changes")
        who = change.viewer_id or "connector"
        click.echo(f"{change.line_id:>6}  {change.at:%Y-%m-%d %H:%M:%S}Z  {who}  {action}  {detail}".rstrip())
        _print_changes(change.detail.get("changes", {}))


@settings.command("restore")
@click.argument("line_id", metavar="LINE", type=int)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@portal_option
@connector_command
def restore(line_id: int, yes: bool, portal_id: str | None) -> None:
    """Go back to the settings before LINE (see `settings log`), as a new change. Shows what differs, and asks."""
    services, portal_id = current_services(), require_portal(portal_id)
    version = services.settings.version(portal_id, None)
    _print_changes(services.settings.restored(portal_id, line_id))
    if not yes:
        click.confirm("Restore these settings?", abort=True)
    services.settings.restore(portal_id, None, line_id, version)
    click.echo("The settings are restored. They take effect at the next sync.")


@settings.command("export")
@click.option(
    "--out",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="A file; otherwise standard output.",
)
@portal_option
@connector_command
def export(out: IO[str], portal_id: str | None) -> None:
    """Export what admins have chosen as JSON: mapping, invite configuration, limits, who is included, group rules."""
    out.write(to_file(current_services().settings.choices(require_portal(portal_id))) + "\n")


@settings.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@portal_option
@connector_command
def load(file: IO[bytes], yes: bool, portal_id: str | None) -> None:
    """Save the settings in FILE, as `settings export` writes it; what it leaves out stays.

    Shows what differs, and asks.
    """
    services, portal_id = current_services(), require_portal(portal_id)
    version = services.settings.version(portal_id, None)
    saved = services.settings.choices(portal_id)
    chosen = from_file(json_text(file), saved)
    _print_changes(changes(saved, chosen))
    if not yes:
        click.confirm("Save these settings?", abort=True)
    services.settings.save(portal_id, None, None, version, lambda _: chosen)
    click.echo("The settings are saved. They take effect at the next sync.")


def _print_changes(differing: Mapping[str, Any]) -> None:
    for one in setting_changes(differing):
        click.echo(f"        {one.label}: {one.before} -> {one.after}")


@click.command()
@portal_option
@click.option("--hour", type=click.IntRange(0, 23), help="The hour of the daily sync, on the portal's clock.")
@click.option(
    "--every",
    type=click.Choice([interval.value for interval in ReadInterval]),
    help="The hours from one automatic sync to the next; the daily hour is always one of the times.",
)
@connector_command
def schedule(portal_id: str | None, hour: int | None, every: str | None) -> None:
    """Show when a portal is synced by the clock, or change it."""
    portal, service = require_portal(portal_id), current_services().settings
    saved_hour, saved_every = service.schedule(portal)
    if hour is not None or every is not None:
        chosen = (saved_hour if hour is None else hour, ReadInterval(every) if every else saved_every)
        service.save_policy(portal, None, service.policy(portal), *chosen)
        saved_hour, saved_every = chosen
    click.echo(
        f"{READ_INTERVAL[saved_every]}, with {saved_hour}:00 on the portal's clock as one of the times."
    )


def _lines(name: str, value: object) -> list[str]:
    """One line for each single value, with its path: `policy.limits.leavers.people = 5`."""
    if isinstance(value, dict) and value:
        return [line for key, part in value.items() for line in _lines(f"{name}.{key}".lstrip("."), part)]
    if isinstance(value, list | tuple) and value:
        return [line for number, part in enumerate(value) for line in _lines(f"{name}.{number}", part)]
    return [f"{name} = {msgspec.json.encode(value).decode()}"]
