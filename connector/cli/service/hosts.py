"""What each kind of host can do, and whether one keeps its promises: tested safely on the live site."""

import os
from collections import Counter
from datetime import UTC, datetime
from time import sleep

import click
from flask.cli import with_appcontext

from connector import config
from connector.cli.frame.command import current_services, plain_errors, portal_option, require_portal
from connector.core.ports.host import Host
from connector.hosts import configured
from connector.hosts.capabilities import table
from connector.hosts.contract import CHECKS, Names
from connector.hosts.contract.live import MOST_ACCOUNTS, TrialResult, trial
from connector.hosts.contract.table import Verdict
from connector.store.db.vault import new_key

#: Domains that never have a real address: RFC 2606.
RESERVED = (".test", ".example", ".invalid", ".localhost", ".example.com", ".example.net", ".example.org")

_COLOURS = {Verdict.DONE: "green", Verdict.FAILED: "red"}


@click.group(invoke_without_command=True)
@click.pass_context
def hosts(context: click.Context) -> None:
    """Show what each kind of LMS supports."""
    if context.invoked_subcommand is None:
        for line in table():
            click.echo(line)


@hosts.command()
@click.option(
    "--domain", default="example.com", show_default=True, help="A domain whose addresses reach no person."
)
@portal_option
@plain_errors
def test(domain: str, portal_id: str | None) -> None:
    """Test every promise of a host on the live site; exits with 1 when one is broken.

    The test creates its own accounts, with its own tag in every name. Afterwards it suspends them, or deletes them
    if the LMS can. No other account is touched, and no mail is sent.
    """
    names = Names(domain)
    host = _host(portal_id)
    if not f".{domain.casefold()}".endswith(RESERVED):
        click.echo(
            f"{domain} is not reserved for tests: make sure that its addresses reach no person.", err=True
        )
    click.echo(f"Each promise creates at most {MOST_ACCOUNTS} accounts; each has {names.tag} in its address.")
    counts = Counter(_report(tried).verdict for tried in trial(host, CHECKS, names))
    click.echo(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))
    if counts[Verdict.FAILED]:
        click.get_current_context().exit(1)


def _report(tried: TrialResult) -> TrialResult:
    """Print the verdict on one promise as soon as there is one."""
    verdict = click.style(f"{tried.verdict:<11}", fg=_COLOURS.get(tried.verdict))
    click.echo(f"{verdict}  {tried.check.operation}: {tried.check.title}")
    if tried.reason:
        click.echo(f"{'':<13}{tried.reason}")
    return tried


def _host(portal_id: str | None) -> Host:
    """The LMS that the settings name, without an app; otherwise the one that the connector is installed in."""
    if os.environ.get(f"{config.PREFIX}HOST"):
        # A test stores nothing, so any key is good enough.
        environ = {config.SECRET_KEYS: new_key(), **os.environ}
        return configured.host(config.load({}, environ), clock=lambda: datetime.now(UTC), sleep=sleep)
    return with_appcontext(lambda: current_services().lms.host(require_portal(portal_id)))()
