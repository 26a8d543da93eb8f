"""What the portal's own rules would make of rows that are only thought of: nothing is written here (rule X3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.offers import Effect
from connector.core.ports import Change, NewAccount

from . import accounts, people
from .custom import CustomFields
from .models import Course, Enrolment, Group, GroupCourse, Portal, Rule
from .rules import Person, matches, memberships

Row = NewAccount | Change


def effects(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[Effect]:
    """One effect a row, in order; leaving a group takes nobody out of a course."""
    rules = session.scalars(select(Rule).where(Rule.portal_id == portal.id)).all()
    if not rules:
        return [Effect()] * len(rows)
    persons = _persons(session, portal, fields, rows, instant)
    ids = [person.user_id for person in persons if person and person.user_id]
    there = memberships(session, {rule.group_id for rule in rules}, ids)
    names, zone = _Names(session, portal, ids), ZoneInfo(portal.time_zone)
    found = []
    for person in persons:
        if person is None:
            found.append(Effect())
            continue
        now = {rule.group_id for rule in rules if matches(rule, person, zone)}
        before = {
            group_id: by_hand for (group_id, user_id), by_hand in there.items() if user_id == person.user_id
        }
        stale = {group_id for group_id, by_hand in before.items() if not by_hand}
        found.append(names.effect(person.user_id, now - before.keys(), stale - now))
    return found


def _persons(
    session: Session, portal: Portal, fields: CustomFields, rows: Sequence[Row], instant: datetime
) -> list[Person | None]:
    """The people of the rows as they would be; None for an account that is not there."""
    ids = [row.account_id for row in rows if isinstance(row, Change)]
    users = {row.id: row for row in accounts.carriers(session, portal.id, accounts.USERS.c.id, ids)}
    persons: list[Person | None] = []
    for row in rows:
        if isinstance(row, NewAccount):
            persons.append(Person("", people.key_of(row.email), instant, fields.stored(row.fields)))
        elif row.account_id in users:
            user = users[row.account_id]
            email = user.email_key if row.email is None else people.key_of(row.email)
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

    def effect(self, user_id: str, gained: set[int], lost: set[int]) -> Effect:
        """The names of what somebody would gain and lose."""
        courses = {
            title
            for group_id in gained
            for course_id, title in self._courses[group_id].items()
            if (course_id, user_id) not in self._enrolled
        }
        return Effect(
            tuple(sorted(self._groups[group_id] for group_id in gained)),
            tuple(sorted(self._groups[group_id] for group_id in lost)),
            tuple(sorted(courses)),
        )
