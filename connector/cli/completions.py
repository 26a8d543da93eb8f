"""Completions back, from the shell."""

import click

from connector.cli.frame import screen
from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.core.model.completion import CompletionState
from connector.core.model.run import RunMode, RunTrigger


@click.command()
@portal_option
@connector_command
def completions(portal_id: str | None) -> None:
    """Send finished courses to Paycor now, where an admin has switched that on."""
    portal, here = one_portal(portal_id), services()
    run_id = here.runs.request(portal, RunMode.COMPLETIONS, RunTrigger.OPERATOR)
    with screen.progress_bar(here.views, portal, run_id):
        here.executor.execute(run_id, role="command")
    counts = here.completions.view(portal).counts
    run = here.views.run(portal, run_id)
    sent = run.report.completions if run and run.report else 0
    rejected, unknown = counts.get(CompletionState.REJECTED, 0), counts.get(CompletionState.UNKNOWN, 0)
    click.echo(
        f"{sent:,} certifications added at Paycor; {rejected:,} were refused by it so far, "
        f"of {unknown:,} nobody knows."
    )
