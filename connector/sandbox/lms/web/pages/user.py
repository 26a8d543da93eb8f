"""One user: added, shown, edited and mailed by an admin."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.sandbox.lms.db.tables import (
    Course,
    Enrolment,
    Group,
    Membership,
    PasswordMailKind,
    Portal,
    User,
    UserType,
    db,
)
from connector.sandbox.lms.people.custom_fields import CustomFields
from connector.sandbox.lms.people.portals import custom_fields
from connector.sandbox.lms.web import access, user_actions
from connector.sandbox.lms.web.forms import (
    EditUserForm,
    NewUserForm,
    UserForm,
    custom_data,
    custom_values,
    user_form,
)
from connector.sandbox.lms.web.pages.common import commit_and_send, enter, lms_settings, moment

EMAIL_TAKEN = "Somebody else in this portal has this email address."
STATE_BY_MAIL = {
    "invitation": AccountState.PENDING,
    "welcome": AccountState.ACTIVE,
    "none": AccountState.ACTIVE,
}


@access.require_full
def new_user(slug: str) -> str | Response:
    """Add a user by hand, with the chosen mail; in a portal with single sign-on no mail is sent."""
    portal = enter(slug)
    fields = custom_fields(db.session(), portal.id)
    form = user_form(NewUserForm, fields)(request.form)
    if request.method == "POST" and form.validate():
        user = _add(portal, fields, form)
        if user is not None:
            flash(f"{user.name} is added.", "done")
            return redirect(url_for("lms.user", slug=portal.slug, user_id=user.id))
    return render_template("lms/new_user.html", portal=portal, form=form)


@access.require_admin
def user(slug: str, user_id: str) -> str | Response:
    """Show a user; with full permissions, change them."""
    portal = enter(slug)
    found = _user(portal, user_id)
    fields = custom_fields(db.session(), portal.id)
    form = user_form(EditUserForm, fields)(request.form, obj=found, data=custom_data(found.custom))
    viewer = access.signed_in()
    may_edit = viewer is not None and viewer.is_full_admin
    if request.method == "POST":
        if not may_edit:
            abort(403)
        if form.validate() and _edit(found, fields, form):
            flash("Saved.", "done")
            return redirect(url_for("lms.user", slug=portal.slug, user_id=found.id))
    shown = [(item.label, fields.shown(found.custom)[item.key]) for item in fields.definitions]
    return render_template(
        "lms/user.html",
        portal=portal,
        form=form,
        user=found,
        may_edit=may_edit,
        shown=shown,
        groups=_groups(found),
        courses=_courses(found),
    )


@access.require_full
def invite_user(slug: str, user_id: str) -> Response:
    """Send the mail, first or again: an invitation to a pending user, a welcome to an active one."""
    portal = enter(slug)
    found = _user(portal, user_id)
    back = access.own_path(request.form.get("next")) or url_for(
        "lms.user", slug=portal.slug, user_id=found.id
    )
    if portal.sso:
        flash("People of this portal sign in elsewhere: no mail is sent.", "error")
    elif found.state is AccountState.SUSPENDED:
        flash("This account is suspended: no mail is sent.", "error")
    else:
        pending = found.state is AccountState.PENDING
        _send_mail(portal, found, PasswordMailKind.INVITATION if pending else PasswordMailKind.WELCOME)
        commit_and_send()
        flash("The mail is on its way; earlier links no longer work.", "done")
    return redirect(back)


def _add(portal: Portal, fields: CustomFields, form: UserForm) -> User | None:
    now = moment()
    mail = "none" if portal.sso else form["mail"].data
    columns = {**_columns(form), "state": STATE_BY_MAIL[mail]}
    try:
        user = user_actions.add_user(db.session(), portal, fields, columns, custom_values(form, fields), now)
    except user_actions.EmailTaken:
        form.email.errors = [EMAIL_TAKEN]
        return None
    user_actions.apply_rules(db.session(), user, now, lms_settings().base_url)
    if mail != "none":
        _send_mail(portal, user, PasswordMailKind(mail), now)
    commit_and_send()
    return user


def _edit(user: User, fields: CustomFields, form: UserForm) -> bool:
    now = moment()
    columns = {**_columns(form), "state": AccountState(form["state"].data)}
    try:
        user_actions.edit_user(db.session(), user, fields, columns, custom_values(form, fields), now)
    except user_actions.EmailTaken:
        form.email.errors = [EMAIL_TAKEN]
        return False
    except StaleDataError:
        db.session.rollback()
        abort(409)
    user_actions.apply_rules(db.session(), user, now, lms_settings().base_url)
    commit_and_send()
    return True


def _send_mail(portal: Portal, user: User, kind: PasswordMailKind, now: datetime | None = None) -> None:
    user_actions.send_password_mail(
        db.session(), portal, [user], kind, now or moment(), lms_settings().base_url
    )


def _columns(form: UserForm) -> dict[str, Any]:
    user_type = UserType(form.type.data)
    return {
        "first_name": (form.first_name.data or "").strip(),
        "last_name": (form.last_name.data or "").strip(),
        "email": (form.email.data or "").strip(),
        "type": user_type,
        "full_permissions": user_type is UserType.ADMIN and bool(form.full_permissions.data),
    }


def _user(portal: Portal, user_id: str) -> User:
    """The user, if they are of this portal; 404 otherwise."""
    found = db.session.get(User, user_id)
    if found is None or found.portal_id != portal.id:
        abort(404)
    return found


def _groups(user: User) -> list[str]:
    own = select(Group.name).join(Membership, Membership.group_id == Group.id)
    return list(db.session.scalars(own.where(Membership.user_id == user.id).order_by(Group.name)))


def _courses(user: User) -> list[str]:
    own = select(Course.title).join(Enrolment, Enrolment.course_id == Course.id)
    return list(db.session.scalars(own.where(Enrolment.user_id == user.id).order_by(Course.title)))
