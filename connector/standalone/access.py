"""The sign-in of the stand-alone service: a session cookie in, the signed-in admin out."""

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
    own = services()
    return Admins(own.database, own.clock)


def signed_in() -> Admin | None:
    """The signed-in admin, looked up once per request; None after a new password or when the admin was removed."""
    if "connector_admin" not in g:
        name = session.get(_NAME)
        admin = admins().named(name) if name else None
        g.connector_admin = admin if admin and admin.stamp == session.get(_STAMP) else None
    return cast("Admin | None", g.connector_admin)


def begin(admin: Admin) -> None:
    """Begin a session, without the values of an earlier one."""
    session.clear()
    session.permanent = True
    session[_NAME], session[_STAMP] = admin.name, admin.stamp
    g.pop("connector_admin", None)


def end() -> None:
    """End the session."""
    session.clear()
    g.pop("connector_admin", None)
