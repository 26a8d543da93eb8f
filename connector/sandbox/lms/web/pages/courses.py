"""Courses, and the groups that enrol in them (rule A36)."""

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import delete, func, insert, select
from werkzeug.wrappers import Response

from connector.sandbox.lms.db.tables import Course, Enrolment, GroupCourse, Membership, Portal, db
from connector.sandbox.lms.groups import members, rules
from connector.sandbox.lms.people.portals import group_names
from connector.sandbox.lms.web import access
from connector.sandbox.lms.web.forms import CourseForm, options
from connector.sandbox.lms.web.pages.common import commit_and_send, enter, moment


@access.require_full
def courses(slug: str) -> str:
    """The courses, each with the number of enrolled users."""
    portal = enter(slug)
    rows = db.session.execute(
        select(Course, func.count(Enrolment.user_id))
        .outerjoin(Enrolment, Enrolment.course_id == Course.id)
        .where(Course.portal_id == portal.id)
        .group_by(Course.id)
        .order_by(Course.title)
    ).all()
    return render_template("lms/courses.html", portal=portal, rows=rows)


@access.require_full
def new_course(slug: str) -> str | Response:
    """Add a course."""
    return _course_page(enter(slug), None)


@access.require_full
def edit_course(slug: str, course_id: int) -> str | Response:
    """Change a course and which groups enrol in it."""
    portal = enter(slug)
    found = db.session.get(Course, course_id)
    if found is None or found.portal_id != portal.id:
        abort(404)
    return _course_page(portal, found)


def _course_page(portal: Portal, course: Course | None) -> str | Response:
    groups = _groups_of(course)
    form = CourseForm(request.form, obj=course, groups=sorted(groups))
    form.groups.choices = options(group_names(db.session(), portal.id))
    if request.method == "POST" and form.validate() and _has_own_title(portal, course, form):
        _save(portal, course, form)
        flash("Saved.", "done")
        return redirect(url_for("lms.courses", slug=portal.slug))
    return render_template("lms/edit_course.html", portal=portal, form=form, course=course)


def _save(portal: Portal, course: Course | None, form: CourseForm) -> None:
    """Write the course, and enrol the members of its new groups."""
    before, new_groups = _groups_of(course), set(form.groups.data or [])
    course = course or Course(portal_id=portal.id)
    course.title, course.summary = (form.title.data or "").strip(), form.summary.data or ""
    course.send_link = bool(form.send_link.data)
    course.ends_on_leaving = bool(form.ends_on_leaving.data)
    db.session.add(course)
    db.session.flush()
    db.session.execute(
        delete(GroupCourse).where(
            GroupCourse.course_id == course.id, GroupCourse.group_id.in_(before - new_groups)
        )
    )
    new = new_groups - before
    if new:
        db.session.execute(
            insert(GroupCourse), [{"group_id": group_id, "course_id": course.id} for group_id in new]
        )
        user_ids = db.session.scalars(
            select(Membership.user_id).where(Membership.group_id.in_(new)).distinct()
        )
        for part in user_ids.partitions(rules.CHUNK):
            members.enrol(db.session(), ((course.id, user_id) for user_id in part), moment())
    commit_and_send()


def _groups_of(course: Course | None) -> set[int]:
    if course is None or course.id is None:
        return set()
    return set(db.session.scalars(select(GroupCourse.group_id).where(GroupCourse.course_id == course.id)))


def _has_own_title(portal: Portal, course: Course | None, form: CourseForm) -> bool:
    title = (form.title.data or "").strip()
    taken = db.session.scalar(select(Course.id).where(Course.portal_id == portal.id, Course.title == title))
    own = taken is None or (course is not None and taken == course.id)
    if not own:
        form.title.errors = ["There is a course with this title."]
    return own
