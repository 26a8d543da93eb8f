"""Moves: addresses that pass from account to account within one plan, each free before it is taken (rule D26).

One account of a ring is parked: for a moment it has an address that is nobody's. That is recorded first, so that a run
that is killed here leaves an account which gets no mail, and which the next sync gives its right address.
"""

from collections.abc import Callable, Sequence

from connector.core.ports.host import Change, Key, KeyKind
from connector.core.ports.ledger import Entry, Move
from connector.core.rules.address_order import parking_address, rounds
from connector.engine.answers import check_count
from connector.engine.context import RunContext
from connector.engine.settle import find

#: How many addresses are looked up together.
_CHUNK = 500

#: Sends the rows and records their outcomes; returns the ids of those that are done.
Send = Callable[[Sequence[Entry]], set[int]]


def possible(context: RunContext, moves: Sequence[Move]) -> list[Move]:
    """The moves without those to an address that an account keeps: nobody waits for them, and nobody is parked."""
    kept = set[str]()
    wanted = [move.takes for move in moves if move.takes]
    for start in range(0, len(wanted), _CHUNK):
        addresses = wanted[start : start + _CHUNK]
        freed = context.ledger.freed(addresses)
        found = find(context.host, [Key(KeyKind.EMAIL, address) for address in addresses])
        kept |= {
            key.value
            for key, accounts in found.items()
            if not {one.account_id for one in accounts} <= {*freed.get(key.value, ())}
        }
    return [move for move in moves if move.takes not in kept]


def send_moves(context: RunContext, moves: Sequence[Move], send: Send) -> None:
    """Send these rows round by round, with `send`."""
    size, parked, done = context.host.capabilities().batch_size, list[Entry](), set[int]()
    for one in rounds(moves):
        for entries in context.ledger.batches(size, one.parked):
            _park(context, entries)
            parked += entries
        for entries in context.ledger.batches(size, one.rows):
            done |= send(entries)
    _give_back(context, [entry for entry in parked if entry.entry_id not in done])


def _park(context: RunContext, entries: Sequence[Entry]) -> None:
    """Give these accounts a parking address. Where the LMS refuses, it refuses the rows that wait for it as well."""
    keys = [entry.operation.person_key for entry in entries]
    context.ledger.mark_parked(keys, is_parked=True)
    _change_addresses(context, entries, [parking_address(key) for key in keys])


def _give_back(context: RunContext, entries: Sequence[Entry]) -> None:
    """Give accounts whose own row was refused the address that they had, unless another account has it now."""
    if not entries:
        return
    addresses = [entry.operation.before.get("email") or "" for entry in entries]
    done = _change_addresses(context, entries, addresses)
    context.ledger.mark_parked(done, is_parked=False)


def _change_addresses(context: RunContext, entries: Sequence[Entry], addresses: Sequence[str]) -> list[str]:
    """Change only the addresses of these accounts; returns the person keys of those where that is certain."""
    changes = [
        Change(entry.operation.account_id or "", email=address)
        for entry, address in zip(entries, addresses, strict=True)
    ]
    outcomes = context.host.update(changes)
    check_count(len(changes), outcomes)
    return [
        entry.operation.person_key
        for entry, outcome in zip(entries, outcomes, strict=True)
        if outcome.status.is_done
    ]
