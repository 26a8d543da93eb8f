"""Batches that Moodle takes or refuses as a whole: rows in, parts small enough and an outcome a row out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.moodle.api import flattened

Row = TypeVar("Row")
One = TypeVar("One")

#: How many users are written in one call at most: what one lost answer leaves unknown.
MOST_WRITTEN = 250

LOST = Outcome(OutcomeStatus.UNKNOWN, code="no_answer")


@dataclass
class Courier(Generic[Row]):
    """Sends rows in parts, and halves a part that is refused until the row that is at fault stands alone.

    `argument` is a row as Moodle takes it; `attempt` gives an outcome a row, or the code of a refusal of all of them;
    `alone` says what became of a row that was refused by itself. Moodle takes `capacity` values in one call.
    """

    capacity: int
    argument: Callable[[Row], object]
    attempt: Callable[[Sequence[Row]], list[Outcome] | str]
    alone: Callable[[Row, str], Outcome]
    _has_begun: bool = field(default=False, init=False)

    def send(self, rows: Sequence[Row]) -> list[Outcome]:
        """One outcome a row, in order. Raises a HostError only while nothing has been sent."""
        return [outcome for part in self._parts(rows) for outcome in self._bisected(part)]

    def _bisected(self, rows: Sequence[Row]) -> list[Outcome]:
        try:
            answer = self.attempt(rows)
            self._has_begun = True
            if isinstance(answer, str) and len(rows) == 1:
                return [self.alone(rows[0], answer)]
        except HostUnavailable as gone:
            if not self._has_begun:
                raise
            # What was done before must not be forgotten because Moodle went away in the middle.
            return [Outcome(OutcomeStatus.RETRY, code="unavailable", retry_after_s=gone.retry_after_s)] * len(
                rows
            )
        if not isinstance(answer, str):
            return answer
        middle = len(rows) // 2
        return [*self._bisected(rows[:middle]), *self._bisected(rows[middle:])]

    def _parts(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        part: list[Row] = []
        values = 0
        for row in rows:
            count = sum(1 for _ in flattened(self.argument(row)))
            if part and (values + count > self.capacity or len(part) == MOST_WRITTEN):
                yield part
                part, values = [], 0
            part.append(row)
            values += count
        if part:
            yield part


def in_rounds(
    rows: Sequence[One], marks: Callable[[One], set[object]], write: Callable[[list[One]], list[Outcome]]
) -> list[Outcome]:
    """One outcome a row, in order, as if the rows were written one after the other.

    Rows that share a mark are written in rounds of their own, so that the second finds what the first has left.
    """
    outcomes: dict[int, Outcome] = {}
    left = list(range(len(rows)))
    while left:
        seen: set[object] = set()
        now: list[int] = []
        later: list[int] = []
        for number in left:
            wanted = marks(rows[number])
            (later if wanted & seen else now).append(number)
            seen |= wanted
        written = write([rows[number] for number in now])
        outcomes.update(zip(now, written, strict=True))
        left = later
    return [outcomes[number] for number in range(len(rows))]
