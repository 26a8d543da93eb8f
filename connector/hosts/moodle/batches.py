"""Batches that Moodle accepts or refuses as a whole: rows in, calls that are small enough, one outcome per row out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.moodle.api import flattened

Row = TypeVar("Row")

#: The most users in one write: what one lost answer leaves unknown.
MAX_ROWS = 250

NO_ANSWER = Outcome(OutcomeStatus.UNKNOWN, code="no_answer")


@dataclass
class BatchWriter(Generic[Row]):
    """Writes rows in parts, and halves a refused part until the row at fault is alone.

    `argument` gives a row as Moodle takes it; `write` gives one outcome per row, or the code of a refusal of them all;
    `refused` gives the outcome of a row that was refused alone. `capacity` is how many values one call may have.
    """

    capacity: int
    argument: Callable[[Row], object]
    write: Callable[[Sequence[Row]], list[Outcome] | str]
    refused: Callable[[Row, str], Outcome]
    _has_begun: bool = field(default=False, init=False)

    def send(self, rows: Sequence[Row]) -> list[Outcome]:
        """One outcome per row, in order. Raises a HostError only while nothing has been sent."""
        return [outcome for part in self._parts(rows) for outcome in self._bisected(part)]

    def _bisected(self, rows: Sequence[Row]) -> list[Outcome]:
        try:
            outcomes = self.write(rows)
            self._has_begun = True
            if isinstance(outcomes, str) and len(rows) == 1:
                return [self.refused(rows[0], outcomes)]
        except HostUnavailable as error:
            if not self._has_begun:
                raise
            # The outcomes of earlier parts must not be lost because Moodle became unavailable.
            retry = Outcome(OutcomeStatus.RETRY, code="unavailable", retry_after_s=error.retry_after_s)
            return [retry] * len(rows)
        if not isinstance(outcomes, str):
            return outcomes
        middle = len(rows) // 2
        return [*self._bisected(rows[:middle]), *self._bisected(rows[middle:])]

    def _parts(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        part: list[Row] = []
        values = 0
        for row in rows:
            count = sum(1 for _ in flattened(self.argument(row)))
            if part and (values + count > self.capacity or len(part) == MAX_ROWS):
                yield part
                part, values = [], 0
            part.append(row)
            values += count
        if part:
            yield part
