"""`flask connector …`: what the pages do, and what only an operator may, from the shell."""

from connector.cli.added import OpenGroup
from connector.cli.admins import admins
from connector.cli.choosing import settings
from connector.cli.completing import completions
from connector.cli.connecting import connect, disconnect
from connector.cli.database import db
from connector.cli.doctor import doctor
from connector.cli.excepting import override
from connector.cli.explaining import why
from connector.cli.hosts import hosts
from connector.cli.keys import secret_key
from connector.cli.planning import apply, discard, export, release
from connector.cli.scheduling import scheduler
from connector.cli.syncing import preview, runs, sync
from connector.cli.undoing import pause, resume, undo

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
