"""What the portal's own rules would make of rows that are only thought of: nothing is written here (rule X3)."""

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
from connector.sandbox.lms.groups.rules import Person, matches
from connector.sandbox.lms.people import accounts, checks
from connector.sandbox.lms.people.custom_fields import CustomFields

Row = NewAccount | Change


def effects(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[Effect]:
    """One effect a row, in order."""
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    persons = _persons(session, portal, fields, rows, instant)
    ids = [person.user_id for person in persons if person and person.user_id]
    there = memberships(session, ids)
    names, zone = _Names(session, portal, ids), ZoneInfo(portal.time_zone)
    moves = [_move(person, rules, there, zone) for person in persons]
    ended = lost(
        session,
        {(group_id, move.user_id) for move in moves for group_id in move.left},
        {(group_id, move.user_id) for move in moves for group_id in move.stays},
    )
    return [names.effect(move, ended) for move in moves]


@dataclass(frozen=True, slots=True)
class _Move:
    """The groups, by their ids, that somebody would join, leave and be in afterwards."""

    user_id: str = ""
    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    stays: frozenset[int] = frozenset()


def _move(person: Person | None, rules: Sequence[Rule], there: Mapping[Pair, bool], zone: ZoneInfo) -> _Move:
    if person is None:
        return _Move()
    now = {rule.group_id for rule in rules if matches(rule, person, zone)}
    before = {
        group_id: by_hand for (group_id, user_id), by_hand in there.items() if user_id == person.user_id
    }
    left = {group_id for group_id, by_hand in before.items() if not by_hand} - now
    joined = now - before.keys()
    return _Move(
        person.user_id, frozenset(joined), frozenset(left), frozenset((before.keys() | joined) - left)
    )


def _persons(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[Person | None]:
    """The people of the rows as they would be; None for an account that is not there."""
    ids = [row.account_id for row in rows if isinstance(row, Change)]
    users = {row.id: row for row in accounts.carriers(session, portal.id, accounts.USERS.c.id, ids)}
    persons: list[Person | None] = []
    for row in rows:
        if isinstance(row, NewAccount):
            persons.append(Person("", checks.key_of(row.email), instant, fields.stored(row.fields)))
        elif row.account_id in users:
            user = users[row.account_id]
            email = user.email_key if row.email is None else checks.key_of(row.email)
            persons.append(Person(user.id, email, user.created_at, fields.merged(user.custom, row.fields)))
        else:
            persons.append(None)
    return persons


class _Names:
    """Groups and courses by name, and who is in which course."""

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
        """The names of what somebody would gain and lose."""
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
