"""Which connections may be asked for what: a portal in, its connection or the reason why not out."""

from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunMode
from connector.errors import Refused
from connector.store.connection import connections
from connector.store.tables.connection import Connection

_NOT_CONNECTED = "This portal is not connected to Paycor. Connect it first."
_ATTENTION = "The connection needs attention: connect to Paycor again, then sync."
_PAUSED = "The connection is paused. Resume it, then sync; a preview is possible meanwhile."


def may_run(connection: Connection, mode: RunMode) -> bool:
    """Whether a run of this mode may start now: any while the connection is active, a few while it is paused."""
    return connection.state == ConnectionState.ACTIVE or (
        connection.state == ConnectionState.PAUSED and mode.runs_while_paused
    )


def require_connection(session: Session, portal_id: str, *, while_paused: bool) -> Connection:
    """The portal's connection, locked. Raises Refused, with what to do first, unless it is active.

    With `while_paused` a paused one will do too.
    """
    connection = connections.locked(session, portal_id)
    if connection is None:
        raise Refused(_NOT_CONNECTED)
    require_state(connection, while_paused=while_paused)
    return connection


def require_state(connection: Connection, *, while_paused: bool) -> None:
    """Raise Refused, with what to do first, when the state of the connection stands against it."""
    if connection.state in (ConnectionState.REVIEW, ConnectionState.DISCONNECTED):
        raise Refused(_NOT_CONNECTED)
    if connection.state == ConnectionState.ATTENTION:
        raise Refused(_ATTENTION)
    if connection.state == ConnectionState.PAUSED and not while_paused:
        raise Refused(_PAUSED)
