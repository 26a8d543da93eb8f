"""The order of writes within a batch: rows that share a key are written one after the other, the rest together."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from connector.core.ports.host import Outcome

Row = TypeVar("Row")


def in_rounds(
    rows: Sequence[Row],
    keys: Callable[[Row], Iterable[Hashable]],
    write: Callable[[list[Row]], Sequence[Outcome]],
) -> list[Outcome]:
    """One outcome per row, in order, as if the rows were written one after the other.

    `keys` are what a row changes or claims. `write` gets rows that share no key; a row that shares one with an earlier
    row comes in a later round, so that it finds what the earlier one left.
    """
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(rows)))
    while waiting:
        claimed: set[Hashable] = set()
        now: list[int] = []
        later: list[int] = []
        for index in waiting:
            row_keys = set(keys(rows[index]))
            (later if row_keys & claimed else now).append(index)
            claimed |= row_keys
        outcomes |= zip(now, write([rows[index] for index in now]), strict=True)
        waiting = later
    return [outcomes[index] for index in range(len(rows))]
