"""The first page: the dashboard for an admin, their courses for all other users."""

from flask import abort, flash, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import (
    Course,
    Enrolment,
    Group,
    MailState,
    OutboxMail,
    Portal,
    Rule,
    User,
    db,
)
from connector.sandbox.lms.groups.completions import Finished, finish
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import STATE_LABELS
from connector.sandbox.lms.web.pages.common import enter, moment


def home() -> Response:
    """The redirect to the user's first page."""
    viewer = access.signed_in()
    if viewer is None:
        return redirect(url_for("lms.sign_in"))
    endpoint = "lms.dashboard" if viewer.is_admin else "lms.my_courses"
    return redirect(url_for(endpoint, slug=viewer.portals[0].slug))


@access.require_admin
def dashboard(slug: str) -> str:
    """The numbers of users, groups, rules, courses and waiting mails."""
    portal = enter(slug)
    rows = db.session.execute(
        select(User.state, func.count().label("users"))
        .where(User.portal_id == portal.id)
        .group_by(User.state)
    )
    states = {row.state: row.users for row in rows}
    counts = {
        label: db.session.scalar(select(func.count()).select_from(table).where(table.portal_id == portal.id))
        for label, table in (("Groups", Group), ("Dynamic rules", Rule), ("Courses", Course))
    }
    waiting = db.session.scalar(
        select(func.count())
        .select_from(OutboxMail)
        .where(OutboxMail.portal_id == portal.id, OutboxMail.state == MailState.QUEUED)
    )
    people = [(label, state.value, states.get(state, 0)) for state, label in STATE_LABELS.items()]
    return render_template("lms/dashboard.html", portal=portal, people=people, counts=counts, waiting=waiting)


@access.require_sign_in
def my_courses(slug: str) -> str:
    """The courses of the signed-in user."""
    portal = enter(slug)
    viewer = access.signed_in()
    courses = db.session.execute(
        select(Course, Enrolment.enrolled_at)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == (viewer.user.id if viewer else ""), Course.portal_id == portal.id)
        .order_by(Course.title)
    ).all()
    return render_template("lms/my_courses.html", portal=portal, courses=courses)


@access.require_sign_in
def course(slug: str, course_id: int) -> str:
    """A course, for users who are enrolled in it or may set it up."""
    portal, found, user_id = _visited(slug, course_id)
    return render_template(
        "lms/course.html",
        portal=portal,
        course=found,
        enrolled=db.session.get(Enrolment, (course_id, user_id)) is not None,
        finished=db.session.get(Finished, (course_id, user_id)),
    )


@access.require_sign_in
def finish_course(slug: str, course_id: int) -> Response:
    """Record that the enrolled user has finished the course."""
    portal, found, user_id = _visited(slug, course_id)
    if db.session.get(Enrolment, (course_id, user_id)) is None:
        abort(404)
    finish(db.session(), course_id, user_id, moment())
    db.session.commit()
    flash("Marked as complete.", "done")
    return redirect(url_for("lms.course", slug=portal.slug, course_id=found.id))


def _visited(slug: str, course_id: int) -> tuple[Portal, Course, str]:
    """The portal and course of this page, and the user's id; 404 for a user who may not see the course."""
    portal, viewer = enter(slug), access.signed_in()
    found = db.session.get(Course, course_id)
    if found is None or found.portal_id != portal.id or viewer is None:
        abort(404)
    if not viewer.is_full_admin and db.session.get(Enrolment, (course_id, viewer.user.id)) is None:
        abort(404)
    return portal, found, viewer.user.id
