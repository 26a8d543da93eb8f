"""Undo, pause and resume, from the shell."""

from collections.abc import Mapping
from typing import Any

import click

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.cli.runs.sync import run_to_end
from connector.core.model.report import COUNTED_AS, Report
from connector.services.views.views import UndoView
from connector.words.runs import LEFT_REASONS, UNDONE


@click.command()
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--employee", "employee_id", help="Undo only what the run did to this employee (their id).")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@portal_option
@connector_command
def undo(run_id: int, employee_id: str | None, yes: bool, portal_id: str | None) -> None:
    """Undo what a run did, except for what was changed since. Shows the effect first, and asks.

    Undoing a whole run pauses the connection: fix the cause, look at a preview, then resume. Undoing one employee
    protects them from the sync for 30 days. Mail that was sent cannot be undone.
    """
    services, portal_id = current_services(), require_portal(portal_id)
    if not yes:
        _print_preview(services.undo.preview(portal_id, run_id, employee_id))
        click.confirm(f"Undo run {run_id}?", abort=True)
    undo_id = services.undo.undo(portal_id, run_id, None, employee_id)
    _, report = run_to_end(portal_id, undo_id)
    click.echo(f"Run {undo_id} has undone run {run_id}: {_counts(report)}.")
    if employee_id is None:
        click.echo(
            "The connection is paused. Fix the cause, look at a preview, then run `flask connector resume`."
        )


@click.command()
@portal_option
@connector_command
def pause(portal_id: str | None) -> None:
    """Stop everything that runs automatically, and the current run too. Previews still work."""
    current_services().connection.pause(require_portal(portal_id), None)
    click.echo("Paused. Run `flask connector resume` to continue.")


@click.command()
@portal_option
@connector_command
def resume(portal_id: str | None) -> None:
    """Let the syncs of a paused portal run again."""
    current_services().connection.resume(require_portal(portal_id), None)
    click.echo("Resumed. The next daily sync runs at its usual hour.")


def _print_preview(view: UndoView) -> None:
    _print_counts("People after the undo", view.restored, UNDONE)
    _print_counts("People left as they are", view.left, LEFT_REASONS)
    if view.mails:
        click.echo(f"Mails that were sent and cannot be undone: {view.mails:,}")


def _print_counts(title: str, counts: Mapping[str, int], words: Mapping[Any, str]) -> None:
    if counts:
        click.echo(f"{title}:")
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"  {count:>8,}  {words[code]}")


def _counts(report: Report) -> str:
    counts = {name: int(getattr(report, name)) for name in (*COUNTED_AS.values(), "left")}
    return (
        ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
        or "nothing was left to undo"
    )
