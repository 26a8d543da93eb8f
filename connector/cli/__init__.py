"""`flask connector …`: what the pages do, and what only an operator may, from the shell."""

from connector.cli.completions import completions
from connector.cli.connection import connect, disconnect
from connector.cli.frame.added import OpenGroup
from connector.cli.people.overrides import override
from connector.cli.people.why import why
from connector.cli.runs.plans import apply, discard, export, release
from connector.cli.runs.sync import preview, runs, sync
from connector.cli.runs.undo import pause, resume, undo
from connector.cli.service.admins import admins
from connector.cli.service.database import db
from connector.cli.service.doctor import doctor
from connector.cli.service.hosts import hosts
from connector.cli.service.keys import secret_key
from connector.cli.service.scheduler import scheduler
from connector.cli.settings import settings

#: Found by `flask` through the entry point `flask.commands`, so that `flask connector secret-key` works before the app
#: can start, which it refuses to do in production without a key. Other packages may add to it, see `added`.
commands = OpenGroup("connector", help="Keep the learners of this LMS true to Paycor.")
for command in (
    connect,
    disconnect,
    sync,
    preview,
    apply,
    release,
    discard,
    export,
    undo,
    pause,
    resume,
    override,
    settings,
    completions,
    runs,
    why,
    doctor,
    db,
    scheduler,
    secret_key,
    admins,
    hosts,
):
    commands.add_command(command)
