"""Why somebody is in the state they are in, from the shell."""

import click
import msgspec

from connector.cli.frame.command import connector_command, one_portal, portal_option, services
from connector.core.rules.why import TraceStep
from connector.services.views.person import Explanation, TimelineEntry


@click.command()
@click.argument("who")
@portal_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print it as one line of JSON. It has names and addresses in it."
)
@connector_command
def why(who: str, portal_id: str | None, as_json: bool) -> None:
    """Say why somebody is in the state they are in: by employee id, account id, work email or employee number."""
    explained = services().explanations.why(one_portal(portal_id), who)
    if explained is None:
        raise click.ClickException(
            "Nobody is known by this, neither in the last read of Paycor nor in the LMS. Look for a slip of the pen, "
            "or sync first."
        )
    if as_json:
        click.echo(msgspec.json.encode(explained).decode())
        return
    _show(explained)


def _show(explained: Explanation) -> None:
    known = (
        f"Employee {explained.employee_id}" if explained.employee_id else f"Account {explained.account_id}"
    )
    click.echo(f"{explained.person.name or known}: {known}, why they are in the state they are in")
    for step in explained.steps:
        click.echo(_line(step))
    if explained.due_at:
        click.echo(f"Next date on which this may change: {explained.due_at:%Y-%m-%d %H:%M}Z")
    for change in explained.changes:
        click.echo(_change(change))
    for other in explained.also:
        click.echo(f"Also meant: employee {other.employee_id}", err=True)


def _line(step: TraceStep) -> str:
    subject = f" ({step.subject})" if step.subject else ""
    since = f", since {step.since:%Y-%m-%d}" if step.since else ""
    advice = f" -> {step.who}: {step.advice}" if step.who != "nobody" else ""
    return f"  {step.name.replace('_', ' '):<17} {step.value}{subject} [{step.rule}]{since}{advice}"


def _change(change: TimelineEntry) -> str:
    entry = change.entry
    at = f"{entry.at:%Y-%m-%d %H:%M}Z" if entry.at else "not yet"
    names = ", ".join(sorted(entry.after))
    return f"  changed {at}  {entry.kind} by run {change.run_id} ({change.trigger}): {entry.outcome}; {names}"
