"""In which order addresses move between accounts, so that each is free before it is taken (rule D26).

In: the rows of a plan that wait for one another; out: rounds. The rows of a round do not wait for one another. Where
rows wait in a ring (two people swap their addresses), one account of the ring gets a parking address first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from connector.core.model.employee import Value
from connector.core.ports.ledger import Move

#: A domain that nobody can ever have (RFC 2606), unlike `.invalid` one that the LMSs which check addresses accept.
_DOMAIN = "@parked.example.com"


@dataclass(frozen=True, slots=True)
class Round:
    """Rows to send once all earlier rounds were sent; the accounts of the `parked` rows are parked before them."""

    rows: tuple[int, ...]
    parked: tuple[int, ...] = ()


def parking_address(person_key: str) -> str:
    """The address of a person's account while the ring that it is part of turns; always the same for one person."""
    return blake2b(person_key.encode(), digest_size=12).hexdigest() + _DOMAIN


def is_parking_address(address: Value) -> bool:
    """Whether an account with this address waits for its own one."""
    return address is not None and address.endswith(_DOMAIN)


def rounds(moves: Iterable[Move]) -> Iterator[Round]:
    """The rounds in which these rows are sent, each row once."""
    waiting = {move.row_id: move for move in moves}
    holders, takers = defaultdict[str | None, set[int]](set), defaultdict[str | None, list[int]](list)
    for move in waiting.values():
        holders[move.frees].add(move.row_id)
        takers[move.takes].append(move.row_id)
    holders.pop(None, None)
    parked, candidates = list[int](), list(waiting)
    while waiting:
        ready = [row_id for row_id in candidates if not _blockers(waiting[row_id], holders)]
        freeing = [waiting[row_id] for row_id in ready or _one_of_each_ring(waiting, holders)]
        for move in freeing:
            holders[move.frees].discard(move.row_id)
        if ready:
            yield Round(tuple(sorted(ready)), tuple(parked))
            parked = []
            for row_id in ready:
                del waiting[row_id]
        else:
            parked += [move.row_id for move in freeing]
        freed = {move.frees for move in freeing} - {None}
        candidates = [row_id for address in freed for row_id in takers[address] if row_id in waiting]


def _blockers(move: Move, holders: Mapping[str | None, set[int]]) -> set[int]:
    """The rows that still hold the address that this one takes."""
    return holders.get(move.takes, set()) - {move.row_id}


def _one_of_each_ring(waiting: Mapping[int, Move], holders: Mapping[str | None, set[int]]) -> list[int]:
    """A row of each ring of rows that wait for one another; called when every row waits for another one."""
    chosen, seen = list[int](), set[int]()
    for start in waiting:
        way, row_id = dict[int, None](), start
        while row_id not in seen:
            seen.add(row_id)
            way[row_id] = None
            row_id = min(_blockers(waiting[row_id], holders))
        if row_id in way:
            chosen.append(row_id)
    return chosen
