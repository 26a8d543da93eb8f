"""The effect preview of the LMS's rules (rule X3), and memberships set from outside."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from connector.core.ports.host import Change, Host, OutcomeStatus
from connector.core.ports.optional import Effect, Membership, SupportsEffectPreview, SupportsGroups
from connector.sandbox.lms.db.tables import Course, Group, GroupCourse, db
from connector.sandbox.lms.groups.completions import finish
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.groups.test_rules import OHIO_COURSE, courses_of, groups_of
from tests.sandbox.lms.rows import add, mails, new

S = OutcomeStatus


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


@pytest.mark.req("X3", "A35", "A36")
def test_the_effect_preview_is_what_happens(any_app: Flask, host: Host) -> None:
    """Of a new account, of one that moves in and of one that moves away; asking changes nothing."""
    assert isinstance(host, SupportsEffectPreview)
    texan, buckeye = (
        add(host, new("texan", {"work_state": "TX"})),
        add(host, new("buckeye", {"work_state": "OH"})),
    )
    hire = new("hire", {"work_state": "OH"})
    moves = [Change(texan, fields={"work_state": "OH"}), Change(buckeye, fields={"work_state": "TX"})]

    effects = host.effect([hire, *moves, Change("nobody")])
    untouched = (groups_of(any_app, texan), groups_of(any_app, buckeye))
    hired = add(host, hire)
    host.update(moves)

    [joined] = groups_of(any_app, hired)
    gains = Effect(groups_gained=(joined,), courses_gained=(OHIO_COURSE,))
    assert effects == [gains, gains, Effect(groups_lost=(joined,)), Effect()]
    assert untouched == ([], [joined])
    assert (groups_of(any_app, texan), groups_of(any_app, buckeye)) == ([joined], [])


@pytest.mark.req("X3")
def test_a_course_that_the_user_has_is_not_gained_again(any_app: Flask, host: Host) -> None:
    """Leaving a group does not end its course, and coming back adds no second one."""
    assert isinstance(host, SupportsEffectPreview)
    nurse = add(host, new("nurse", {"work_state": "OH"}))
    host.update([Change(nurse, fields={"work_state": "TX"})])

    [back] = host.effect([Change(nurse, fields={"work_state": "OH"})])

    assert (courses_of(any_app, nurse), back.courses_gained) == ([OHIO_COURSE], ())
    assert len(back.groups_gained) == 1


@pytest.mark.req("X24", "A36")
def test_a_group_filled_from_outside_brings_its_courses(any_app: Flask, host: Host) -> None:
    """It stands as if made by hand: no rule undoes it. Unknown groups and users are refused by their codes."""
    assert isinstance(host, SupportsGroups)
    nurse = add(host, new("nurse", {"work_state": "TX"}))
    ohio = next(group for group in host.groups() if "Ohio" in group.name)
    sent = len(mails(any_app))

    outcomes = host.members(
        [
            Membership(nurse, ohio.group_id, True),
            Membership(nurse, "999", True),
            Membership("nobody", ohio.group_id, True),
        ]
    )
    host.update([Change(nurse, first_name="Florence")])

    assert [one.status for one in outcomes] == [S.UPDATED, S.REJECTED, S.NOT_FOUND]
    assert [one.code for one in outcomes[1:]] == ["group.unknown", "not_found"]
    assert (groups_of(any_app, nurse), courses_of(any_app, nurse)) == ([ohio.name], [OHIO_COURSE])
    assert len(mails(any_app)) == sent


@pytest.mark.req("X3", "A36")
def test_a_course_that_ends_with_its_group_is_shown_as_lost(any_app: Flask, host: Host) -> None:
    """Only where it really ends: not if another group brings it, nor once it is finished."""
    assert isinstance(host, SupportsEffectPreview)
    nurse, done, boss = (
        add(host, new(name, {"work_state": "OH", "supervisor": supervisor}))
        for name, supervisor in (("nurse", "No"), ("done", "No"), ("boss", "Yes"))
    )
    with any_app.app_context():
        course = db.session.scalars(select(Course).where(Course.title == OHIO_COURSE)).first()
        supervisors = db.session.scalars(select(Group).where(Group.name == "Supervisors")).first()
        assert course is not None
        assert supervisors is not None
        course.ends_on_leaving = True
        db.session.add(GroupCourse(group_id=supervisors.id, course_id=course.id))
        finish(db.session(), course.id, done, datetime(2026, 3, 1, tzinfo=UTC))
        db.session.commit()
    moves = [Change(one, fields={"work_state": "TX"}) for one in (nurse, done, boss)]

    effects = host.effect(moves)
    host.update(moves)

    assert [one.courses_lost for one in effects] == [(OHIO_COURSE,), (), ()]
    assert [OHIO_COURSE in courses_of(any_app, one) for one in (nurse, done, boss)] == [False, True, True]
