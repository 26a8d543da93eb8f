"""Exceptions from the shell: list, add, end."""

from datetime import datetime

import click

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal


@click.group()
def override() -> None:
    """Exceptions: people, or single values of theirs, that the sync leaves as they are until a day."""


@override.command("list")
@portal_option
@connector_command
def list_exceptions(portal_id: str | None) -> None:
    """List the exceptions in force: id, employee id, what is left alone, last day, reason."""
    portal_id, after = require_portal(portal_id), None
    while True:
        page = current_services().overrides.page(portal_id, after)
        for row in page.rows:
            what = f"{row.kind} {row.name}".strip()
            click.echo(f"{row.override_id}\t{row.employee.employee_id}\t{what}\t{row.until}\t{row.reason}")
        if page.next_key is None:
            return
        after = page.next_key


@override.command("add")
@click.argument("employee")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day of the exception."
)
@click.option("--reason", required=True, help="The reason; admins can read it.")
@click.option(
    "--hold",
    "name",
    default="",
    help="Only this value, such as email or field:region; otherwise everything.",
)
@portal_option
@connector_command
def add_exception(employee: str, until: datetime, reason: str, name: str, portal_id: str | None) -> None:
    """Leave EMPLOYEE (employee id, work email or employee number) as they are until a last day."""
    services, portal_id = current_services(), require_portal(portal_id)
    person = services.people.find(portal_id, employee)
    services.overrides.add(portal_id, None, person.employee_id, name=name, reason=reason, until=until.date())
    click.echo(f"Added the exception for employee {person.employee_id}. It applies from the next sync on.")


@override.command("end")
@click.argument("override_id", metavar="ID", type=int)
@portal_option
@connector_command
def end_exception(override_id: int, portal_id: str | None) -> None:
    """End the exception with this ID (see `override list`) now."""
    current_services().overrides.end(require_portal(portal_id), None, override_id)
    click.echo(f"Exception {override_id} has ended.")
