"""Accounts that change hands, from the shell: list, confirm."""

from collections.abc import Iterator

import click

from connector.cli.frame.command import connector_command, current_services, portal_option, require_portal
from connector.services.people.account_handover import HandoverOffer
from connector.words.people import HOLDERS


@click.group()
def handover() -> None:
    """Accounts whose holder is not employed any more, and that the same person needs under another id."""


@handover.command("list")
@portal_option
@connector_command
def list_handovers(portal_id: str | None) -> None:
    """List them: employee id, account id, the holder's employee id, and what Paycor says about the holder."""
    for offer in _offers(require_portal(portal_id)):
        holder = offer.holder.employee_id or offer.holder.person_key
        status = HOLDERS[offer.holder.status]
        click.echo(f"{offer.employee.employee_id}\t{offer.account_id}\t{holder}\t{status}")


@handover.command("confirm")
@click.argument("employees", metavar="[EMPLOYEE]...", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Everybody on the list.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@portal_option
@connector_command
def confirm_handovers(employees: tuple[str, ...], everybody: bool, yes: bool, portal_id: str | None) -> None:
    """Hand the accounts over to these EMPLOYEEs (employee ids, see `handover list`): each is the account's holder."""
    services, portal_id = current_services(), require_portal(portal_id)
    if bool(employees) == everybody:
        raise click.UsageError("Give employee ids, or --all.")
    if not yes:
        click.confirm("Is each of them the same person as the holder of the account?", abort=True)
    if everybody:
        count = services.handover.hand_over_all(portal_id, None)
    else:
        count = services.handover.hand_over(portal_id, None, employees)
    click.echo(f"Accounts handed over: {count}. The next sync writes to them.")


def _offers(portal_id: str) -> Iterator[HandoverOffer]:
    """Every offer, a page at a time."""
    after = None
    while True:
        page = current_services().handover.offers(portal_id, after)
        yield from page.rows
        after = page.next_key
        if after is None:
            return
