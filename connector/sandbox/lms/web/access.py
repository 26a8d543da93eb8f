"""Who is looking, which portals they may look at, and what they may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import ParamSpec, TypeVar

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import Portal, User, UserType, db
from connector.sandbox.lms.people.portals import belonging, by_slug

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, str | Response]

#: What a plugin's manifest may ask for.
FULL_PERMISSIONS = "portal.full"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever sent this request. `portals` are theirs, their own first."""

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
        return any(mine.id == portal.id for mine in self.portals)


def stamp(user: User) -> str:
    """What a session is tied to: with a new password, sessions that began with the old one end."""
    return sha256(f"{user.id}:{user.password_hash}".encode()).hexdigest()[:32]


def sign_in(user: User) -> None:
    """Begin a session, with nothing left in it of whoever was here before."""
    session.clear()
    session["user_id"] = user.id
    session["stamp"] = stamp(user)
    g.pop("signed_in", None)


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.pop("signed_in", None)


def signed_in() -> SignedIn | None:
    """Whoever is signed in, read once a request. A suspended user's session ends here."""
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
    return SignedIn(user, tuple(belonging(db.session(), user.portal_id, with_children=full_admin)))


def portal_at(slug: str) -> Portal:
    """The portal with this address, of whoever is signed in; anybody else's does not exist for them (404)."""
    portal = by_slug(db.session(), slug)
    who = signed_in()
    if portal is None or who is None or not who.belongs_to(portal):
        abort(404)
    return portal


def require_sign_in(view: View[P]) -> View[P]:
    """Send whoever is not signed in to the sign-in page, and back here afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        who = signed_in()
        if who is None:
            return redirect(
                url_for("lms.sign_in", next=request.full_path if request.method == "GET" else None)
            )
        if who.user.must_set_password and not who.user.portal.sso:
            return redirect(url_for("lms.own_password"))
        return view(*args, **kwargs)

    return guarded


def require_admin(view: View[P]) -> View[P]:
    """403 for whoever is no admin."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        who = signed_in()
        if who is None or not who.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return require_sign_in(guarded)


def require_full(view: View[P]) -> View[P]:
    """403 for whoever does not have full portal permissions."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        who = signed_in()
        if who is None or not who.is_full_admin:
            abort(403)
        return view(*args, **kwargs)

    return require_sign_in(guarded)


def may(permission: str, portal: Portal) -> bool:
    """Whether whoever is signed in has this permission in this portal."""
    who = signed_in()
    if who is None or not who.belongs_to(portal):
        return False
    return who.is_full_admin if permission == FULL_PERMISSIONS else False


def own_path(path: str | None) -> str | None:
    """A path to go back to, if it is one of this site: never another site's address."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or "\\" in path:
        return None
    return path if not any(ord(character) < 32 for character in path) else None
