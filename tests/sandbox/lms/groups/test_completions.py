"""Finished courses of the built-in LMS: the learner's button, and what the connector gets."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.model.completion import Completion
from connector.core.ports.lms import ReportsCompletions
from connector.sandbox.lms import BuiltInLms, db
from connector.sandbox.lms.db.tables import Course, Enrolment, User
from connector.sandbox.lms.seed import LEARNER_EMAIL
from tests.clock import Clock
from tests.sandbox.lms.conftest import DAYTON_ID, NORTHFIELD_ID
from tests.sandbox.lms.visitor import NORTHFIELD, Visitor, admin, learner


@pytest.fixture
def course_id(app: Flask) -> int:
    """A course that the first learner is enrolled in."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == LEARNER_EMAIL.format(number=1))).one()
        course = Course(portal_id=user.portal_id, title="Ladder Safety", summary="")
        db.session.add(course)
        db.session.flush()
        db.session.add(Enrolment(course_id=course.id, user_id=user.id, enrolled_at=user.created_at))
        db.session.commit()
        return course.id


def finish(visitor: Visitor, course_id: int) -> int:
    """Press the button; gives the status of the answer."""
    return visitor.post(f"{NORTHFIELD}/courses/{course_id}/finish").status_code


def completions(app: Flask, since: datetime, portal_id: str = NORTHFIELD_ID) -> list[Completion]:
    """The completions that the connector gets."""
    with app.app_context():
        lms = BuiltInLms(db)
        assert isinstance(lms, ReportsCompletions)
        return list(lms.completions(portal_id, since))


@pytest.mark.req("X18")
def test_a_learner_marks_a_course_as_complete(app: Flask, course_id: int, clock: Clock) -> None:
    """The connector gets it, with the day of the portal's time zone; another portal's connector does not."""
    clock.set(datetime(2026, 3, 3, 3, tzinfo=UTC))
    visitor = learner(app)
    before = visitor.read(f"{NORTHFIELD}/courses/{course_id}")

    assert finish(visitor, course_id) == 302
    after = visitor.read(f"{NORTHFIELD}/courses/{course_id}")
    [completion] = completions(app, clock())
    assert "Mark as complete" in before
    assert "Mark as complete" not in after
    assert (completion.course, completion.completed_on) == ("Ladder Safety", date(2026, 3, 2))
    assert completions(app, clock(), DAYTON_ID) == []


@pytest.mark.req("X18")
def test_a_course_is_finished_once(app: Flask, course_id: int, clock: Clock) -> None:
    """The button of a page that was left open changes nothing, nor does it make another completion."""
    visitor, began_at = learner(app), clock()
    finish(visitor, course_id)
    [first] = completions(app, began_at)
    clock.advance(timedelta(days=3))
    finish(visitor, course_id)

    assert completions(app, began_at) == [first]
    assert completions(app, clock()) == []


def test_only_an_enrolled_user_can_finish(app: Flask, course_id: int, clock: Clock) -> None:
    """An admin looks at the course without being in it, another learner not even that."""
    assert finish(learner(app, 2), course_id) == 404
    assert finish(admin(app), course_id) == 404
    assert "Mark as complete" not in admin(app).read(f"{NORTHFIELD}/courses/{course_id}")
    assert completions(app, clock() - timedelta(days=1)) == []
