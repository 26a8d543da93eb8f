"""Where one arrives: an admin at the dashboard, everybody else at their courses."""

from flask import abort, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from .. import access
from ..forms import STATE_LABELS
from ..models import Course, Enrolment, Group, MailState, OutboxMail, Rule, User, db
from .common import enter


def home() -> Response:
    """To the right first page."""
    who = access.signed_in()
    if who is None:
        return redirect(url_for("lms.sign_in"))
    endpoint = "lms.dashboard" if who.is_admin else "lms.my_courses"
    return redirect(url_for(endpoint, slug=who.portals[0].slug))


@access.require_admin
def dashboard(slug: str) -> str:
    """How many of what there are."""
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
    """The courses of whoever is signed in."""
    portal = enter(slug)
    who = access.signed_in()
    courses = db.session.execute(
        select(Course, Enrolment.enrolled_at)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == (who.user.id if who else ""), Course.portal_id == portal.id)
        .order_by(Course.title)
    ).all()
    return render_template("lms/my_courses.html", portal=portal, courses=courses)


@access.require_sign_in
def course(slug: str, course_id: int) -> str:
    """A course, for who is enrolled in it or may set it up."""
    portal = enter(slug)
    who = access.signed_in()
    found = db.session.get(Course, course_id)
    if found is None or found.portal_id != portal.id or who is None:
        abort(404)
    if not who.is_full_admin and db.session.get(Enrolment, (course_id, who.user.id)) is None:
        abort(404)
    return render_template("lms/course.html", portal=portal, course=found)
