"""The signed-in user, the portals they may see, and what they may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import ParamSpec, TypeVar

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import Portal, User, UserType, db
from connector.sandbox.lms.people.portals import by_slug, visible_portals

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, str | Response]

#: The one permission that a plugin's manifest may require.
FULL_PERMISSIONS = "portal.full"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The signed-in user of this request. `portals` are those they may see, their own first."""

    user: User
    portals: tuple[Portal, ...]

    @property
    def is_admin(self) -> bool:
        """Whether they may see the users of their portals."""
        return self.user.type is UserType.ADMIN

    @property
    def is_full_admin(self) -> bool:
        """Whether they may change anything in their portals."""
        return self.is_admin and self.user.full_permissions

    def belongs_to(self, portal: Portal) -> bool:
        """Whether this portal is one of theirs."""
        return any(own.id == portal.id for own in self.portals)


def stamp(user: User) -> str:
    """The stamp in a session: it changes with the password, so that sessions of the old password end."""
    return sha256(f"{user.id}:{user.password_hash}".encode()).hexdigest()[:32]


def sign_in(user: User) -> None:
    """Begin a new session, without anything of the session before."""
    session.clear()
    session["user_id"] = user.id
    session["stamp"] = stamp(user)
    g.pop("signed_in", None)


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.pop("signed_in", None)


def signed_in() -> SignedIn | None:
    """The signed-in user, read once a request; None for a visitor. Ends the session of a suspended user."""
    if "signed_in" not in g:
        g.signed_in = _read_session()
    found: SignedIn | None = g.signed_in
    return found


def _read_session() -> SignedIn | None:
    user_id = session.get("user_id")
    if user_id is None:
        return None
    user = db.session.get(User, user_id)
    if user is None or user.state is not AccountState.ACTIVE or session.get("stamp") != stamp(user):
        session.clear()
        return None
    full_admin = user.type is UserType.ADMIN and user.full_permissions
    return SignedIn(user, tuple(visible_portals(db.session(), user.portal_id, with_children=full_admin)))


def portal_at(slug: str) -> Portal:
    """The portal with this slug, if the signed-in user belongs to it; else 404."""
    portal = by_slug(db.session(), slug)
    viewer = signed_in()
    if portal is None or viewer is None or not viewer.belongs_to(portal):
        abort(404)
    return portal


def require_sign_in(view: View[P]) -> View[P]:
    """Send a visitor who is not signed in to the sign-in page, and back here afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        viewer = signed_in()
        if viewer is None:
            return redirect(
                url_for("lms.sign_in", next=request.full_path if request.method == "GET" else None)
            )
        if viewer.user.must_set_password and not viewer.user.portal.sso:
            return redirect(url_for("lms.own_password"))
        return view(*args, **kwargs)

    return guarded


def require_admin(view: View[P]) -> View[P]:
    """403 for a user who is no admin."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        viewer = signed_in()
        if viewer is None or not viewer.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return require_sign_in(guarded)


def require_full(view: View[P]) -> View[P]:
    """403 for a user without full portal permissions."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        viewer = signed_in()
        if viewer is None or not viewer.is_full_admin:
            abort(403)
        return view(*args, **kwargs)

    return require_sign_in(guarded)


def may(permission: str, portal: Portal) -> bool:
    """Whether the signed-in user has this permission in this portal."""
    viewer = signed_in()
    if viewer is None or not viewer.belongs_to(portal):
        return False
    return viewer.is_full_admin if permission == FULL_PERMISSIONS else False


def own_path(path: str | None) -> str | None:
    """The path to go back to, if it is one of this site; else None."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or "\\" in path:
        return None
    return path if not any(ord(character) < 32 for character in path) else None
