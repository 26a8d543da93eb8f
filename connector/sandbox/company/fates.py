"""What the calendar does to a member of a company: joining, leaving, leaves of absence, moves, marriages.

A pure function of the seed, the index and the day. Who is struck by what goes by lots (see `lots`), in equal
steps, so that every month of a company of 500 shows every kind of event; rates are those of a company that
loses about one person in seven a year:

* arrivals: one per 1,500 people and day. Most are fresh hires, who appear 10 days before they start. An index
  that ends in 1 is a leaver who comes back under a new id; one that ends in 4 or 7 a transfer from the other
  legal entity. Those two appear on the day they start.
* ends: three in five within 1,000 days. Who goes by choice says so 14 days ahead; nobody else does.
* rehires with the same id: one per 12,500 people and day, out of those who had left before the first day.
* leaves of absence: everybody once in 1,600 days, for 20 to 59 days.
* promotions within 1,000 days; another department, another work location within 2,000; another surname, and
  address, by marriage within 4,000.

Leaders, existing learners of the host and odd people stay as they are.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from connector.sandbox.company.lots import Lots
from connector.sandbox.company.words import DEPARTURES, LEAVES

#: A company below this head count has nobody odd.
FEWEST_PEOPLE = 60
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

#: Of a thousand plain people: how many have left, are on leave, are hired for a coming day on the first day.
_LEFT, _AWAY, _COMING = 70, 25, 10
_REHIRE_ENDING, _TRANSFER_ENDINGS = 1, (4, 7)
#: Lots among which one person who may be transferred is looked for.
_SPAN = 12
#: Where in the round of lots each kind of event begins, in sevenths, so that one person is not struck by all.
_LEAVE_SHIFT, _MOVE_SHIFTS = 2, (1, 3, 4, 6)
_WORDS_OF_CHOICE = frozenset({"Resigned", "Retired"})


class Moves(NamedTuple):
    """How often each kind of move has struck a person."""

    promotions: int = 0
    departments: int = 0
    locations: int = 0
    marriages: int = 0


class Fate(NamedTuple):
    """What the calendar has done to a person by today; days count from the anchor.

    `same_human_as` is the index of the earlier employment of somebody rehired or transferred, who brings the
    job along when `keeps_job`.
    """

    hired: int
    status: str = "Active"
    ended: int | None = None
    end_reason: str | None = None
    rehired: int | None = None
    leave_from: int | None = None
    leave_reason: str | None = None
    moves: Moves = Moves()
    same_human_as: int | None = None
    keeps_job: bool = False


class Fates:
    """The calendar of one company, seen on one day."""

    def __init__(self, people: int, seed: int, day: int, *, has_two_entities: bool) -> None:
        """`people` is the head count on the anchor day, `day` counts from it."""
        self._people, self._day = people, day
        self._key = b"%d" % seed
        self._has_two_entities = has_two_entities
        self._lots = lots = Lots(FEWEST_PEOPLE if people >= FEWEST_PEOPLE else 3, people, seed)
        self._left = lots.count * _LEFT // 1_000
        self._away = self._left + lots.count * _AWAY // 1_000
        self._coming = self._away + lots.count * _COMING // 1_000
        self._working = max(1, lots.count - self._coming)
        self._first_ten = people // 10
        self._transferred = lru_cache(maxsize=1_024)(self._find_transferred)

    def luck(self, index: int) -> bytes:
        """Sixteen bytes of chance that are a person's own."""
        return blake2b(b"%d" % index, digest_size=16, key=self._key).digest()

    def of(self, index: int, luck: bytes) -> Fate:
        """A person's fate by today; `luck` is theirs."""
        if index >= self._people:
            return self._arrived(index, luck)
        hired = -30 - luck[4] * 16 - (luck[5] & 15)
        lot = self._lots.lot_of(index)
        if lot is None:
            return Fate(hired)
        if lot < self._left:
            return self._gone(hired, lot, luck)
        if lot < self._away:
            back = -(-(lot - self._left + 1) * BACK_WITHIN_DAYS // (self._away - self._left))
            status, reason = LEAVES[luck[8] & 3]
            is_back = self._day >= back
            return (
                Fate(hired)
                if is_back
                else Fate(hired, status, leave_from=-(luck[9] & 15), leave_reason=reason)
            )
        if lot < self._coming:
            return Fate(1 + luck[9] % 28)

        return self._worked(hired, lot - self._coming, luck)

    def next_employment(self, index: int) -> int | None:
        """The index under which somebody was rehired or transferred, once the day has come."""
        lot = self._lots.lot_of(index)
        if lot is None:
            return None
        later = None
        if lot < self._left and lot % 2 == 0:
            later = (self._first_ten + lot // 2) * 10 + _REHIRE_ENDING
        elif lot >= self._coming and self._transfer_day(lot - self._coming) is not None:
            later = self._transfer_index((lot - self._coming) // _SPAN)

        return (
            later if later is not None and self._joins(later) <= self._day and later >= self._people else None
        )

    def _gone(self, hired: int, lot: int, luck: bytes) -> Fate:
        """Somebody who had left before the first day; every other one is taken on again, in the order of lots."""
        left = -1 - luck[9] * 2 - (luck[8] >> 7)
        status, reason = DEPARTURES[luck[8] & 3]
        again = -(-(lot // 2 + 1) * REHIRE_DAYS_PER_PERSON // self._people)
        if lot & 1 and self._day >= again:
            return Fate(hired + left, "Active", left, reason, rehired=again)

        return Fate(hired + left, status, left, reason)

    def _worked(self, hired: int, place: int, luck: bytes) -> Fate:
        """Somebody who worked here on the first day; `place` is their lot among those who did."""
        if self._day <= 0:
            return Fate(hired)
        status, reason = DEPARTURES[luck[8] & 3]
        end, noticed = self._end(place, luck), END_NOTICE_DAYS if status in _WORDS_OF_CHOICE else 0
        moved_away = self._transfer_day(place)
        if moved_away is not None:
            end, noticed, status, reason = moved_away - 1, 0, "Terminated", "Transfer"
        until = self._day if end is None else min(self._day, end)
        fate = Fate(hired, moves=self._moves(place, until))
        if end is None or self._day < end - noticed:
            return self._perhaps_away(fate, place, luck)
        fate = fate._replace(ended=end, end_reason=reason)

        return fate._replace(status=status) if self._day > end else self._perhaps_away(fate, place, luck)

    def _end(self, place: int, luck: bytes) -> int | None:
        """The last day of three in five."""
        return 1 + place * END_WITHIN_DAYS // self._working if luck[12] < 154 else None

    def _perhaps_away(self, fate: Fate, place: int, luck: bytes) -> Fate:
        since = self._day - self._first_strike(place, _LEAVE_SHIFT, LEAVE_EVERY_DAYS)
        if since < 0 or since % LEAVE_EVERY_DAYS >= 20 + luck[9] % 40:
            return fate
        status, reason = LEAVES[luck[8] >> 6]

        return fate._replace(
            status=status, leave_from=self._day - since % LEAVE_EVERY_DAYS, leave_reason=reason
        )

    def _moves(self, place: int, until: int) -> Moves:
        strikes = []
        for shift, every in zip(_MOVE_SHIFTS, MOVE_EVERY_DAYS, strict=True):
            first = self._first_strike(place, shift, every)
            strikes.append(0 if until < first else 1 + (until - first) // every)
        return Moves(*strikes)

    def _first_strike(self, place: int, shift: int, every_days: int) -> int:
        """The day on which an event first strikes the person at a place of the round, from day 1 on."""
        size = self._working

        return 1 + (place + size * shift // 7) % size * every_days // size

    def _arrived(self, index: int, luck: bytes) -> Fate:
        """Somebody who joined the feed after the first day."""
        joined = self._joins(index)
        ten, ending = index // 10 - self._first_ten, index % 10
        if ending == _REHIRE_ENDING and 2 * ten < self._left:
            return Fate(joined, same_human_as=self._lots.index_of(2 * ten))
        if ending in _TRANSFER_ENDINGS:
            origin = self._transferred(2 * ten + _TRANSFER_ENDINGS.index(ending))
            if origin is not None:
                return Fate(joined, same_human_as=origin, keeps_job=True)
        hired = joined + HIRE_NOTICE_DAYS
        status, reason = DEPARTURES[luck[8] & 3]
        end = hired + 60 + (luck[10] * 256 + luck[11]) % END_WITHIN_DAYS
        if luck[12] < 154 and self._day >= end:
            return Fate(hired, status if self._day > end else "Active", end, reason)

        return Fate(hired)

    def _joins(self, index: int) -> int:
        """The day on which an index beyond the first head count joins the feed."""
        return -(-(index - self._people + 1) * ARRIVAL_DAYS_PER_PERSON // self._people)

    def _transfer_day(self, place: int) -> int | None:
        """The first day at the other legal entity of the person at a place, once it has come."""
        number = place // _SPAN
        joined = self._joins(self._transfer_index(number))
        if joined > self._day:
            return None
        origin = self._transferred(number)

        return joined if origin == self._lots.index_of(self._coming + place) else None

    def _transfer_index(self, number: int) -> int:
        """The index under which a transfer arrives; they are numbered from 0."""
        return (self._first_ten + number // 2) * 10 + _TRANSFER_ENDINGS[number % 2]

    def _find_transferred(self, number: int) -> int | None:
        """The index of the person whom a transfer moves: of the other legal entity, and staying on until then."""
        arrives = self._transfer_index(number)
        if not self._has_two_entities or arrives < self._people:
            return None
        first = number * _SPAN
        for place in range(first, min(first + _SPAN, self._lots.count - self._coming)):
            index = self._lots.index_of(self._coming + place)
            end = self._end(place, self.luck(index))
            is_other_side = (index % 5 == 4) is not (arrives % 5 == 4)
            if is_other_side and (end is None or end > self._joins(arrives) + END_NOTICE_DAYS):
                return index
        return None


def arrivals_by(people: int, day: int) -> int:
    """How many people have joined the feed in so many days after the anchor."""
    return max(0, people * day // ARRIVAL_DAYS_PER_PERSON)
