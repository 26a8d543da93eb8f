"""Exceptions from the shell: list them, make one, end one."""

from datetime import datetime

import click

from connector.cli.frame.command import connector_command, one_portal, portal_option, services


@click.group()
def override() -> None:
    """Exceptions: whom, or which value of whom, the sync leaves as it is for a while."""


@override.command("list")
@portal_option
@connector_command
def list_exceptions(portal_id: str | None) -> None:
    """The exceptions that hold today: id, employee id, what is left alone, last day, reason."""
    portal_id, after = one_portal(portal_id), None
    while True:
        page = services().overrides.exceptions(portal_id, after)
        for one in page.rows:
            what = f"{one.kind} {one.name}".strip()
            click.echo(f"{one.override_id}\t{one.employee.employee_id}\t{what}\t{one.until}\t{one.reason}")
        if page.next_key is None:
            return
        after = page.next_key


@override.command("add")
@click.argument("employee")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day on which it holds."
)
@click.option("--reason", required=True, help="Why; admins read it.")
@click.option(
    "--hold", "name", default="", help="Only this value, such as email or field:region; else everything."
)
@portal_option
@connector_command
def add_exception(employee: str, until: datetime, reason: str, name: str, portal_id: str | None) -> None:
    """Leave EMPLOYEE (employee id, work email or number) as they are, through a last day."""
    here, portal_id = services(), one_portal(portal_id)
    found = here.people.one(portal_id, employee)
    here.overrides.add(portal_id, None, found.employee_id, name=name, reason=reason, until=until.date())
    click.echo(f"The exception for employee {found.employee_id} is made. It holds from the next sync on.")


@override.command("end")
@click.argument("override_id", metavar="ID", type=int)
@portal_option
@connector_command
def end_exception(override_id: int, portal_id: str | None) -> None:
    """End an exception now, by the id that the list gives."""
    services().overrides.end(one_portal(portal_id), None, override_id)
    click.echo(f"Exception {override_id} is ended.")
