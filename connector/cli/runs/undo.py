"""Undo, pause and resume, from the shell."""

from collections.abc import Mapping

import click

from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.cli.runs.sync import carried_out
from connector.core.model.report import COUNTED_AS, Report
from connector.core.rules.undo import LEFT, RESTORED
from connector.services.views.views import UndoView


@click.command()
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--employee", "employee_id", help="Only what the run has done to this employee (their id).")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@portal_option
@connector_command
def undo(run_id: int, employee_id: str | None, yes: bool, portal_id: str | None) -> None:
    """Take back what a run has done, but for what was changed since; it says first what that comes to.

    Undoing a whole run pauses the connection: mend what was wrong, look at a preview, then resume. Undoing one employee
    protects them from the sync for 30 days. Mails cannot be taken back.
    """
    here, portal = services(), one_portal(portal_id)
    if not yes:
        _foretell(here.undo.preview(portal, run_id, employee_id))
        click.confirm(f"Undo run {run_id}?", abort=True)
    undo_id = here.undo.undo(portal, run_id, None, employee_id)
    _, report = carried_out(portal, undo_id)
    click.echo(f"Run {undo_id} has undone run {run_id}: {_counts(report)}.")
    if employee_id is None:
        click.echo("The connection is paused. Mend what was wrong, preview, then `flask connector resume`.")


@click.command()
@portal_option
@connector_command
def pause(portal_id: str | None) -> None:
    """Let nothing run by itself from now on; a run under way is stopped. Previews go on being possible."""
    services().pausing.pause(one_portal(portal_id), None)
    click.echo("Paused. `flask connector resume` ends it.")


@click.command()
@portal_option
@connector_command
def resume(portal_id: str | None) -> None:
    """Let the syncs of a paused portal run again."""
    services().pausing.resume(one_portal(portal_id), None)
    click.echo("Resumed. The next daily sync is at its usual hour.")


def _foretell(seen: UndoView) -> None:
    _lines("Would be", seen.restored, RESTORED)
    _lines("Would be left", seen.left, LEFT)
    if seen.mails:
        click.echo(f"Mails that had gone out and cannot be taken back: {seen.mails:,}")


def _lines(title: str, counts: Mapping[str, int], words: Mapping[str, str]) -> None:
    if counts:
        click.echo(f"{title}:")
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"  {count:>8,}  {words[code]}")


def _counts(report: Report) -> str:
    counts = {name: int(getattr(report, name)) for name in (*COUNTED_AS.values(), "left")}
    connector_command = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return connector_command or "nothing was left to be taken back"
