"""The jobs in their own process, for servers that fork or have many workers."""

import click
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import current_app

from connector import manifest
from connector.cli.frame.command import connector_command, current_services
from connector.jobs import Jobs
from connector.jobs.termination import stop_on_termination


@click.command()
@connector_command
def scheduler() -> None:
    """Run the jobs until stopped. Set CONNECTOR_SCHEDULER=false for the web workers."""
    blocking = BlockingScheduler(timezone="UTC")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Jobs(app, current_services(), blocking).schedule(manifest.load())
    stop_on_termination(current_services().wiring.stop)
    click.echo("The connector's jobs are running. Stop them with Ctrl-C.")
    blocking.start()
