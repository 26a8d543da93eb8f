"""Telling the portal's admins by mail what HR has to mend in Paycor: only when it has changed (rule X10)."""

from connector.services.people.todo_text import HRS, SUBJECT, letter
from connector.store.connection import connections
from connector.store.people import todo
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class Reminding:
    """Mails the to-do list of one connection at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def after_sync(self, connection: Connection) -> None:
        """Tell what has come and gone since the last letter; nothing when nothing has, or nobody wants letters."""
        with self._wiring.database.writing() as session:
            row = session.get_one(Connection, connection.id)
            if not connections.policy(row).todo_mail:
                return
            told = todo.told(session, row.id)
            now = todo.open_now(session, row.id, HRS)
            text = letter(now, todo.came_since(session, row.id, HRS, told.mailed_at), told.open)
            if text is None:
                return
            told.open, told.mailed_at = sum(now.values()), self._wiring.clock()
        self._wiring.mail_admins(connection.portal_id, SUBJECT, text)
