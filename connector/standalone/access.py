"""The sign-in of the stand-alone service: a session cookie in, the signed-in admin out."""

from typing import cast

from flask import current_app, g, session

from connector.services import Services
from connector.services.admins import Admin, Admins

#: The secret of the sign-in, whose row says whether it still holds.
_SESSION_KEY = "connector_sign_in"


def services() -> Services:
    """The connector of this app."""
    return cast(Services, current_app.extensions["connector"])


def admins() -> Admins:
    """The admins of this connector."""
    own = services()
    return Admins(own.database, own.clock)


def signed_in() -> Admin | None:
    """The signed-in admin, looked up once per request; None once the sign-in has ended at the server."""
    if "connector_admin" not in g:
        secret = session.get(_SESSION_KEY)
        g.connector_admin = admins().signed_in(secret) if secret else None
    return cast("Admin | None", g.connector_admin)


def begin(secret: str) -> None:
    """Begin a session with this sign-in, without the values of an earlier one, whose sign-in ends."""
    end()
    session.permanent = True
    session[_SESSION_KEY] = secret


def end() -> None:
    """End the session: at the server, so that no copy of its cookie goes on, and in this browser."""
    if secret := session.get(_SESSION_KEY):
        admins().sign_out(secret)
    session.clear()
    g.pop("connector_admin", None)
