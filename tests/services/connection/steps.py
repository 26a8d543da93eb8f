"""The steps of an admin from + Connect to Active, and what the tables have afterwards."""

from collections.abc import Collection

import sqlalchemy as sa

from connector.core.ports.lms import Viewer
from connector.services.connection.connect import ConnectionService
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from tests.services.paycor import FakePaycor

CALLBACK = "https://lms.example/settings/integrations/hr/callback"
SESSION_KEY = "zebra-session"


def count(database: Database, table: type[Base]) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def state(database: Database, portal_id: str = "a") -> str | None:
    """The state of a portal's connection, None when it has none."""
    with database.reading() as session:
        row = connections.of_portal(session, portal_id)
        return None if row is None else row.state


def begin(connecting: ConnectionService, portal_id: str = "a") -> str:
    """Press Continue on the connect page; returns the address at Paycor."""
    return connecting.begin_consent(portal_id, "admin", SESSION_KEY, "production", CALLBACK)


def finish_consent(
    connecting: ConnectionService,
    state: str | None,
    code: str | None,
    viewer_id: str = "admin",
    portals: Collection[str] = ("a", "b"),
    **changes: str,
) -> str:
    """Return from Paycor, as the same admin in the same browser unless it says otherwise.

    `portals` are those in which the admin has full permissions now.
    """
    return connecting.finish_consent(
        claimed_state=state,
        code=code,
        error=changes.get("error"),
        viewer=Viewer(viewer_id, viewer_id, frozenset({"a", "b"}), frozenset(portals)),
        session_key=changes.get("session_key", SESSION_KEY),
        redirect_uri=CALLBACK,
    )


def connect(connecting: ConnectionService, paycor: FakePaycor, portal_id: str = "a") -> None:
    """Connect by redirect, with every legal entity of the consent."""
    code, state = paycor.consent(begin(connecting, portal_id))
    finish_consent(connecting, state, code)
    connecting.finish(portal_id, "admin")
