"""Why a person has access or not, from the shell."""

import click
import msgspec

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.core.model.findings import FixedBy
from connector.core.rules.why import TraceStep
from connector.services.people.explain import explain
from connector.services.views.person import Explanation, TimelineEntry
from connector.words.findings import advice_on
from connector.words.people import NOT_FOUND


@click.command()
@click.argument("who")
@portal_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print it as one line of JSON. It has names and addresses in it."
)
@connector_command
def why(who: str, portal_id: str | None, as_json: bool) -> None:
    """Show why a person has access or not. WHO is an employee id, account id, work email or employee number."""
    explained = explain(current_services().wiring, require_portal(portal_id), who)
    if explained is None:
        raise click.ClickException(NOT_FOUND)
    if as_json:
        click.echo(_as_json(explained))
        return
    _show(explained)


def _as_json(explained: Explanation) -> str:
    """The explanation as JSON, each step with what to do about it."""
    plain = msgspec.to_builtins(explained)
    for step in plain["steps"]:
        step["advice"] = advice_on(step["rule"])
    return msgspec.json.encode(plain).decode()


def _show(explained: Explanation) -> None:
    label = (
        f"Employee {explained.employee_id}" if explained.employee_id else f"Account {explained.account_id}"
    )
    click.echo(f"{explained.person.name or label}: {label}. Why this status:")
    for step in explained.steps:
        click.echo(_step_line(step))
    if explained.due_at:
        click.echo(f"Next date when this may change: {explained.due_at:%Y-%m-%d %H:%M}Z")
    for change in explained.changes:
        click.echo(_change_line(change))
    for other in explained.also:
        click.echo(f"Other match: employee {other.employee_id}", err=True)


def _step_line(step: TraceStep) -> str:
    subject = f" ({step.subject})" if step.subject else ""
    since = f", since {step.since:%Y-%m-%d}" if step.since else ""
    advice = f" -> {step.who}: {advice_on(step.rule)}" if step.who is not FixedBy.NOBODY else ""
    return f"  {step.name.replace('_', ' '):<17} {step.value}{subject} [{step.rule}]{since}{advice}"


def _change_line(change: TimelineEntry) -> str:
    entry = change.entry
    at = f"{entry.at:%Y-%m-%d %H:%M}Z" if entry.at else "not yet"
    names = ", ".join(sorted(entry.after))
    return f"  changed {at}  {entry.kind} by run {change.run_id} ({change.trigger}): {entry.outcome}; {names}"
