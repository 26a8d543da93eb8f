"""A repeatable shuffle: every ordinary person has a position of their own, found either way without a table.

It spreads events evenly: people with neighbouring positions are far apart by index, so the people affected on a day
follow from the day. Ordinary people lead no team and are no existing learner of the host: 42 of fifty indexes in a row.
"""

from math import gcd

_BLOCK = 50
#: Offsets in a block of fifty of leaders (2, 12, ...; 9 in the second legal entity) and learners (0, 25).
_FIXED = frozenset({0, 2, 9, 12, 22, 25, 32, 42})
_ORDINARY = tuple(offset for offset in range(_BLOCK) if offset not in _FIXED)
_ORDINARY_BEFORE = tuple(sum(ordinary < offset for ordinary in _ORDINARY) for offset in range(_BLOCK))
#: A step of this part of the whole never comes near where it has been.
_GOLDEN = 0.618
_FACTOR = 2_654_435_761


class Shuffle:
    """The positions of the ordinary people from the index `first` on, below the index `end`."""

    def __init__(self, first: int, end: int, seed: int) -> None:
        """Another seed gives another order."""
        self._first, self._end = first, end
        self._skipped = _ordinary_below(first)
        self.count = _ordinary_below(end) - self._skipped
        size = self._size = max(1, self.count)
        self._step = next(step for step in range(int(size * _GOLDEN) or 1, 2 * size) if gcd(step, size) == 1)
        self._inverse_step = pow(self._step, -1, size)
        self._shift = seed * _FACTOR % size

    def position_of(self, index: int) -> int | None:
        """The position, below `count`, of the person at an index; None when they are not ordinary."""
        block, offset = divmod(index, _BLOCK)
        if offset in _FIXED or not self._first <= index < self._end:
            return None
        rank = block * len(_ORDINARY) + _ORDINARY_BEFORE[offset] - self._skipped

        return (rank * self._step + self._shift) % self._size

    def index_of(self, position: int) -> int:
        """The index of the person at a position."""
        rank = (position - self._shift) * self._inverse_step % self._size + self._skipped
        block, offset = divmod(rank, len(_ORDINARY))

        return block * _BLOCK + _ORDINARY[offset]


def _ordinary_below(index: int) -> int:
    block, offset = divmod(index, _BLOCK)

    return block * len(_ORDINARY) + _ORDINARY_BEFORE[offset]
