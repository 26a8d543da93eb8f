"""What the portal's rules would do with rows that are not written yet: a preview, nothing is written (rule X3)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.ports.host import Change, NewAccount
from connector.core.ports.optional import Effect
from connector.sandbox.lms.db.tables import Course, Enrolment, Group, GroupCourse, Portal, Rule
from connector.sandbox.lms.groups.members import Pair, lost, memberships
from connector.sandbox.lms.groups.rules import RuleUser, matches
from connector.sandbox.lms.people import accounts, checks
from connector.sandbox.lms.people.custom_fields import CustomFields

Row = NewAccount | Change


def effects(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[Effect]:
    """One effect a row, in order."""
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    rule_users = _rule_users(session, portal, fields, rows, instant)
    ids = [user.user_id for user in rule_users if user and user.user_id]
    current = memberships(session, ids)
    names, zone = _Names(session, portal, ids), ZoneInfo(portal.time_zone)
    moves = [_move(user, rules, current, zone) for user in rule_users]
    ended = lost(
        session,
        {(group_id, move.user_id) for move in moves for group_id in move.left},
        {(group_id, move.user_id) for move in moves for group_id in move.stays},
    )
    return [names.effect(move, ended) for move in moves]


@dataclass(frozen=True, slots=True)
class _Move:
    """The ids of the groups that a user would join, leave and be in afterwards."""

    user_id: str = ""
    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    stays: frozenset[int] = frozenset()


def _move(
    user: RuleUser | None, rules: Sequence[Rule], current: Mapping[Pair, bool], zone: ZoneInfo
) -> _Move:
    if user is None:
        return _Move()
    now = {rule.group_id for rule in rules if matches(rule, user, zone)}
    before = {
        group_id: by_hand for (group_id, user_id), by_hand in current.items() if user_id == user.user_id
    }
    left = {group_id for group_id, by_hand in before.items() if not by_hand} - now
    joined = now - before.keys()
    return _Move(user.user_id, frozenset(joined), frozenset(left), frozenset((before.keys() | joined) - left))


def _rule_users(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[RuleUser | None]:
    """The users as the rows would leave them; None for an account that does not exist."""
    ids = [row.account_id for row in rows if isinstance(row, Change)]
    users = {row.id: row for row in accounts.users_with(session, portal.id, accounts.USERS.c.id, ids)}
    rule_users: list[RuleUser | None] = []
    for row in rows:
        if isinstance(row, NewAccount):
            rule_users.append(RuleUser("", checks.key_of(row.email), instant, fields.stored(row.fields)))
        elif row.account_id in users:
            user = users[row.account_id]
            email = user.email_key if row.email is None else checks.key_of(row.email)
            rule_users.append(
                RuleUser(user.id, email, user.created_at, fields.merged(user.custom, row.fields))
            )
        else:
            rule_users.append(None)
    return rule_users


class _Names:
    """The names of groups and courses, and who is in which course."""

    def __init__(self, session: Session, portal: Portal, user_ids: Sequence[str]) -> None:
        groups = select(Group.id, Group.name).where(Group.portal_id == portal.id)
        self._groups: Mapping[int, str] = {row[0]: row[1] for row in session.execute(groups)}
        self._courses: dict[int, dict[int, str]] = defaultdict(dict)
        leads = select(GroupCourse.group_id, Course.id, Course.title).join(
            Course, Course.id == GroupCourse.course_id
        )
        for group_id, course_id, title in session.execute(leads.where(Course.portal_id == portal.id)):
            self._courses[group_id][course_id] = title
        enrolled = select(Enrolment.course_id, Enrolment.user_id).where(Enrolment.user_id.in_(user_ids))
        self._enrolled = {(row[0], row[1]) for row in session.execute(enrolled)}

    def effect(self, move: _Move, ended: Collection[Pair]) -> Effect:
        """The names of the groups and courses that a user would gain and lose."""
        gained = {
            title
            for group_id in move.joined
            for course_id, title in self._courses[group_id].items()
            if (course_id, move.user_id) not in self._enrolled
        }
        gone = {
            title
            for group_id in move.left
            for course_id, title in self._courses[group_id].items()
            if (course_id, move.user_id) in ended
        }
        return Effect(
            tuple(sorted(self._groups[group_id] for group_id in move.joined)),
            tuple(sorted(self._groups[group_id] for group_id in move.left)),
            tuple(sorted(gained)),
            tuple(sorted(gone)),
        )
