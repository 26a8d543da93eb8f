"""Dynamic rules: who belongs to which group now (rule A35).

A rule matches when all its conditions do; a group has the users that any of its rules matches. Rules are evaluated for
a batch of users at a time, in the transaction that changed the users.
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

#: Users in a batch when a whole portal is evaluated.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class RuleUser:
    """The part of a user that rules check."""

    user_id: str
    email_key: str
    created_at: datetime
    custom: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RulePreview:
    """How many users a rule would match, and how many of them are not in its group yet."""

    matching: int
    joining: int


def matches(rule: Rule, user: RuleUser, zone: ZoneInfo) -> bool:
    """Whether a user meets all conditions of a rule; a rule without conditions matches no one."""
    return bool(rule.conditions) and all(condition_matches(one, user, zone) for one in rule.conditions)


def condition_matches(condition: Condition, user: RuleUser, zone: ZoneInfo) -> bool:
    """Whether a user meets a condition; an empty value never does. Creation dates are in the portal's time zone."""
    value = _value(condition, user, zone)
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


def refresh(session: Session, portal: Portal, users: Sequence[RuleUser], instant: datetime) -> list[Pair]:
    """Put these users into the groups whose rules match, and take them out of those whose rules no longer do.

    Gives the (course, user) pairs that were enrolled because of it. Memberships made by hand stay.
    """
    if not users:
        return []
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    zone = ZoneInfo(portal.time_zone)
    memberships_by_rule = {
        (rule.group_id, user.user_id) for rule in rules for user in users if matches(rule, user, zone)
    }
    existing = memberships(session, {user.user_id for user in users})
    # Joining comes first: a user who goes from one group to another keeps a course that both bring.
    enrolled = join(session, sorted(memberships_by_rule - existing.keys()), instant, by_hand=False)
    leave(
        session,
        [pair for pair, by_hand in existing.items() if not by_hand and pair not in memberships_by_rule],
    )
    return enrolled


def refresh_all(session: Session, portal: Portal, instant: datetime) -> None:
    """`refresh` for the whole portal, after a rule was added or removed."""
    for users in all_users(session, portal):
        refresh(session, portal, users, instant)


def preview(session: Session, portal: Portal, rule: Rule) -> RulePreview:
    """How many users a rule that is not stored yet would match; changes nothing."""
    zone, matching, joining = ZoneInfo(portal.time_zone), 0, 0
    for users in all_users(session, portal):
        found = {user.user_id for user in users if matches(rule, user, zone)}
        current = memberships(session, found)
        matching += len(found)
        joining += sum((rule.group_id, user_id) not in current for user_id in found)
    return RulePreview(matching, joining)


def all_users(session: Session, portal: Portal) -> Iterator[list[RuleUser]]:
    """The users of a portal, in batches of CHUNK."""
    last = ""
    while True:
        chunk = session.execute(
            select(User.id, User.email_key, User.created_at, User.custom)
            .where(User.portal_id == portal.id, User.id > last)
            .order_by(User.id)
            .limit(CHUNK)
        ).all()
        yield [RuleUser(*row) for row in chunk]
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


def _value(condition: Condition, user: RuleUser, zone: ZoneInfo) -> str:
    """The text that a condition compares."""
    match condition.subject:
        case Subject.EMAIL_DOMAIN:
            return user.email_key.rpartition("@")[2]
        case Subject.CREATED:
            return user.created_at.astimezone(zone).date().isoformat()
        case Subject.FIELD:
            return user.custom.get(str(condition.field_id), "")


def _order(value: str, other: str) -> int:
    """-1, 0 or 1: as numbers when both are, as dates when both are, else not comparable (0)."""
    return _compare(Decimal, value, other) or _compare(date.fromisoformat, value, other)


def _compare(read: Callable[[str], Any], value: str, other: str) -> int:
    try:
        left, right = read(value), read(other)
    except (ValueError, InvalidOperation):
        return 0
    return int(left > right) - int(left < right)
