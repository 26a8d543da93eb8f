"""`python -m connector.sandbox.demo`: consent, first sync, report; then the pages, until Ctrl-C.

Every number that it prints is counted in the database, or on the wire.
"""

import logging
import shutil
import threading
import time
from pathlib import Path

import click

from connector.cli.frame import screen
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import MappingRow
from connector.sandbox.company.tenants import NORTHFIELD, TENANTS
from connector.sandbox.demo.connect import DEMO_MAPPING, connect
from connector.sandbox.demo.servers import DemoServers, running_servers
from connector.sandbox.lms import seed
from connector.sandbox.lms.seed import ADMIN_EMAIL, ADMIN_PASSWORD, DAYTON_ADMIN_EMAIL, DAYTON_ADMIN_PASSWORD
from connector.services import Services
from connector.services.views.views import RunView
from connector.store import schema

PORT = 5000
MOUNT = "/settings/integrations/hr"
#: Pause between two looks at a run that the scheduler executes.
POLL_S = 0.1
#: The slug of the demo's portal in the built-in LMS.
SLUG = "northfield"


@click.command()
@click.option("--once", is_flag=True, help="End after the report.")
@click.option("--keep", is_flag=True, help="Go on with what the last demo left.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object on the last line.")
@click.option("--people", type=click.IntRange(3), help="Head count at Paycor. [default: 500]")
@click.option("--port", type=int, help=f"Port of the LMS. [default: {PORT}, or any free one with --once]")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True)
def main(once: bool, keep: bool, as_json: bool, people: int | None, port: int | None, folder: Path) -> None:
    """Show the connector at work, from consent at Paycor to learners in the LMS."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    port = port if port is not None else (0 if once else PORT)
    with (
        running_servers(folder, people=people, port=port, scheduler=not once) as servers,
        servers.app.app_context(),
    ):
        services: Services = servers.app.extensions["connector"]
        _prepare(servers, services)
        run = _sync(services, _portal_id(services))
        _report(run, services, as_json)
        if not once:
            _serve(servers)


def _prepare(servers: DemoServers, services: Services) -> None:
    """Create the tables, the seed data and a connection; what an earlier demo left is kept."""
    schema.upgrade(services.database.engine)
    seed(servers.app)
    portal_id = _portal_id(services)
    connection = services.views.connection(portal_id)
    if connection and connection.state == "active":
        return
    click.echo(f"Connecting {SLUG} to the sandbox Paycor: sign-in, consent, review, finish …", err=True)
    pages_url = f"{servers.url}{MOUNT}/{portal_id}"
    connect(servers.url, SLUG, pages_url, (ADMIN_EMAIL, ADMIN_PASSWORD), NORTHFIELD)
    rows = [MappingRow(attribute, field) for attribute, field in DEMO_MAPPING.items()]
    services.settings.save_mapping(portal_id, None, rows)


def _portal_id(services: Services) -> str:
    return next(portal.portal_id for portal in services.lms.portals() if portal.name == "Northfield Academy")


def _sync(services: Services, portal_id: str) -> RunView:
    run_id = services.runs.request(portal_id, RunMode.SYNC, RunTrigger.OPERATOR)
    with screen.progress_bar(services.views, portal_id, run_id):
        services.executor.attempt(run_id, "demo")
        # The scheduler may have started it first.
        while (run := services.views.run(portal_id, run_id)) and not run.is_over:
            time.sleep(POLL_S)
    if run is None or run.report is None:
        raise click.ClickException(f"Run {run_id} left no report.")
    return run


def _report(run: RunView, services: Services, as_json: bool) -> None:
    if run.status == "held":
        click.echo(run.error_message, err=True)
    if run.report is None:
        return
    if as_json:
        click.echo(screen.as_json(run.report))
    else:
        screen.show(run.report, f"Run {run.run_id}: what happened")


def _serve(servers: DemoServers) -> None:
    click.echo(f"The LMS is at {servers.url} until Ctrl-C. Mail is in Settings > Outbox.")
    for slug, email, password in (
        ("northfield", ADMIN_EMAIL, ADMIN_PASSWORD),
        ("dayton", DAYTON_ADMIN_EMAIL, DAYTON_ADMIN_PASSWORD),
    ):
        click.echo(f"  {servers.url}/p/{slug}/login   {email} / {password}")
    click.echo("To connect Dayton Clinics, or Northfield Academy again, sign in at Paycor as")
    for tenant in TENANTS:
        user = tenant.users[0]
        click.echo(
            f"  {user.user_name}, company id {tenant.id}, password {user.passphrase}   ({tenant.name})"
        )
    click.echo(f"Break the sandbox Paycor on purpose at {servers.paycor.control_url}")
    threading.Event().wait()


if __name__ == "__main__":
    main()
