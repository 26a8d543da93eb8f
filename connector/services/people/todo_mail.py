"""The mail to the portal's admins about what HR has to fix in Paycor: only when it has changed (rule X10)."""

from connector.core.model.findings import FixedBy, codes_fixed_by
from connector.store import settings as stored_settings
from connector.store.connection import connections
from connector.store.people import todo
from connector.store.tables.connection import Connection
from connector.wiring import Wiring
from connector.words.todo import SUBJECT, todo_mail

#: The findings that HR fixes in Paycor.
_BY_HR = codes_fixed_by(FixedBy.HR)


def mail_todo(wiring: Wiring, connection: Connection) -> None:
    """Mail what is new and what is closed since the last mail; nothing when nothing has changed, or mail is off."""
    with wiring.database.writing() as session:
        row = connections.by_id(session, connection.id)
        if not stored_settings.policy(row).todo_mail:
            return
        last = todo.last_mail(session, row.id)
        open_now = todo.count_open(session, row.id, _BY_HR)
        new = todo.count_since(session, row.id, _BY_HR, last.mailed_at)
        text = todo_mail(open_now, new, last.open)
        if text is None:
            return
        last.open, last.mailed_at = sum(open_now.values()), wiring.clock()
    wiring.mail_admins(connection.portal_id, SUBJECT, text)
