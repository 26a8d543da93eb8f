"""Finished courses to Paycor, from the shell."""

import click

from connector.cli.frame import screen
from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.core.model.completion import CompletionState
from connector.core.model.run import RunMode, RunTrigger


@click.command()
@portal_option
@connector_command
def completions(portal_id: str | None) -> None:
    """Send finished courses to Paycor now, if an admin has switched that on."""
    portal, services = require_portal(portal_id), current_services()
    run_id = services.runs.request(portal, RunMode.COMPLETIONS, RunTrigger.OPERATOR)
    with screen.progress_bar(services.views, portal, run_id):
        services.executor.execute(run_id, role="command")
    counts = services.completions.view(portal).counts
    run = services.views.run(portal, run_id)
    sent = run.report.completions if run and run.report else 0
    rejected, unknown = counts.get(CompletionState.REJECTED, 0), counts.get(CompletionState.UNKNOWN, 0)
    click.echo(
        f"Certifications added in Paycor: {sent:,}. So far Paycor has refused {rejected:,}; "
        f"{unknown:,} are unknown."
    )
