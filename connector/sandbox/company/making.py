"""Makes one person of a company as they stand on one day, a pure function of the seed, the index and the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from connector.sandbox.company.fates import FEWEST_PEOPLE, Fate, Fates
from connector.sandbox.company.oddities import CHIEF, ODDITIES, SECOND_ENTITY_HEAD, Ago, Staff
from connector.sandbox.company.person import Person
from connector.sandbox.company.words import (
    DEPARTMENTS,
    FIRST_NAMES,
    JOBS,
    LAST_NAMES,
    LOCATION_ABROAD,
    SUPERVISOR,
)

#: One ordinary person in so many is an existing learner of the host.
LEARNER_STRIDE = 25

_PAIRS = len(FIRST_NAMES) * len(LAST_NAMES)
# Odd, so that the first 8,192 people have 8,192 different names.
_PAIR_STEP = 5_237
#: From one surname to the next, by marriage.
_MARRIAGE_STEP = 41
_SAME_HUMAN = ("person_id", "first_name", "last_name", "work_email", "home_email")
_SAME_JOB = ("job_title", "job_code", "department", "employment_type", "flsa", "is_full_time")
_RARE_TYPES = ("Temporary", "Seasonal", "Casual", "Variable")
_LOWER_FIRST = tuple(name.lower() for name in FIRST_NAMES)
_LOWER_LAST = tuple(name.lower() for name in LAST_NAMES)


def learner_number(index: int, people: int) -> int | None:
    """N when the person at an index has the address `existing.learner.N`, else None.

    Three at fixed indexes, so that the smallest company has them, then one person in 25: about 4 % in all.
    """
    if index >= 3 * LEARNER_STRIDE:
        return index // LEARNER_STRIDE + 1 if index % LEARNER_STRIDE == 0 and index < people else None
    first = (0, 57, 58) if people >= FEWEST_PEOPLE else (0, 1, 2)

    return first.index(index) + 1 if index in first else None


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
    def _fates(self) -> Fates:
        return Fates(self.people, self.seed, self.day, has_two_entities=self.has_two_entities)

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

    def luck(self, index: int) -> bytes:
        """Sixteen bytes of chance that are a person's own."""
        return self._fates.luck(index)

    def employments(self, index: int) -> tuple[int, ...]:
        """The indexes of all employments of the human at an index who have joined by today, oldest first."""
        first = self._first_employment(index)
        odd = next((later for later, origin in self._odd_pairs.items() if origin == first), None)
        later = self._fates.next_employment(first) if odd is None else odd

        return (first,) if later is None else (first, later)

    @cached_property
    def _odd_pairs(self) -> dict[int, int]:
        """Index of a later employment -> that of the earlier one, among the odd people."""
        if self.people < FEWEST_PEOPLE:
            return {}
        marks = {index: oddity.fields.get("same_human_as") for index, oddity in ODDITIES.items()}

        return {index: mark.place for index, mark in marks.items() if isinstance(mark, Staff)}

    def _first_employment(self, index: int) -> int:
        origin = self._odd_pairs.get(index)
        if origin is None and index >= self.people:
            origin = self._fates.of(index, self._fates.luck(index)).same_human_as

        return index if origin is None else origin

    def _ordinary(self, index: int) -> Person:
        luck = self._fates.luck(index)
        fate = self._fates.of(index, luck)
        pair = (index * _PAIR_STEP + self.seed) % _PAIRS
        first = pair % len(FIRST_NAMES)
        born = pair // len(FIRST_NAMES)
        last = (born + fate.moves.marriages * _MARRIAGE_STEP) % len(LAST_NAMES)
        mailbox = f"{_LOWER_FIRST[first]}.{_LOWER_LAST[last]}{index}"
        learner = learner_number(index, self.people)
        manager_id, manager_number = self._badge(self._boss(index))
        employee_id = self.employee_id(index)
        job = SUPERVISOR if self._is_boss(index) else JOBS[luck[0] & 15]
        rarity = luck[1]
        person = Person(
            index=index,
            employee_id=employee_id,
            person_id=employee_id[:8] + self.human_suffix,
            number=_number(index),
            first_name=FIRST_NAMES[first],
            last_name=LAST_NAMES[last],
            work_email=f"{mailbox if learner is None else f'existing.learner.{learner}'}@{self.domain}",
            home_email=f"{_LOWER_FIRST[first]}.{_LOWER_LAST[born]}{index}@mail.example",
            hired_on=self._after(fate.hired),
            status=fate.status,
            job_title=job.next_title if fate.moves.promotions else job.title,
            job_code=job.code,
            employment_type="Regular" if rarity > 30 else _RARE_TYPES[rarity & 3],
            flsa="SalaryExempt" if job is SUPERVISOR else "HourlyNonExempt",
            is_full_time=rarity > 60,
            department=_department(job.department, luck[2], fate.moves.departments),
            location=(luck[3] + fate.moves.locations) % LOCATION_ABROAD,
            manager_id=manager_id,
            manager_number=manager_number,
        )
        return person if fate == Fate(fate.hired) else self._struck(person, fate)

    def _struck(self, person: Person, fate: Fate) -> Person:
        """The person with what the calendar has done to them, beyond having hired them."""
        if fate.same_human_as is not None:
            names = _SAME_HUMAN + _SAME_JOB if fate.keeps_job else _SAME_HUMAN
            person = self._alike(person, fate.same_human_as, names)
        return msgspec.structs.replace(
            person,
            terminated_on=self._on(fate.ended),
            termination_reason=fate.end_reason,
            rehired_on=self._on(fate.rehired),
            leave_from=self._on(fate.leave_from),
            leave_reason=fate.leave_reason,
        )

    def _alike(self, person: Person, other_index: int, names: tuple[str, ...]) -> Person:
        other = self._ordinary(other_index)

        return msgspec.structs.replace(person, **{name: getattr(other, name) for name in names})

    def _on(self, days: int | None) -> date | None:
        return None if days is None else self._after(days)

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
            ordinary = self._alike(ordinary, same.place, _SAME_HUMAN)
        for name, value in fields.items():
            if isinstance(value, Ago):
                fields[name] = self._after(-value.days)
            elif name == "work_email" and value is not None:
                fields[name] = value.replace("{domain}", self.domain)
        return as_of(msgspec.structs.replace(ordinary, **fields), self._after(self.day))


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


def _department(of_job: int, luck: int, moves: int) -> int:
    """A job's department, or one of the two below the first; each move goes on to the next but two."""
    home = of_job or (8 if luck < 32 else 0)

    return (home + 3 * moves) % len(DEPARTMENTS)
