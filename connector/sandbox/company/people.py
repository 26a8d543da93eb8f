"""Makes one person of a company as of one day: a pure function of the seed, the index and the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from connector.sandbox.company.edge_cases import CHIEF, EDGE_CASES, SECOND_ENTITY_HEAD, Colleague, DaysBefore
from connector.sandbox.company.employment_details import alternate_number, flsa_class, middle_name
from connector.sandbox.company.histories import EDGE_CASES_FROM, EmploymentHistory, Histories
from connector.sandbox.company.person import Person
from connector.sandbox.company.samples import (
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
_SAME_PERSON = ("person_id", "first_name", "middle_name", "last_name", "work_email", "home_email")
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
    first = (0, 57, 58) if people >= EDGE_CASES_FROM else (0, 1, 2)

    return first.index(index) + 1 if index in first else None


@dataclass(frozen=True)
class PersonFactory:
    """Makes the people of one company on one day.

    `day` counts from the anchor; `person_suffix` ends every person id, which begins as the employee id does.
    """

    people: int
    seed: int
    domain: str
    anchor_day: int
    day: int
    has_two_entities: bool
    employee_id: Callable[[int], str]
    person_suffix: str

    @cached_property
    def _histories(self) -> Histories:
        return Histories(self.people, self.seed, self.day, has_two_entities=self.has_two_entities)

    @cached_property
    def _manager_ids(self) -> Callable[[int | None], tuple[str | None, str | None]]:
        """Employee id and number of a manager, cached: a team of ten needs the same one ten times in a row."""

        @lru_cache(maxsize=64)
        def manager_ids(boss: int | None) -> tuple[str | None, str | None]:
            return (None, None) if boss is None else (self.employee_id(boss), _number(boss))

        return manager_ids

    def person(self, index: int) -> Person:
        """The person at an index, edge cases included."""
        ordinary = self._ordinary(index)
        if index < EDGE_CASES_FROM <= self.people:
            return self._edge_case(ordinary)

        return ordinary

    def random_bytes(self, index: int) -> bytes:
        """Sixteen random bytes of a person's own, always the same."""
        return self._histories.random_bytes(index)

    def employments(self, index: int) -> tuple[int, ...]:
        """The indexes of all employments, begun by today, of the person at an index; oldest first."""
        first = self._first_employment(index)
        paired = next((later for later, origin in self._edge_case_pairs.items() if origin == first), None)
        later = self._histories.next_employment(first) if paired is None else paired

        return (first,) if later is None else (first, later)

    @cached_property
    def _edge_case_pairs(self) -> dict[int, int]:
        """Index of a later employment -> that of the earlier one, among the edge cases."""
        if self.people < EDGE_CASES_FROM:
            return {}
        marks = {index: edge_case.fields.get("same_person_as") for index, edge_case in EDGE_CASES.items()}

        return {index: mark.index for index, mark in marks.items() if isinstance(mark, Colleague)}

    def _first_employment(self, index: int) -> int:
        origin = self._edge_case_pairs.get(index)
        if origin is None and index >= self.people:
            origin = self._histories.of(index, self._histories.random_bytes(index)).same_person_as

        return index if origin is None else origin

    def _ordinary(self, index: int) -> Person:
        random_bytes = self._histories.random_bytes(index)
        history = self._histories.of(index, random_bytes)
        pair = (index * _PAIR_STEP + self.seed) % _PAIRS
        first = pair % len(FIRST_NAMES)
        born = pair // len(FIRST_NAMES)
        last = (born + history.moves.marriages * _MARRIAGE_STEP) % len(LAST_NAMES)
        mailbox = f"{_LOWER_FIRST[first]}.{_LOWER_LAST[last]}{index}"
        learner = learner_number(index, self.people)
        manager_id, manager_number = self._manager_ids(self._boss(index))
        employee_id = self.employee_id(index)
        job = SUPERVISOR if self._is_boss(index) else JOBS[random_bytes[0] & 15]
        rarity = random_bytes[1]
        person = Person(
            index=index,
            employee_id=employee_id,
            person_id=employee_id[:8] + self.person_suffix,
            number=_number(index),
            first_name=FIRST_NAMES[first],
            last_name=LAST_NAMES[last],
            work_email=f"{mailbox if learner is None else f'existing.learner.{learner}'}@{self.domain}",
            home_email=f"{_LOWER_FIRST[first]}.{_LOWER_LAST[born]}{index}@mail.example",
            hired_on=self._after(history.hired),
            status=history.status,
            job_title=job.next_title if history.moves.promotions else job.title,
            job_code=job.code,
            employment_type="Regular" if rarity > 30 else _RARE_TYPES[rarity & 3],
            flsa=flsa_class(random_bytes[15], leads_team=job is SUPERVISOR),
            is_full_time=rarity > 60,
            department=_department(job.department, random_bytes[2], history.moves.departments),
            location=(random_bytes[3] + history.moves.locations) % LOCATION_ABROAD,
            manager_id=manager_id,
            manager_number=manager_number,
            middle_name=middle_name(index, random_bytes[7]),
            alternate_number=alternate_number(index),
        )
        return person if history == EmploymentHistory(history.hired) else self._with_history(person, history)

    def _with_history(self, person: Person, history: EmploymentHistory) -> Person:
        """The person with what has happened to them since they were hired."""
        if history.same_person_as is not None:
            names = _SAME_PERSON + _SAME_JOB if history.keeps_job else _SAME_PERSON
            person = self._copied_from(person, history.same_person_as, names)
        return msgspec.structs.replace(
            person,
            terminated_on=self._on(history.ended),
            termination_reason=history.end_reason,
            rehired_on=self._on(history.rehired),
            leave_from=self._on(history.leave_from),
            leave_reason=history.leave_reason,
        )

    def _copied_from(self, person: Person, other_index: int, names: tuple[str, ...]) -> Person:
        other = self._ordinary(other_index)

        return msgspec.structs.replace(person, **{name: getattr(other, name) for name in names})

    def _on(self, days: int | None) -> date | None:
        return None if days is None else self._after(days)

    def _after(self, days: int) -> date:
        return date.fromordinal(self.anchor_day + days)

    def _is_boss(self, index: int) -> bool:
        if self.people < EDGE_CASES_FROM:
            return index == CHIEF
        if self.has_two_entities and index % 5 == 4:
            return index % 50 == 9 and index >= SECOND_ENTITY_HEAD

        return index == CHIEF or (index % 10 == 2 and index > EDGE_CASES_FROM)

    def _boss(self, index: int) -> int | None:
        """The index of the person reported to: a tree, ten wide, inside one legal entity."""
        if index == CHIEF or self.people < EDGE_CASES_FROM:
            return None if index == CHIEF else CHIEF
        second = self.has_two_entities and index % 5 == 4
        first, span = (SECOND_ENTITY_HEAD, 50) if second else (EDGE_CASES_FROM + 2, 10)
        if index < EDGE_CASES_FROM:
            return SECOND_ENTITY_HEAD if second else CHIEF
        team = (index - (first if second else EDGE_CASES_FROM)) // span
        leader = first + span * team
        if index != leader:
            return leader if leader < self.people else CHIEF
        if team == 0:
            return CHIEF

        return first + span * ((team - 1) // 10)

    def _edge_case(self, ordinary: Person) -> Person:
        fields: dict[str, Any] = dict(EDGE_CASES[ordinary.index].fields)
        boss = fields.pop("manager", ...)
        if boss is None or isinstance(boss, Colleague):
            fields["manager_id"] = None if boss is None else self.employee_id(boss.index)
            fields["manager_number"] = None if boss is None else _number(boss.index)
        same = fields.pop("same_person_as", None)
        if isinstance(same, Colleague):
            ordinary = self._copied_from(ordinary, same.index, _SAME_PERSON)
        for name, value in fields.items():
            if isinstance(value, DaysBefore):
                fields[name] = self._after(-value.days)
            elif name == "work_email" and value is not None:
                fields[name] = value.replace("{domain}", self.domain)
        return as_of(msgspec.structs.replace(ordinary, **fields), self._after(self.day))


def as_of(person: Person, today: date) -> Person:
    """The person with the status of `today`: Terminated after a past termination date without a later rehire."""
    ends = person.terminated_on
    if person.status != "Active" or ends is None or ends >= today:
        return person
    if person.rehired_on is not None and person.rehired_on > ends:
        return person

    return msgspec.structs.replace(person, status="Terminated")


def _number(index: int) -> str:
    return str(100_000 + index)


def _department(of_job: int, random_byte: int, moves: int) -> int:
    """A job's department, or one of the two below the first; each move goes on by three."""
    home = of_job or (8 if random_byte < 32 else 0)

    return (home + 3 * moves) % len(DEPARTMENTS)
