"""Completions back, from the shell."""

import click

from connector.cli import screen
from connector.cli.door import one_portal, portal_option, services, told


@click.command()
@portal_option
@told
def completions(portal_id: str | None) -> None:
    """Send finished courses to Paycor now, where an admin has switched that on."""
    portal, here = one_portal(portal_id), services()
    run_id = here.running.request(portal, "completions", "operator")
    with screen.progress_bar(here.reading, portal, run_id):
        here.executing.execute(run_id, role="command")
    counts = here.completing.view(portal).counts
    run = here.reading.run(portal, run_id)
    sent = run.report.completions if run and run.report else 0
    click.echo(
        f"{sent:,} certifications added at Paycor; {counts.get('rejected', 0):,} were refused by it so far, "
        f"of {counts.get('unknown', 0):,} nobody knows."
    )
