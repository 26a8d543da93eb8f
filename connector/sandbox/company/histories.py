"""The employment history of each person by a given day: hires, leavers, leaves of absence, moves, marriages.

A pure function of the seed, the index and the day. A shuffle (see `shuffle`) decides who an event happens to, in equal
steps, so that every month of a company of 500 shows every kind of event; rates are those of a company that
loses about one person in seven a year:

* arrivals: one per 1,500 people and day. Most are fresh hires, who appear 10 days before they start. An index
  that ends in 1 is a leaver who comes back under a new id; one that ends in 4 or 7 a transfer from the other
  legal entity. Those two appear on the day they start.
* ends: three in five within 1,000 days. People who leave by choice give 14 days' notice; the others give none.
* rehires with the same id: one per 12,500 people and day, out of those who had left before the first day.
* leaves of absence: each person once in 1,600 days, for 20 to 59 days.
* promotions within 1,000 days; another department, another work location within 2,000; another surname, and
  address, by marriage within 4,000.

Leaders, existing learners of the host and edge cases never change.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from connector.sandbox.company.samples import DEPARTURES, LEAVES
from connector.sandbox.company.shuffle import Shuffle

#: A company below this head count has no edge cases.
EDGE_CASES_FROM = 60
#: Days for which one arrival comes per person of head count; the same for rehires under the same id.
ARRIVAL_DAYS_PER_PERSON = 1_500
REHIRE_DAYS_PER_PERSON = 12_500
HIRE_NOTICE_DAYS = 10
END_NOTICE_DAYS = 14
END_WITHIN_DAYS = 1_000
LEAVE_EVERY_DAYS = 1_600
#: The days by which all who are away on the first day are back.
BACK_WITHIN_DAYS = 90
#: Every so many days each person gets the next job title, department, work location, surname.
MOVE_EVERY_DAYS = (1_000, 2_000, 2_000, 4_000)

#: Of a thousand ordinary people on the first day: how many have left, are on leave, are hired for a coming day.
_LEFT, _AWAY, _COMING = 70, 25, 10
_REHIRE_ENDING, _TRANSFER_ENDINGS = 1, (4, 7)
#: One person to transfer is looked for among this many positions of the shuffle.
_SPAN = 12
#: Where in the shuffle each kind of event begins, in sevenths, so that one person does not get all of them.
_LEAVE_SHIFT, _MOVE_SHIFTS = 2, (1, 3, 4, 6)
_VOLUNTARY = frozenset({"Resigned", "Retired"})


class MoveCounts(NamedTuple):
    """How often each kind of move has happened to a person."""

    promotions: int = 0
    departments: int = 0
    locations: int = 0
    marriages: int = 0


class EmploymentHistory(NamedTuple):
    """What has happened to an employment by today; days count from the anchor.

    `same_person_as` is the index of the earlier employment of a rehired or transferred person, who keeps the
    job when `keeps_job`.
    """

    hired: int
    status: str = "Active"
    ended: int | None = None
    end_reason: str | None = None
    rehired: int | None = None
    leave_from: int | None = None
    leave_reason: str | None = None
    moves: MoveCounts = MoveCounts()
    same_person_as: int | None = None
    keeps_job: bool = False


class Histories:
    """The employment histories of one company as of one day."""

    def __init__(self, people: int, seed: int, day: int, *, has_two_entities: bool) -> None:
        """`people` is the head count on the anchor day, `day` counts from it."""
        self._people, self._day = people, day
        self._key = b"%d" % seed
        self._has_two_entities = has_two_entities
        self._shuffle = shuffle = Shuffle(EDGE_CASES_FROM if people >= EDGE_CASES_FROM else 3, people, seed)
        self._left_count = shuffle.count * _LEFT // 1_000
        self._away_end = self._left_count + shuffle.count * _AWAY // 1_000
        self._coming_end = self._away_end + shuffle.count * _COMING // 1_000
        self._working_count = max(1, shuffle.count - self._coming_end)
        self._first_decade = people // 10
        self._transferred = lru_cache(maxsize=1_024)(self._find_transferred)

    def random_bytes(self, index: int) -> bytes:
        """Sixteen random bytes of a person's own, always the same."""
        return blake2b(b"%d" % index, digest_size=16, key=self._key).digest()

    def of(self, index: int, random_bytes: bytes) -> EmploymentHistory:
        """A person's history by today; `random_bytes` are theirs."""
        if index >= self._people:
            return self._joined_later(index, random_bytes)
        hired = -30 - random_bytes[4] * 16 - (random_bytes[5] & 15)
        position = self._shuffle.position_of(index)
        if position is None:
            return EmploymentHistory(hired)
        if position < self._left_count:
            return self._left_before(hired, position, random_bytes)
        if position < self._away_end:
            back = -(
                -(position - self._left_count + 1) * BACK_WITHIN_DAYS // (self._away_end - self._left_count)
            )
            status, reason = LEAVES[random_bytes[8] & 3]
            is_back = self._day >= back
            return (
                EmploymentHistory(hired)
                if is_back
                else EmploymentHistory(hired, status, leave_from=-(random_bytes[9] & 15), leave_reason=reason)
            )
        if position < self._coming_end:
            return EmploymentHistory(1 + random_bytes[9] % 28)

        return self._at_work(hired, position - self._coming_end, random_bytes)

    def next_employment(self, index: int) -> int | None:
        """The index under which a person was rehired or transferred, once the day has come; else None."""
        position = self._shuffle.position_of(index)
        if position is None:
            return None
        later = None
        if position < self._left_count and position % 2 == 0:
            later = (self._first_decade + position // 2) * 10 + _REHIRE_ENDING
        elif position >= self._coming_end and self._transfer_day(position - self._coming_end) is not None:
            later = self._transfer_index((position - self._coming_end) // _SPAN)

        return (
            later
            if later is not None and self._join_day(later) <= self._day and later >= self._people
            else None
        )

    def _left_before(self, hired: int, position: int, random_bytes: bytes) -> EmploymentHistory:
        """A person who had left before the first day; every other one is rehired, in the order of the shuffle."""
        left = -1 - random_bytes[9] * 2 - (random_bytes[8] >> 7)
        status, reason = DEPARTURES[random_bytes[8] & 3]
        rehire_day = -(-(position // 2 + 1) * REHIRE_DAYS_PER_PERSON // self._people)
        if position & 1 and self._day >= rehire_day:
            return EmploymentHistory(hired + left, "Active", left, reason, rehired=rehire_day)

        return EmploymentHistory(hired + left, status, left, reason)

    def _at_work(self, hired: int, rank: int, random_bytes: bytes) -> EmploymentHistory:
        """A person who worked here on the first day; `rank` is their position among those who did."""
        if self._day <= 0:
            return EmploymentHistory(hired)
        status, reason = DEPARTURES[random_bytes[8] & 3]
        end, notice_days = self._end(rank, random_bytes), END_NOTICE_DAYS if status in _VOLUNTARY else 0
        moved_away = self._transfer_day(rank)
        if moved_away is not None:
            end, notice_days, status, reason = moved_away - 1, 0, "Terminated", "Transfer"
        until = self._day if end is None else min(self._day, end)
        history = EmploymentHistory(hired, moves=self._moves(rank, until))
        if end is None or self._day < end - notice_days:
            return self._with_leave(history, rank, random_bytes)
        history = history._replace(ended=end, end_reason=reason)

        return (
            history._replace(status=status)
            if self._day > end
            else self._with_leave(history, rank, random_bytes)
        )

    def _end(self, rank: int, random_bytes: bytes) -> int | None:
        """The last day of three in five; the others have none."""
        return 1 + rank * END_WITHIN_DAYS // self._working_count if random_bytes[12] < 154 else None

    def _with_leave(self, history: EmploymentHistory, rank: int, random_bytes: bytes) -> EmploymentHistory:
        since = self._day - self._first_event_day(rank, _LEAVE_SHIFT, LEAVE_EVERY_DAYS)
        if since < 0 or since % LEAVE_EVERY_DAYS >= 20 + random_bytes[9] % 40:
            return history
        status, reason = LEAVES[random_bytes[8] >> 6]

        return history._replace(
            status=status, leave_from=self._day - since % LEAVE_EVERY_DAYS, leave_reason=reason
        )

    def _moves(self, rank: int, until: int) -> MoveCounts:
        counts = []
        for shift, every in zip(_MOVE_SHIFTS, MOVE_EVERY_DAYS, strict=True):
            first = self._first_event_day(rank, shift, every)
            counts.append(0 if until < first else 1 + (until - first) // every)
        return MoveCounts(*counts)

    def _first_event_day(self, rank: int, shift: int, every_days: int) -> int:
        """The day, from day 1 on, on which an event first happens to the person of a rank."""
        size = self._working_count

        return 1 + (rank + size * shift // 7) % size * every_days // size

    def _joined_later(self, index: int, random_bytes: bytes) -> EmploymentHistory:
        """A person who joined the feed after the first day."""
        joined = self._join_day(index)
        decade, ending = index // 10 - self._first_decade, index % 10
        if ending == _REHIRE_ENDING and 2 * decade < self._left_count:
            return EmploymentHistory(joined, same_person_as=self._shuffle.index_of(2 * decade))
        if ending in _TRANSFER_ENDINGS:
            origin = self._transferred(2 * decade + _TRANSFER_ENDINGS.index(ending))
            if origin is not None:
                return EmploymentHistory(joined, same_person_as=origin, keeps_job=True)
        hired = joined + HIRE_NOTICE_DAYS
        status, reason = DEPARTURES[random_bytes[8] & 3]
        end = hired + 60 + (random_bytes[10] * 256 + random_bytes[11]) % END_WITHIN_DAYS
        if random_bytes[12] < 154 and self._day >= end:
            return EmploymentHistory(hired, status if self._day > end else "Active", end, reason)

        return EmploymentHistory(hired)

    def _join_day(self, index: int) -> int:
        """The day on which an index beyond the first head count joins the feed."""
        return -(-(index - self._people + 1) * ARRIVAL_DAYS_PER_PERSON // self._people)

    def _transfer_day(self, rank: int) -> int | None:
        """The first day at the other legal entity of the person of a rank, once it has come."""
        number = rank // _SPAN
        joined = self._join_day(self._transfer_index(number))
        if joined > self._day:
            return None
        origin = self._transferred(number)

        return joined if origin == self._shuffle.index_of(self._coming_end + rank) else None

    def _transfer_index(self, number: int) -> int:
        """The index under which a transfer arrives; transfers are numbered from 0."""
        return (self._first_decade + number // 2) * 10 + _TRANSFER_ENDINGS[number % 2]

    def _find_transferred(self, number: int) -> int | None:
        """The index of the person a transfer moves: one of the other legal entity who still works there by then."""
        arrives = self._transfer_index(number)
        if not self._has_two_entities or arrives < self._people:
            return None
        first = number * _SPAN
        for rank in range(first, min(first + _SPAN, self._shuffle.count - self._coming_end)):
            index = self._shuffle.index_of(self._coming_end + rank)
            end = self._end(rank, self.random_bytes(index))
            is_other_side = (index % 5 == 4) is not (arrives % 5 == 4)
            if is_other_side and (end is None or end > self._join_day(arrives) + END_NOTICE_DAYS):
                return index
        return None


def arrivals_by(people: int, day: int) -> int:
    """How many people have joined the feed in so many days after the anchor."""
    return max(0, people * day // ARRIVAL_DAYS_PER_PERSON)
