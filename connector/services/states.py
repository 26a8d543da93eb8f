"""Which connections may be asked for what: a portal in, its connection or the reason why not out."""

from sqlalchemy.orm import Session

from connector.errors import Refused
from connector.store import connections
from connector.store.models import Connection

#: What can be asked for while everything else rests.
WHILE_PAUSED = ("preview", "undo", "discard")
_NOT_CONNECTED = "This portal is not connected to Paycor. Connect it first."


def may_run(connection: Connection, mode: str) -> bool:
    """Whether this can be done: anything while the connection is active, some things while it is paused."""
    return connection.state == "active" or (connection.state == "paused" and mode in WHILE_PAUSED)


def asked(session: Session, portal_id: str, mode: str) -> Connection:
    """The portal's connection, locked, for a run of this mode or another request. Raises Refused."""
    connection = connections.locked(session, portal_id)
    if connection is None:
        raise Refused(_NOT_CONNECTED)
    refuse(connection, mode)
    return connection


def refuse(connection: Connection, mode: str) -> None:
    """Raise Refused, with what to do first, when this cannot be done now."""
    if connection.state in ("review", "disconnected"):
        raise Refused(_NOT_CONNECTED)
    if connection.state == "attention":
        raise Refused("The connection needs attention: connect to Paycor again, then sync.")
    if not may_run(connection, mode):
        raise Refused("The connection is paused. Resume it, then sync; a preview is possible meanwhile.")
