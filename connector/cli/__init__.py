"""`flask connector …`: what the pages do, and what only an operator can do, from the shell."""

from connector.cli import completions, connection, settings
from connector.cli.frame.added import OpenGroup
from connector.cli.people import handovers, overrides, why
from connector.cli.runs import plans, sync, undo
from connector.cli.service import admins, database, doctor, hosts, keys, scheduler

#: `flask` finds it through the entry point `flask.commands`, so `flask connector secret-key` works before the app can
#: start: in production the app refuses to start without a key. Other packages can add commands, see `frame/added.py`.
commands = OpenGroup("connector", help="Keep the learners of this LMS in sync with Paycor.")
for command in (
    *(connection.connect, connection.disconnect),
    *(sync.sync, sync.preview, sync.runs),
    *(plans.apply, plans.release, plans.discard, plans.export),
    *(undo.undo, undo.pause, undo.resume),
    *(overrides.override, handovers.handover, why.why),
    *(settings.settings, settings.schedule, completions.completions),
    *(doctor.doctor, database.db, scheduler.scheduler, keys.secret_key, admins.admins, hosts.hosts),
):
    commands.add_command(command)
