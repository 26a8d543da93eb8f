"""Who is in which group, and what joining and leaving does to courses (rule A36), on the caller's session.

Groups and courses come in pairs with their users: (group, user) and (course, user).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from connector.sandbox.lms.db.tables import Course, Enrolment, GroupCourse, Membership
from connector.sandbox.lms.groups.completions import Finished

MEMBERSHIPS = cast(Table, Membership.__table__)
ENROLMENTS = cast(Table, Enrolment.__table__)

Pair = tuple[int, str]


def memberships(session: Session, users: Collection[str]) -> dict[Pair, bool]:
    """Every membership of these users: (group, user) -> whether it was made by hand."""
    rows = session.execute(
        select(Membership.group_id, Membership.user_id, Membership.by_hand).where(
            Membership.user_id.in_(users)
        )
    )
    return {(group_id, user_id): by_hand for group_id, user_id, by_hand in rows}


def join(session: Session, pairs: Sequence[Pair], instant: datetime, *, by_hand: bool) -> list[Pair]:
    """Put users into groups that they are not in yet, and enrol them in the courses; gives the new enrolments."""
    if not pairs:
        return []
    session.connection().execute(
        insert(MEMBERSHIPS),
        [
            {"group_id": group_id, "user_id": user_id, "by_hand": by_hand, "joined_at": instant}
            for group_id, user_id in pairs
        ],
    )
    courses = session.execute(
        select(GroupCourse.group_id, GroupCourse.course_id).where(
            GroupCourse.group_id.in_({group_id for group_id, _ in pairs})
        )
    ).all()
    enrolments = {
        (course_id, user_id)
        for group_id, user_id in pairs
        for course_group, course_id in courses
        if course_group == group_id
    }
    return enrol(session, enrolments, instant)


def leave(session: Session, pairs: Collection[Pair]) -> None:
    """Take users out of groups, and out of the courses that end with them."""
    if not pairs:
        return
    session.flush()
    statement = delete(MEMBERSHIPS).where(
        and_(MEMBERSHIPS.c.group_id == bindparam("g"), MEMBERSHIPS.c.user_id == bindparam("u"))
    )
    session.connection().execute(statement, [{"g": group_id, "u": user_id} for group_id, user_id in pairs])
    ended = lost(session, pairs, memberships(session, {user_id for _, user_id in pairs}))
    if ended:
        statement = delete(ENROLMENTS).where(
            and_(ENROLMENTS.c.course_id == bindparam("c"), ENROLMENTS.c.user_id == bindparam("u"))
        )
        session.connection().execute(
            statement, [{"c": course_id, "u": user_id} for course_id, user_id in sorted(ended)]
        )


def lost(session: Session, left: Collection[Pair], stays: Collection[Pair]) -> set[Pair]:
    """The enrolments that end when users leave groups while they stay in others.

    A course with `ends_on_leaving` ends with the last group that brings it; a user who has finished it keeps it.
    """
    brings = _endings(session, {group_id for group_id, _ in left})
    gone = {(course_id, user_id) for group_id, user_id in left for course_id in brings[group_id]}
    gone -= {(course_id, user_id) for group_id, user_id in stays for course_id in brings[group_id]}
    if not gone:
        return set()
    users = {user_id for _, user_id in gone}
    enrolled = select(Enrolment.course_id, Enrolment.user_id).where(Enrolment.user_id.in_(users))
    finished = select(Finished.course_id, Finished.user_id).where(Finished.user_id.in_(users))
    gone &= {(course_id, user_id) for course_id, user_id in session.execute(enrolled)}
    return gone - {(course_id, user_id) for course_id, user_id in session.execute(finished)}


def enrol(session: Session, enrolments: Iterable[Pair], instant: datetime) -> list[Pair]:
    """Enrol users in courses; gives the new enrolments."""
    pairs = set(enrolments)
    if not pairs:
        return []
    enrolled = session.execute(
        select(Enrolment.course_id, Enrolment.user_id).where(
            Enrolment.course_id.in_({course_id for course_id, _ in pairs}),
            Enrolment.user_id.in_({user_id for _, user_id in pairs}),
        )
    )
    new = sorted(pairs - {(course_id, user_id) for course_id, user_id in enrolled})
    if new:
        session.connection().execute(
            insert(ENROLMENTS),
            [
                {"course_id": course_id, "user_id": user_id, "enrolled_at": instant}
                for course_id, user_id in new
            ],
        )
    return new


def _endings(session: Session, groups: Collection[int]) -> dict[int, set[int]]:
    """The courses that may end with one of these groups, for every group that brings them."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(GroupCourse.group_id, GroupCourse.course_id)
        .join(Course, Course.id == GroupCourse.course_id)
        .where(
            Course.ends_on_leaving.is_(True),
            Course.id.in_(select(GroupCourse.course_id).where(GroupCourse.group_id.in_(groups))),
        )
    )
    for group_id, course_id in rows:
        found[group_id].add(course_id)
    return found
