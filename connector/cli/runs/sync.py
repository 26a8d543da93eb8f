"""Runs from the shell. An operator's sync is not bound to the hour of the admin's button."""

import click

from connector.cli.frame import screen
from connector.cli.frame.command import HELD, connector_command, one_portal, portal_option, services
from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.services.views.views import RunView

json_option = click.option("--json", "as_json", is_flag=True, help="Print the report as one line of JSON.")


@click.command()
@click.option("--employee", "employee_id", help="Sync this employee alone, by Paycor's id of them.")
@portal_option
@json_option
@connector_command
def sync(employee_id: str | None, portal_id: str | None, as_json: bool) -> None:
    """Sync a portal now; ends with 3 when the plan is held for an admin to look at."""
    portal = one_portal(portal_id)
    if employee_id is None:
        _run(portal, RunMode.SYNC, as_json)
    else:
        carry_out(portal, services().runs.request_one(portal, employee_id), as_json)


@click.command()
@portal_option
@json_option
@connector_command
def preview(portal_id: str | None, as_json: bool) -> None:
    """Say what a sync would do; nothing is changed."""
    _run(one_portal(portal_id), RunMode.PREVIEW, as_json)


@click.command()
@portal_option
@click.option("--limit", default=20, show_default=True, help="How many runs to list, the newest first.")
@connector_command
def runs(portal_id: str | None, limit: int) -> None:
    """List the runs of a portal."""
    for run in services().views.runs(one_portal(portal_id)).rows[:limit]:
        began = f"{run.started_at:%Y-%m-%d %H:%M:%S}Z" if run.started_at else "not begun"
        click.echo(
            f"{run.run_id:>6}  {began:<20}  {run.mode:<13}  {run.trigger:<8}  {run.status:<11}  {_line(run)}"
        )


def _line(run: RunView) -> str:
    if run.error_message:
        return run.error_message
    report = run.report
    if report is None:
        return ""
    connector_command = {
        name: getattr(report, name) for name in screen.NUMBERS if name not in ("seconds", "paycor_calls")
    }
    return ", ".join(f"{count:,} {name}" for name, count in connector_command.items() if count)


def _run(portal_id: str, mode: RunMode, as_json: bool) -> None:
    carry_out(portal_id, services().runs.request(portal_id, mode, RunTrigger.OPERATOR), as_json)


def carried_out(portal_id: str, run_id: int) -> tuple[RunView, Report]:
    """A run that was asked for and its report, once it is carried out; how far it is, is shown meanwhile."""
    here = services()
    with screen.progress_bar(here.views, portal_id, run_id):
        here.executor.execute(run_id, role="command")
    run = here.views.run(portal_id, run_id)
    if run is None or run.report is None:
        raise click.ClickException(
            f"Run {run_id} was carried out by another process: see `flask connector runs`."
        )
    return run, run.report


def carry_out(portal_id: str, run_id: int, as_json: bool) -> None:
    """Carry out a run that was asked for, and tell its report; a held one ends with 3."""
    run, report = carried_out(portal_id, run_id)
    if as_json:
        click.echo(screen.as_json(report))
    else:
        ahead = run.mode == RunMode.PREVIEW or run.status == RunStatus.HELD
        screen.show(report, f"Run {run_id}: what {'would happen' if ahead else 'happened'}")
    if run.mode == RunMode.PREVIEW:
        _tell_plan(run)
    if run.status == RunStatus.HELD:
        click.echo(run.error_message, err=True)
        click.get_current_context().exit(HELD)


def _tell_plan(run: RunView) -> None:
    """How the plan of a preview is applied, and what would hold it."""
    if run.held:
        click.echo(f"A sync would be held: {run.held.message}", err=True)
    click.echo(f"To apply exactly this: flask connector apply --digest {run.digest}", err=True)
