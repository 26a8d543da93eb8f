"""Dynamic rules: who belongs to which group now (rule A35).

A rule holds when all its conditions do; a group takes whoever any of its rules holds for. Rules are worked out a batch
of users at a time, in the transaction that changed them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.sandbox.lms.db.tables import Condition, Operator, Portal, Rule, Subject, User
from connector.sandbox.lms.groups.members import Pair, join, leave, memberships

#: Users a step when everybody of a portal is looked at.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """What a rule may look at."""

    user_id: str
    email_key: str
    created_at: datetime
    custom: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a rule would hold for: how many, and how many of them are not in its group yet."""

    matching: int
    joining: int


def matches(rule: Rule, person: Person, zone: ZoneInfo) -> bool:
    """Whether all conditions of a rule hold for somebody; a rule without any holds for nobody."""
    return bool(rule.conditions) and all(holds(one, person, zone) for one in rule.conditions)


def holds(condition: Condition, person: Person, zone: ZoneInfo) -> bool:
    """Whether a condition holds for somebody; an empty value matches nothing. Creation dates are the portal's."""
    value = _value(condition, person, zone)
    if not value:
        return False
    folds = condition.subject is Subject.EMAIL_DOMAIN
    operands = [text.casefold() for text in condition.operand] if folds else condition.operand
    match condition.operator:
        case Operator.EQUALS | Operator.IN:
            return value in operands
        case Operator.CONTAINS:
            return any(text.casefold() in value.casefold() for text in operands)
        case Operator.BEFORE:
            return any(_order(value, text) < 0 for text in operands)
        case Operator.AFTER:
            return any(_order(value, text) > 0 for text in operands)


def refresh(session: Session, portal: Portal, persons: Sequence[Person], instant: datetime) -> list[Pair]:
    """Put these people into the groups whose rules they match, and out of those they no longer do.

    Gives the (course, user) pairs that were enrolled because of it. Memberships made by hand stay.
    """
    if not persons:
        return []
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    zone = ZoneInfo(portal.time_zone)
    wanted = {
        (rule.group_id, person.user_id) for rule in rules for person in persons if matches(rule, person, zone)
    }
    existing = memberships(session, {person.user_id for person in persons})
    # Whoever goes from one group to another keeps a course that both bring.
    enrolled = join(session, sorted(wanted - existing.keys()), instant, by_hand=False)
    leave(session, [pair for pair, by_hand in existing.items() if not by_hand and pair not in wanted])
    return enrolled


def refresh_everybody(session: Session, portal: Portal, instant: datetime) -> None:
    """The same for the whole portal, after a rule was made or removed."""
    for persons in everybody(session, portal):
        refresh(session, portal, persons, instant)


def preview(session: Session, portal: Portal, rule: Rule) -> Preview:
    """Whom a rule that is only thought of would hold for; nothing is changed."""
    zone, matching, joining = ZoneInfo(portal.time_zone), 0, 0
    for persons in everybody(session, portal):
        found = {person.user_id for person in persons if matches(rule, person, zone)}
        there = memberships(session, found)
        matching += len(found)
        joining += sum((rule.group_id, user_id) not in there for user_id in found)
    return Preview(matching, joining)


def everybody(session: Session, portal: Portal) -> Iterator[list[Person]]:
    """The users of a portal, so many at a time."""
    last = ""
    while True:
        chunk = session.execute(
            select(User.id, User.email_key, User.created_at, User.custom)
            .where(User.portal_id == portal.id, User.id > last)
            .order_by(User.id)
            .limit(CHUNK)
        ).all()
        yield [Person(*row) for row in chunk]
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


def _value(condition: Condition, person: Person, zone: ZoneInfo) -> str:
    """The text that a condition compares."""
    match condition.subject:
        case Subject.EMAIL_DOMAIN:
            return person.email_key.rpartition("@")[2]
        case Subject.CREATED:
            return person.created_at.astimezone(zone).date().isoformat()
        case Subject.FIELD:
            return person.custom.get(str(condition.field_id), "")


def _order(value: str, other: str) -> int:
    """-1, 0 or 1: as numbers when both are, as dates when both are, else not comparable (0)."""
    return _compare(Decimal, value, other) or _compare(date.fromisoformat, value, other)


def _compare(read: Callable[[str], Any], value: str, other: str) -> int:
    try:
        left, right = read(value), read(other)
    except (ValueError, InvalidOperation):
        return 0
    return int(left > right) - int(left < right)
