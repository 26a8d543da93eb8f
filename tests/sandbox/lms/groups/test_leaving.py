"""Whether a course ends with the group that brought it."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.model.account import Mail
from connector.core.ports.host import Change, Host
from connector.sandbox.lms.db.tables import Course, db
from connector.sandbox.lms.groups.completions import finish
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.groups.test_rules import OHIO_COURSE, RULES, add_rule, courses_of, field_id, groups_of
from tests.sandbox.lms.rows import add, mails, new, send_mail
from tests.sandbox.lms.visitor import NORTHFIELD, admin


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


@pytest.mark.req("A36")
@pytest.mark.parametrize(
    ("ends", "finished", "expected"),
    [
        pytest.param(False, False, [OHIO_COURSE], id="kept"),
        pytest.param(True, False, [], id="ended"),
        pytest.param(True, True, [OHIO_COURSE], id="finished and kept"),
    ],
)
def test_leaving_a_group_keeps_or_ends_its_course(
    any_app: Flask, host: Host, ends: bool, finished: bool, expected: list[str]
) -> None:
    """As the course says; what is finished stays."""
    nurse = add(host, new("nurse", {"work_state": "OH"}))
    other = add(host, new("other", {"work_state": "OH"}))
    with any_app.app_context():
        course = db.session.scalars(select(Course).where(Course.title == OHIO_COURSE)).first()
        assert course is not None
        course.ends_on_leaving = ends
        if finished:
            finish(db.session(), course.id, nurse, datetime(2026, 3, 1, tzinfo=UTC))
        db.session.commit()

    host.update([Change(nurse, fields={"work_state": "TX"})])

    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == ([], expected)
    assert courses_of(any_app, other) == [OHIO_COURSE]


@pytest.mark.req("A36", "B11")
def test_a_course_that_two_groups_bring_ends_with_the_last(app: Flask) -> None:
    """A user who goes from one to the other stays enrolled since the first day, and gets no second link."""
    host = host_of(app, NORTHFIELD_ID)
    visitor = admin(app)
    add_rule(visitor, str(field_id(app, "work_state")), "equals", "TX", group=1)
    visitor.post(
        f"{NORTHFIELD}/learning/courses/2",
        {"title": OHIO_COURSE, "groups": [1, 2], "ends_on_leaving": "y", "send_link": "y"},
    )
    nurse = add(host, new("nurse", {"work_state": "OH"}))
    send_mail(host, nurse, Mail.WELCOME)
    sent = len(mails(app))

    host.update([Change(nurse, fields={"work_state": "TX"})])
    moved = courses_of(app, nurse)
    links = [mail.subject for mail in mails(app)[sent:] if OHIO_COURSE in mail.subject]
    host.update([Change(nurse, fields={"work_state": "CA"})])

    assert (OHIO_COURSE in moved, links) == (True, [])
    assert OHIO_COURSE not in courses_of(app, nurse)


def test_a_rule_that_is_deleted_ends_the_courses_that_end_with_it(app: Flask) -> None:
    """When a group has no rule left, the users that a rule has put there leave it."""
    nurse = add(host_of(app, NORTHFIELD_ID), new("nurse", {"work_state": "OH"}))
    visitor = admin(app)
    visitor.post(
        f"{NORTHFIELD}/learning/courses/2", {"title": OHIO_COURSE, "groups": [2], "ends_on_leaving": "y"}
    )
    assert "ends with the membership" in visitor.read(f"{NORTHFIELD}/learning/groups/2")
    visitor.post(f"{RULES}/2/delete")

    assert (groups_of(app, nurse), courses_of(app, nurse)) == ([], [])
