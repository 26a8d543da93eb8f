"""The jobs in a process of their own, for servers that fork or have many workers."""

import click
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import current_app

from connector import manifest
from connector.cli.frame.command import connector_command, services
from connector.jobs import Jobs


@click.command()
@connector_command
def scheduler() -> None:
    """Run the jobs until stopped; set CONNECTOR_SCHEDULER=false in the web workers."""
    blocking = BlockingScheduler(timezone="UTC")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Jobs(app, services(), blocking).schedule(manifest.load())
    click.echo("The connector's jobs are running. Stop them with Ctrl-C.")
    blocking.start()
