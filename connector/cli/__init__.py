"""`flask connector …`: what the pages do, and what only an operator may, from the shell."""

from flask.cli import AppGroup

from connector.cli.connecting import connect, disconnect
from connector.cli.database import db
from connector.cli.doctor import doctor
from connector.cli.keys import secret_key
from connector.cli.scheduling import scheduler
from connector.cli.syncing import preview, runs, sync


def commands() -> AppGroup:
    """The command group, for an app's own `flask`."""
    group = AppGroup("connector", help="Keep the learners of this LMS true to Paycor.")
    for command in (connect, disconnect, sync, preview, runs, doctor, db, scheduler, secret_key):
        group.add_command(command)
    return group
