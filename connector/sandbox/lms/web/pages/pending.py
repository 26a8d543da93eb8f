"""Users > Pending users: invitations without an answer, from admins and from the connector (rules A19, A20)."""

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import and_, func, select, tuple_
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import PasswordLink, User, db
from connector.sandbox.lms.people.invitations import withdraw
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.pages.common import enter, moment

PAGE_SIZE = 50


@access.require_admin
def pending(slug: str) -> str:
    """Pending users by name, each with the newest invitation: when it was sent and when it expires."""
    portal = enter(slug)
    newest = (
        select(PasswordLink.user_id, func.max(PasswordLink.sent_at).label("sent_at"))
        .group_by(PasswordLink.user_id)
        .subquery()
    )
    statement = (
        select(User, PasswordLink)
        .outerjoin(newest, newest.c.user_id == User.id)
        .outerjoin(
            PasswordLink,
            and_(
                PasswordLink.user_id == User.id,
                PasswordLink.sent_at == newest.c.sent_at,
            ),
        )
        .where(User.portal_id == portal.id, User.state == AccountState.PENDING)
        .order_by(User.name_key, User.id)
    )
    last = db.session.get(User, request.args.get("after", ""))
    if last is not None and last.portal_id == portal.id:
        statement = statement.where(tuple_(User.name_key, User.id) > (last.name_key, last.id))
    rows = db.session.execute(statement.limit(PAGE_SIZE + 1)).all()
    following = rows[PAGE_SIZE - 1][0].id if len(rows) > PAGE_SIZE else None
    return render_template(
        "lms/pending.html", portal=portal, rows=rows[:PAGE_SIZE], following=following, now=moment()
    )


@access.require_full
def withdraw_invitation(slug: str, user_id: str) -> Response:
    """End the link of an invitation; the user stays pending until the next invitation."""
    portal = enter(slug)
    user = db.session.get(User, user_id)
    if user is None or user.portal_id != portal.id:
        abort(404)
    withdraw(db.session(), [user.id], moment())
    db.session.commit()
    flash(f"The invitation of {user.name} is withdrawn.", "done")
    return redirect(url_for("lms.pending", slug=portal.slug))
