"""Groups and their members."""

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import Course, Group, GroupCourse, Membership, Portal, User, db
from connector.sandbox.lms.groups import members, rules
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import EmailForm, GroupForm
from connector.sandbox.lms.web.pages.common import commit_and_send, enter, moment

#: Members shown on a group's page; the list of users has the rest.
SHOWN = 100


@access.require_full
def groups(slug: str) -> str | Response:
    """The groups, each with the number of its members; adds one."""
    portal = enter(slug)
    form = GroupForm(request.form)
    if request.method == "POST" and form.validate() and _is_new(portal, form):
        db.session.add(Group(portal_id=portal.id, name=(form.name.data or "").strip()))
        db.session.commit()
        flash("The group is added.", "done")
        return redirect(url_for("lms.groups", slug=portal.slug))
    rows = db.session.execute(
        select(Group, func.count(Membership.user_id))
        .outerjoin(Membership, Membership.group_id == Group.id)
        .where(Group.portal_id == portal.id)
        .group_by(Group.id)
        .order_by(Group.name)
    ).all()
    return render_template("lms/groups.html", portal=portal, form=form, rows=rows)


@access.require_full
def group(slug: str, group_id: int) -> str | Response:
    """A group with its members and courses; adds a member by hand."""
    portal = enter(slug)
    found = _group(portal, group_id)
    form = EmailForm(request.form)
    if request.method == "POST" and form.validate() and _join(portal, found, form):
        flash("Added.", "done")
        return redirect(url_for("lms.group", slug=portal.slug, group_id=found.id))
    listed = db.session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == found.id)
        .order_by(User.name_key, User.id)
        .limit(SHOWN + 1)
    ).all()
    courses = db.session.scalars(
        select(Course).join(GroupCourse).where(GroupCourse.group_id == found.id).order_by(Course.title)
    ).all()
    return render_template(
        "lms/group.html", portal=portal, group=found, form=form, members=listed, courses=courses, shown=SHOWN
    )


@access.require_full
def leave_group(slug: str, group_id: int, user_id: str) -> Response:
    """Remove a member who was added by hand; a rule may put them in again."""
    portal = enter(slug)
    found = _group(portal, group_id)
    membership = db.session.get(Membership, (found.id, user_id))
    if membership is None or not membership.by_hand:
        abort(404)
    members.leave(db.session(), [(found.id, user_id)])
    user = db.session.get_one(User, user_id)
    rules.refresh(
        db.session(),
        portal,
        [rules.RuleUser(user.id, user.email_key, user.created_at, user.custom)],
        moment(),
    )
    db.session.commit()
    return redirect(url_for("lms.group", slug=portal.slug, group_id=found.id))


@access.require_full
def delete_group(slug: str, group_id: int) -> Response:
    """Delete a group with its rules; enrolments stay."""
    portal = enter(slug)
    found = _group(portal, group_id)
    flash(f"{found.name} is deleted.", "done")
    db.session.delete(found)
    db.session.commit()
    return redirect(url_for("lms.groups", slug=portal.slug))


def _join(portal: Portal, group: Group, form: EmailForm) -> bool:
    user = db.session.scalars(
        select(User).where(
            User.portal_id == portal.id, User.email_key == checks.key_of(form.email.data or "")
        )
    ).one_or_none()
    if user is None:
        form.email.errors = ["Nobody in this portal has this address."]
        return False
    membership = db.session.get(Membership, (group.id, user.id))
    if membership is None:
        members.join(db.session(), [(group.id, user.id)], moment(), by_hand=True)
    else:
        membership.by_hand = True
    commit_and_send()
    return True


def _is_new(portal: Portal, form: GroupForm) -> bool:
    name = (form.name.data or "").strip()
    taken = db.session.scalar(select(Group.id).where(Group.portal_id == portal.id, Group.name == name))
    if taken is not None:
        form.name.errors = ["There is a group with this name."]
    return taken is None


def _group(portal: Portal, group_id: int) -> Group:
    found = db.session.get(Group, group_id)
    if found is None or found.portal_id != portal.id:
        abort(404)
    return found
