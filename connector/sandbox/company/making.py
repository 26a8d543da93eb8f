"""Makes one person of a company as they stand on one day, a pure function of the seed, the index and the day.

How people move as days pass:

* hires: the feed grows by one person per 2,500 people and day; each appears 10 days before the hire date;
* ends: three ordinary people in five end within 2,000 days of the anchor; the date shows 14 days ahead, the
  status changes on the day after it;
* moves: one ordinary person in two gets the next job title within 1,000 days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from connector.sandbox.company.oddities import (
    CHIEF,
    FEWEST_PEOPLE,
    ODDITIES,
    SECOND_ENTITY_HEAD,
    Ago,
    Staff,
)
from connector.sandbox.company.person import Person
from connector.sandbox.company.words import (
    DEPARTURES,
    FIRST_NAMES,
    JOBS,
    LAST_NAMES,
    LEAVES,
    LOCATION_ABROAD,
    SUPERVISOR,
    Job,
)

#: Days for which one hire comes per person of head count.
HIRE_DAYS_PER_PERSON = 2_500
HIRE_NOTICE_DAYS = 10
END_NOTICE_DAYS = 14
END_WITHIN_DAYS = 2_000
MOVE_WITHIN_DAYS = 1_000
#: One ordinary person in so many is an existing learner of the host.
LEARNER_STRIDE = 25

_PAIRS = len(FIRST_NAMES) * len(LAST_NAMES)
# Odd, so that the first 8,192 people have 8,192 different names.
_PAIR_STEP = 5_237
_RARE_TYPES = ("Temporary", "Seasonal", "Casual", "Variable")
_LOWER_FIRST = tuple(name.lower() for name in FIRST_NAMES)
_LOWER_LAST = tuple(name.lower() for name in LAST_NAMES)


class Fate(NamedTuple):
    """What the calendar has done to a person by today."""

    hired_on: date
    status: str
    terminated_on: date | None = None
    termination_reason: str | None = None
    leave_from: date | None = None
    leave_reason: str | None = None


def learner_number(index: int, people: int) -> int | None:
    """N when the person at an index has the address `existing.learner.N`, else None.

    Three at fixed indexes, so that the smallest company has them, then one person in 25: about 4 % in all.
    """
    if index >= 3 * LEARNER_STRIDE:
        return index // LEARNER_STRIDE + 1 if index % LEARNER_STRIDE == 0 and index < people else None
    first = (0, 57, 58) if people >= FEWEST_PEOPLE else (0, 1, 2)

    return first.index(index) + 1 if index in first else None


def hires_by(people: int, day: int) -> int:
    """How many people have joined the feed in so many days after the anchor."""
    return max(0, people * day // HIRE_DAYS_PER_PERSON)


@dataclass(frozen=True)
class Making:
    """What making a person needs to know of their company.

    `day` counts from the anchor; `human_suffix` ends every person id, which begins as the employee id does.
    """

    people: int
    seed: int
    domain: str
    anchor_day: int
    day: int
    has_two_entities: bool
    employee_id: Callable[[int], str]
    human_suffix: str

    @cached_property
    def _key(self) -> bytes:
        return b"%d" % self.seed

    @cached_property
    def _badge(self) -> Callable[[int | None], tuple[str | None, str | None]]:
        """Employee id and number of a boss; a team of ten asks for the same one ten times running."""

        @lru_cache(maxsize=64)
        def badge(boss: int | None) -> tuple[str | None, str | None]:
            return (None, None) if boss is None else (self.employee_id(boss), _number(boss))

        return badge

    def person(self, index: int) -> Person:
        """The person at an index, oddities included."""
        ordinary = self._ordinary(index)
        if index < FEWEST_PEOPLE <= self.people:
            return self._odd(ordinary)

        return ordinary

    def _ordinary(self, index: int) -> Person:
        luck = blake2b(b"%d" % index, digest_size=16, key=self._key).digest()
        pair = (index * _PAIR_STEP + self.seed) % _PAIRS
        first, last = pair % len(FIRST_NAMES), pair // len(FIRST_NAMES)
        learner = learner_number(index, self.people)
        mailbox = f"{_LOWER_FIRST[first]}.{_LOWER_LAST[last]}{index}"
        manager_id, manager_number = self._badge(self._boss(index))
        is_boss = self._is_boss(index)
        employee_id = self.employee_id(index)
        job = SUPERVISOR if is_boss else JOBS[luck[0] & 15]
        fate = self._fate(index, luck, is_steady=is_boss or learner is not None)
        rarity = luck[1]
        return Person(
            index=index,
            employee_id=employee_id,
            person_id=employee_id[:8] + self.human_suffix,
            number=_number(index),
            first_name=FIRST_NAMES[first],
            last_name=LAST_NAMES[last],
            work_email=f"{mailbox if learner is None else f'existing.learner.{learner}'}@{self.domain}",
            home_email=f"{mailbox}@mail.example",
            hired_on=fate.hired_on,
            status=fate.status,
            job_title=self._title(job, luck),
            job_code=job.code,
            employment_type="Regular" if rarity > 30 else _RARE_TYPES[rarity & 3],
            flsa="SalaryExempt" if job is SUPERVISOR else "HourlyNonExempt",
            is_full_time=rarity > 60,
            department=job.department or (8 if luck[2] < 32 else 0),
            location=luck[3] % LOCATION_ABROAD,
            manager_id=manager_id,
            manager_number=manager_number,
            terminated_on=fate.terminated_on,
            termination_reason=fate.termination_reason,
            leave_from=fate.leave_from,
            leave_reason=fate.leave_reason,
        )

    def _fate(self, index: int, luck: bytes, *, is_steady: bool) -> Fate:
        """Dates and status: who has joined since, left, is away, comes later, or simply works here."""
        if index >= self.people:
            joined = -(-(index - self.people + 1) * HIRE_DAYS_PER_PERSON // self.people)
            return Fate(self._after(joined + HIRE_NOTICE_DAYS), "Active")
        hired = -30 - luck[4] * 16 - (luck[5] & 15)
        if is_steady or index < FEWEST_PEOPLE <= self.people:
            return Fate(self._after(hired), "Active")
        roll, pick = (luck[6] * 256 + luck[7]) % 100, luck[8] & 3
        if roll < 6:
            left = -1 - luck[9] * 2 - (luck[8] >> 7)
            status, reason = DEPARTURES[pick]
            return Fate(self._after(left + hired), status, self._after(left), reason)
        if roll < 8:
            status, reason = LEAVES[pick]
            return Fate(self._after(hired), status, None, None, self._after(-(luck[9] & 15)), reason)
        if roll < 9:
            return Fate(self._after(1 + luck[9] % 28), "Active")

        return self._working(hired, luck)

    def _working(self, hired: int, luck: bytes) -> Fate:
        """Somebody who works here on the anchor day, and may have an end coming."""
        end = END_NOTICE_DAYS + 1 + (luck[10] * 256 + luck[11]) % END_WITHIN_DAYS
        if luck[12] >= 154 or self.day + END_NOTICE_DAYS < end:
            return Fate(self._after(hired), "Active")
        status = "Resigned" if self.day > end else "Active"

        return Fate(self._after(hired), status, self._after(end), DEPARTURES[0][1])

    def _title(self, job: Job, luck: bytes) -> str:
        moves_on = 1 + (luck[13] * 256 + luck[14]) % MOVE_WITHIN_DAYS

        return job.next_title if luck[15] & 1 and self.day >= moves_on else job.title

    def _after(self, days: int) -> date:
        return date.fromordinal(self.anchor_day + days)

    def _is_boss(self, index: int) -> bool:
        if self.people < FEWEST_PEOPLE:
            return index == CHIEF
        if self.has_two_entities and index % 5 == 4:
            return index % 50 == 9 and index >= SECOND_ENTITY_HEAD

        return index == CHIEF or (index % 10 == 2 and index > FEWEST_PEOPLE)

    def _boss(self, index: int) -> int | None:
        """The index of the person reported to: a tree, ten wide, inside one legal entity."""
        if index == CHIEF or self.people < FEWEST_PEOPLE:
            return None if index == CHIEF else CHIEF
        second = self.has_two_entities and index % 5 == 4
        first, span = (SECOND_ENTITY_HEAD, 50) if second else (FEWEST_PEOPLE + 2, 10)
        if index < FEWEST_PEOPLE:
            return SECOND_ENTITY_HEAD if second else CHIEF
        team = (index - (first if second else FEWEST_PEOPLE)) // span
        leader = first + span * team
        if index != leader:
            return leader if leader < self.people else CHIEF
        if team == 0:
            return CHIEF

        return first + span * ((team - 1) // 10)

    def _odd(self, ordinary: Person) -> Person:
        fields: dict[str, Any] = dict(ODDITIES[ordinary.index].fields)
        boss = fields.pop("manager", ...)
        if boss is None or isinstance(boss, Staff):
            fields["manager_id"] = None if boss is None else self.employee_id(boss.place)
            fields["manager_number"] = None if boss is None else _number(boss.place)
        same = fields.pop("same_human_as", None)
        if isinstance(same, Staff):
            fields |= self._same_human(same.place)
        for name, value in fields.items():
            if isinstance(value, Ago):
                fields[name] = self._after(-value.days)
            elif name == "work_email" and value is not None:
                fields[name] = value.replace("{domain}", self.domain)
        return as_of(msgspec.structs.replace(ordinary, **fields), self._after(self.day))

    def _same_human(self, index: int) -> dict[str, object]:
        other = self._ordinary(index)
        names = ("person_id", "first_name", "last_name", "work_email", "home_email")

        return {name: getattr(other, name) for name in names}


def as_of(person: Person, today: date) -> Person:
    """The person, whose status follows a termination date gone by unless a rehire came after it."""
    ends = person.terminated_on
    if person.status != "Active" or ends is None or ends >= today:
        return person
    if person.rehired_on is not None and person.rehired_on > ends:
        return person

    return msgspec.structs.replace(person, status="Terminated")


def _number(index: int) -> str:
    return str(100_000 + index)
