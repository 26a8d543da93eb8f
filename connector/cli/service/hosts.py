"""What the hosts can do, and whether the one at hand keeps its promises: tried on the live site, safely."""

import os
from collections import Counter
from datetime import UTC, datetime
from time import sleep

import click
from flask.cli import with_appcontext

from connector import config
from connector.cli.frame.command import one_portal, plain_errors, portal_option, services
from connector.core.ports.host import Host
from connector.hosts import configured
from connector.hosts.contract import CHECKS, Names
from connector.hosts.contract.live import MOST_ACCOUNTS, Tried, trial
from connector.hosts.contract.table import Verdict
from connector.hosts.offered import table
from connector.store.db.vault import new_key

#: Where nobody has an address, for good: RFC 2606.
RESERVED = (".test", ".example", ".invalid", ".localhost", ".example.com", ".example.net", ".example.org")

_COLOURS = {Verdict.DONE: "green", Verdict.FAILED: "red"}


@click.group(invoke_without_command=True)
@click.pass_context
def hosts(context: click.Context) -> None:
    """What each kind of LMS can be asked for."""
    if context.invoked_subcommand is None:
        for line in table():
            click.echo(line)


@hosts.command()
@click.option(
    "--domain", default="example.com", show_default=True, help="A domain whose addresses reach nobody."
)
@portal_option
@plain_errors
def test(domain: str, portal_id: str | None) -> None:
    """Try every promise of a host on the live site; ends with 1 when one is not kept.

    The accounts are made by the trial itself, with a tag of its own in every name, and suspended afterwards, or
    deleted where the LMS offers it. Nobody else's account is touched, and nobody is mailed.
    """
    names = Names(domain)
    host = _host(portal_id)
    if not f".{domain.casefold()}".endswith(RESERVED):
        click.echo(f"{domain} is not reserved for tests: see that its addresses reach nobody.", err=True)
    click.echo(f"At most {MOST_ACCOUNTS} accounts a promise; every one has {names.tag} in its address.")
    tried = [_said(one) for one in trial(host, CHECKS, names)]
    counts = Counter(one.verdict for one in tried)
    click.echo(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))
    if counts[Verdict.FAILED]:
        click.get_current_context().exit(1)


def _said(tried: Tried) -> Tried:
    """Tell what became of one promise as soon as it is known."""
    verdict = click.style(f"{tried.verdict:<11}", fg=_COLOURS.get(tried.verdict))
    click.echo(f"{verdict}  {tried.check.operation}: {tried.check.title}")
    if tried.said:
        click.echo(f"{'':<13}{tried.said}")
    return tried


def _host(portal_id: str | None) -> Host:
    """The LMS that the settings name, without an app of ours; else the one that the connector is installed in."""
    if os.environ.get(f"{config.PREFIX}HOST"):
        # A trial stores nothing, so that any key will do.
        environ = {config.SECRET_KEYS: new_key(), **os.environ}
        return configured.host(config.load({}, environ), clock=lambda: datetime.now(UTC), sleep=sleep)
    return with_appcontext(lambda: services().lms.host(one_portal(portal_id)))()
