"""Dynamic rules: who belongs to which group now, and what joining a group brings (rules A35, A36).

Rules are worked out a batch of users at a time, in the transaction that changed them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from .models import Enrolment, Group, GroupCourse, Membership, Operator, Portal, Rule, Subject, User

MEMBERSHIPS = cast(Table, Membership.__table__)
ENROLMENTS = cast(Table, Enrolment.__table__)
#: Users a step when everybody of a portal is looked at.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """What a rule may look at."""

    user_id: str
    email_key: str
    created_at: datetime
    custom: Mapping[str, str]


def matches(rule: Rule, person: Person, zone: ZoneInfo) -> bool:
    """Whether a rule holds for somebody; an empty value matches nothing. Creation dates are the portal's."""
    value = _value(rule, person, zone)
    if not value:
        return False
    folds = rule.subject is Subject.EMAIL_DOMAIN
    operands = [text.casefold() for text in rule.operand] if folds else rule.operand
    match rule.operator:
        case Operator.EQUALS | Operator.IN:
            return value in operands
        case Operator.CONTAINS:
            return any(text.casefold() in value.casefold() for text in operands)
        case Operator.BEFORE:
            return any(_order(value, text) < 0 for text in operands)
        case Operator.AFTER:
            return any(_order(value, text) > 0 for text in operands)


def refresh(
    session: Session, portal: Portal, persons: Sequence[Person], instant: datetime
) -> list[tuple[int, str]]:
    """Put these people into the groups whose rules they match, and out of those they no longer do.

    Gives the (course, user) pairs that were enrolled because of it. Memberships made by hand stay.
    """
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    if not rules or not persons:
        return []
    zone = ZoneInfo(portal.time_zone)
    wanted = {
        (rule.group_id, person.user_id) for rule in rules for person in persons if matches(rule, person, zone)
    }
    existing = memberships(session, {rule.group_id for rule in rules}, [person.user_id for person in persons])
    stale = [pair for pair, by_hand in existing.items() if not by_hand and pair not in wanted]
    leave(session, stale)
    return join(session, sorted(wanted - existing.keys()), instant, by_hand=False)


def refresh_everybody(session: Session, portal: Portal, instant: datetime) -> None:
    """The same for the whole portal, after a rule was made or removed; also clears groups that lost all rules."""
    last = ""
    ruled = select(Rule.group_id).where(Rule.portal_id == portal.id)
    groups = select(Group.id).where(Group.portal_id == portal.id)
    session.execute(
        delete(MEMBERSHIPS).where(
            MEMBERSHIPS.c.by_hand.is_(False),
            MEMBERSHIPS.c.group_id.in_(groups),
            MEMBERSHIPS.c.group_id.not_in(ruled),
        )
    )
    while True:
        chunk = session.execute(
            select(User.id, User.email_key, User.created_at, User.custom)
            .where(User.portal_id == portal.id, User.id > last)
            .order_by(User.id)
            .limit(CHUNK)
        ).all()
        refresh(session, portal, [Person(*row) for row in chunk], instant)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


def join(
    session: Session, pairs: Sequence[tuple[int, str]], instant: datetime, *, by_hand: bool
) -> list[tuple[int, str]]:
    """Put users into groups they are not in yet, (group, user) each, and enrol them in the groups' courses."""
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
    wanted = {
        (course_id, user_id)
        for group_id, user_id in pairs
        for course_group, course_id in courses
        if course_group == group_id
    }
    return enrol(session, wanted, instant)


def enrol(session: Session, wanted: Iterable[tuple[int, str]], instant: datetime) -> list[tuple[int, str]]:
    """Enrol users in courses, (course, user) each; gives those that were not enrolled before."""
    pairs = set(wanted)
    if not pairs:
        return []
    there = session.execute(
        select(Enrolment.course_id, Enrolment.user_id).where(
            Enrolment.course_id.in_({course_id for course_id, _ in pairs}),
            Enrolment.user_id.in_({user_id for _, user_id in pairs}),
        )
    )
    new = sorted(pairs - {(course_id, user_id) for course_id, user_id in there})
    if new:
        session.connection().execute(
            insert(ENROLMENTS),
            [
                {"course_id": course_id, "user_id": user_id, "enrolled_at": instant}
                for course_id, user_id in new
            ],
        )
    return new


def _value(rule: Rule, person: Person, zone: ZoneInfo) -> str:
    """The text that a rule compares."""
    match rule.subject:
        case Subject.EMAIL_DOMAIN:
            return person.email_key.rpartition("@")[2]
        case Subject.CREATED:
            return person.created_at.astimezone(zone).date().isoformat()
        case Subject.FIELD:
            return person.custom.get(str(rule.field_id), "")


def _order(value: str, other: str) -> int:
    """-1, 0 or 1: as numbers when both are, as dates when both are, else not comparable (0)."""
    return _compare(Decimal, value, other) or _compare(date.fromisoformat, value, other)


def _compare(read: Callable[[str], Any], value: str, other: str) -> int:
    try:
        left, right = read(value), read(other)
    except (ValueError, InvalidOperation):
        return 0
    return int(left > right) - int(left < right)


def memberships(session: Session, groups: set[int], users: Sequence[str]) -> dict[tuple[int, str], bool]:
    """(group, user) -> whether it was made by hand."""
    rows = session.execute(
        select(Membership.group_id, Membership.user_id, Membership.by_hand).where(
            Membership.group_id.in_(groups), Membership.user_id.in_(users)
        )
    )
    return {(group_id, user_id): by_hand for group_id, user_id, by_hand in rows}


def leave(session: Session, pairs: Sequence[tuple[int, str]]) -> None:
    """Take users out of groups, (group, user) each."""
    if pairs:
        statement = delete(MEMBERSHIPS).where(
            and_(MEMBERSHIPS.c.group_id == bindparam("g"), MEMBERSHIPS.c.user_id == bindparam("u"))
        )
        session.connection().execute(
            statement, [{"g": group_id, "u": user_id} for group_id, user_id in pairs]
        )
