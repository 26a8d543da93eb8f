"""Who is signed in to a connector that stands alone: a session cookie in, an admin or nobody out."""

from typing import cast

from flask import current_app, g, session

from connector.services import Services
from connector.services.admins import Admin, Admins

_NAME, _STAMP = "connector_admin", "connector_admin_stamp"


def services() -> Services:
    """The connector of this app."""
    return cast(Services, current_app.extensions["connector"])


def admins() -> Admins:
    """The admins of this connector."""
    here = services()
    return Admins(here.database, here.clock)


def signed_in() -> Admin | None:
    """Whoever is signed in, looked up once a request. A session ends with its password, or with its admin."""
    if "connector_admin" not in g:
        name = session.get(_NAME)
        admin = admins().named(name) if name else None
        g.connector_admin = admin if admin and admin.stamp == session.get(_STAMP) else None
    return cast("Admin | None", g.connector_admin)


def begin(admin: Admin) -> None:
    """Begin a session, with nothing left in it of whoever was here before."""
    session.clear()
    session.permanent = True
    session[_NAME], session[_STAMP] = admin.name, admin.stamp
    g.pop("connector_admin", None)


def end() -> None:
    """End the session."""
    session.clear()
    g.pop("connector_admin", None)
