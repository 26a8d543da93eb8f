"""Which connections may do what: a portal's id in, its connection or the reason why not out."""

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunMode
from connector.core.ports.lms import Lms, Viewer
from connector.errors import Refused
from connector.store.connection import connections
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection

NOT_CONNECTED = "This portal is not connected to Paycor. Press + Connect first."
_ATTENTION = "The connection needs attention: connect to Paycor again, then sync."
_PAUSED = "The connection is paused. Resume it, then sync; a preview is possible meanwhile."
_SWITCHED_OFF = "The integration was switched off in this portal meanwhile, so nothing was changed."
_NO_RIGHT = (
    "You no longer have full permissions in this portal, so nothing was changed. Ask another admin of it."
)


def require_switched_on(lms: Lms, portal_id: str) -> None:
    """Raise Refused when the operator has switched the integration off in the portal.

    Pages and commands ask this first. Whatever waits for Paycor, or for a person there, asks again before it writes.
    """
    if lms.portal(portal_id) is None:
        raise Refused(_SWITCHED_OFF)


def require_right(lms: Lms, viewer: Viewer, portal_id: str) -> None:
    """Raise Refused unless the portal is switched on and the admin has full permissions in it now."""
    require_switched_on(lms, portal_id)
    if portal_id not in viewer.portals & viewer.full:
        raise Refused(_NO_RIGHT)


def may_run(connection: Connection, mode: RunMode) -> bool:
    """Whether a run of this mode may start now: every mode while active, some modes while paused."""
    return connection.state == ConnectionState.ACTIVE or (
        connection.state == ConnectionState.PAUSED and mode.runs_while_paused
    )


def require_connection(session: Session, portal_id: str, *, lock: bool = False) -> Connection:
    """The portal's connection in any state, locked if asked for. Raises Refused when there is none."""
    read = connections.lock if lock else connections.of_portal
    connection = read(session, portal_id)
    if connection is None:
        raise Refused(NOT_CONNECTED)
    return connection


def require_active(session: Session, portal_id: str, *, while_paused: bool = False) -> Connection:
    """The portal's active connection, locked. Raises Refused, with what to do first, in any other state.

    With `while_paused` a paused one is accepted too.
    """
    connection = require_connection(session, portal_id, lock=True)
    check_active(connection, while_paused=while_paused)
    return connection


def check_active(connection: Connection, *, while_paused: bool = False) -> None:
    """Raise Refused, with what to do first, unless the connection is active, or paused with `while_paused`."""
    if connection.state in (ConnectionState.REVIEW, ConnectionState.DISCONNECTED):
        raise Refused(NOT_CONNECTED)
    if connection.state == ConnectionState.ATTENTION:
        raise Refused(_ATTENTION)
    if connection.state == ConnectionState.PAUSED and not while_paused:
        raise Refused(_PAUSED)
