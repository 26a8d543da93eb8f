"""The list of users, and its export."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, render_template, request
from sqlalchemy import Select, func, or_, select, tuple_

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import Portal, User, db
from connector.sandbox.lms.web import access, export
from connector.sandbox.lms.web.forms import STATE_LABELS, TYPE_OF_USER_LABELS, FilterForm
from connector.sandbox.lms.web.pages.common import enter, instant_of

PAGE_SIZE = 50
#: Counting stops here: no one pages through more.
COUNT_MAX = 10_000


@access.require_admin
def users(slug: str) -> str:
    """A page of users by name; the next one starts after the last user shown."""
    portal = enter(slug)
    form = FilterForm(request.args)
    statement = _filtered(form, portal)
    last = db.session.get(User, request.args.get("after", ""))
    page = statement.order_by(User.name_key, User.id).limit(PAGE_SIZE + 1)
    if last is not None and last.portal_id == portal.id:
        page = page.where(tuple_(User.name_key, User.id) > (last.name_key, last.id))
    rows: Sequence[User] = db.session.scalars(page).all()
    shown = rows[:PAGE_SIZE]
    filters = {key: value for key, value in request.args.items() if key != "after" and value}
    following = shown[-1].id if len(rows) > PAGE_SIZE else None
    return render_template(
        "lms/users.html",
        portal=portal,
        form=form,
        users=shown,
        count=_count(statement),
        count_max=COUNT_MAX,
        following=following,
        filters=filters,
        states=STATE_LABELS,
        types=TYPE_OF_USER_LABELS,
    )


@access.require_admin
def export_csv(slug: str) -> Response:
    """All users of the portal with all their values, row by row (rule A21)."""
    portal = enter(slug)
    rows: Iterator[str] = export.lines(db.engine, portal.id)
    headers = {"Content-Disposition": f"attachment; filename={portal.slug}-users.csv"}
    return Response(rows, mimetype="text/csv", headers=headers)


def _filtered(form: FilterForm, portal: Portal) -> Select[Any]:
    """The users who pass the filters; an unreadable date gets an error and filters nothing."""
    statement = select(User).where(User.portal_id == portal.id)
    text = (form.text.data or "").strip().casefold()
    if text:
        statement = statement.where(
            or_(User.name_key.contains(text, autoescape=True), User.email_key.contains(text, autoescape=True))
        )
    if form.state.data in list(AccountState):
        statement = statement.where(User.state == AccountState(form.state.data))
    if form.source.data:
        is_paycor = User.external_id.is_not(None)
        statement = statement.where(is_paycor if form.source.data == "paycor" else ~is_paycor)
    if form.created.data:
        instant = instant_of(form.created.data, portal)
        if instant is None:
            form.created.errors = ["Write a date as 2026-01-31."]
        else:
            statement = statement.where(User.created_at >= instant)
    return statement


def _count(statement: Select[Any]) -> int:
    limited = statement.with_only_columns(User.id).limit(COUNT_MAX + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(limited)) or 0
