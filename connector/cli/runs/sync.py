"""Syncs and previews from the shell. The limit of one manual sync an hour does not apply to an operator."""

import click

from connector.cli.frame import screen
from connector.cli.frame.command import (
    HELD,
    connector_command,
    current_services,
    portal_option,
    require_portal,
)
from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.rules.tries import TRIES
from connector.jobs.termination import ending_after_a_batch
from connector.services.views.views import RunView
from connector.words.runs import why_held_ahead

json_option = click.option("--json", "as_json", is_flag=True, help="Print the report as one line of JSON.")


@click.command()
@click.option("--employee", "employee_id", help="Sync only the employee with this Paycor employee id.")
@portal_option
@json_option
@connector_command
def sync(employee_id: str | None, portal_id: str | None, as_json: bool) -> None:
    """Sync a portal now; exits with 3 when the plan is held until an admin has looked at it."""
    portal_id = require_portal(portal_id)
    if employee_id is None:
        _run(portal_id, RunMode.SYNC, as_json)
    else:
        run_and_print(portal_id, current_services().runs.request_one(portal_id, employee_id), as_json)


@click.command()
@portal_option
@json_option
@connector_command
def preview(portal_id: str | None, as_json: bool) -> None:
    """Show what a sync would do; nothing is changed."""
    _run(require_portal(portal_id), RunMode.PREVIEW, as_json)


@click.command()
@portal_option
@click.option("--limit", default=20, show_default=True, help="How many runs to list, the newest first.")
@connector_command
def runs(portal_id: str | None, limit: int) -> None:
    """List the runs of a portal."""
    for run in current_services().views.runs(require_portal(portal_id)).rows[:limit]:
        started = f"{run.started_at:%Y-%m-%d %H:%M:%S}Z" if run.started_at else "not started"
        click.echo(
            f"{run.run_id:>6}  {started:<20}  {run.mode:<13}  {run.trigger:<8}  {run.status:<11}  {_result(run)}"
        )


def _result(run: RunView) -> str:
    if run.replaced_by is not None:
        return f"replaced by run {run.replaced_by}"
    if run.retry_at:
        again = f"Try {run.attempt} of {TRIES}; tried again at {run.retry_at:%Y-%m-%d %H:%M:%S}Z."
        return f"{run.error_message or ''} {again}".strip()
    if run.error_message:
        return run.error_message
    report = run.report
    if report is None:
        return ""
    counts = {
        name: getattr(report, name) for name in screen.NUMBERS if name not in ("seconds", "paycor_calls")
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def _run(portal_id: str, mode: RunMode, as_json: bool) -> None:
    run_and_print(portal_id, current_services().runs.request(portal_id, mode, RunTrigger.OPERATOR), as_json)


def run_to_end(portal_id: str, run_id: int) -> tuple[RunView, Report]:
    """Carry out a requested run behind a progress bar; gives the finished run and its report."""
    services = current_services()
    with (
        screen.progress_bar(services.views, portal_id, run_id),
        ending_after_a_batch(services.wiring.stop),
    ):
        services.executor.execute(run_id, role="command")
    run = services.views.run(portal_id, run_id)
    if run is None or run.report is None:
        raise click.ClickException(f"Another process carries out run {run_id}. See `flask connector runs`.")
    return run, run.report


def run_and_print(portal_id: str, run_id: int, as_json: bool) -> None:
    """Carry out a requested run and print its report; exits with 3 when it is held."""
    run, report = run_to_end(portal_id, run_id)
    if as_json:
        click.echo(screen.as_json(report))
    else:
        screen.show(report, f"Run {run_id}: what {'would happen' if run.is_ahead else 'happened'}")
    if run.mode == RunMode.PREVIEW:
        _print_next_step(run)
    if run.status == RunStatus.HELD:
        click.echo(run.error_message, err=True)
        click.get_current_context().exit(HELD)


def _print_next_step(run: RunView) -> None:
    """Print how to apply the plan of a preview, and why a sync would be held, if it would."""
    if run.held:
        click.echo(why_held_ahead(run.held), err=True)
        click.echo(f"To release it all the same: flask connector release {run.run_id}", err=True)
        return
    click.echo(f"To apply exactly this plan: flask connector apply --digest {run.digest}", err=True)
