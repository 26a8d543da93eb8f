"""Draws lots: every plain member of a company has a lot of their own, found either way without a table.

Lots spread what happens evenly: those whose lots are next to each other are far apart by index, and who is
struck on a day is found from the day. Plain is whoever leads nobody and is no existing learner of the host;
of fifty indexes in a row 42 are.
"""

from math import gcd

_BLOCK = 50
#: Places in a block of fifty that belong to leaders (2, 12, ...; 9 in the second legal entity) and learners (0, 25).
_STEADY = frozenset({0, 2, 9, 12, 22, 25, 32, 42})
_PLAIN = tuple(place for place in range(_BLOCK) if place not in _STEADY)
_BEFORE = tuple(sum(plain < place for plain in _PLAIN) for place in range(_BLOCK))
#: A step of this part of the whole never comes near where it has been.
_GOLDEN = 0.618
_FACTOR = 2_654_435_761


class Lots:
    """The lots of the plain people from the index `first` on, below the index `end`."""

    def __init__(self, first: int, end: int, seed: int) -> None:
        """Another seed deals the lots anew."""
        self._first, self._end = first, end
        self._skipped = _plain_below(first)
        self.count = _plain_below(end) - self._skipped
        size = self._size = max(1, self.count)
        self._step = next(step for step in range(int(size * _GOLDEN) or 1, 2 * size) if gcd(step, size) == 1)
        self._back = pow(self._step, -1, size)
        self._shift = seed * _FACTOR % size

    def lot_of(self, index: int) -> int | None:
        """The lot of the person at an index, below `count`; None when they are not plain."""
        block, place = divmod(index, _BLOCK)
        if place in _STEADY or not self._first <= index < self._end:
            return None
        rank = block * len(_PLAIN) + _BEFORE[place] - self._skipped

        return (rank * self._step + self._shift) % self._size

    def index_of(self, lot: int) -> int:
        """The index of the person who drew a lot."""
        rank = (lot - self._shift) * self._back % self._size + self._skipped
        block, place = divmod(rank, len(_PLAIN))

        return block * _BLOCK + _PLAIN[place]


def _plain_below(index: int) -> int:
    block, place = divmod(index, _BLOCK)

    return block * len(_PLAIN) + _BEFORE[place]
