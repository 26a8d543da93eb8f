"""What remote hosts cost: rows in, a line of figures a goal out. Look-ups beforehand count, as a sync makes them."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, TypeVar

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from tests.bench_hosts.far import FarHost, Kind

#: How many rows a sync gives a host at a time.
BATCH = 500
#: P7 is counted over so many; P8 has a number of its own.
COUNTED = 1000

Figures = dict[str, Any]
Row = TypeVar("Row")


def people(count: int) -> list[NewAccount]:
    """So many learners of one employer."""
    return [
        NewAccount(f"p-{number}", f"learner.{number}@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
        for number in range(count)
    ]


def requests_line(kind: Kind, count: int = COUNTED) -> Figures:
    """P7: requests a learner that is made, and one that is changed."""
    with kind.connect() as far:
        far.host.capabilities()
        begun = far.way.requests
        ids = create(far, people(count))
        created = far.way.requests - begun
        for part in _parts(ids):
            far.host.find([Key(KeyKind.ID, account_id) for account_id in part])
            far.host.update([Change(account_id, state=AccountState.SUSPENDED) for account_id in part])
        updated = far.way.requests - begun - created
    ratio = max(created, updated) / count
    return {
        "id": "P7",
        "host": kind.name,
        "n": count,
        "goal": kind.goal,
        "ratio": round(ratio, 4),
        "creates": created,
        "updates": updated,
    }


def seconds_line(kind: Kind, count: int, latency_s: float) -> Figures:
    """P8: seconds for so many creates, as a multiple of requests x latency / connections.

    With batches there are few requests, each with work for the LMS: then it is told without a goal.
    """
    with kind.connect() as far:
        far.host.capabilities()
        far.way.latency_s = latency_s
        begun, began = far.way.requests, perf_counter()
        create(far, people(count))
        seconds, asked = perf_counter() - began, far.way.requests - begun
    floor_s = asked * latency_s / far.under_way
    return {
        "id": "P8",
        "host": kind.name,
        "n": count,
        "goal": 1.3 if far.under_way > 1 else None,
        "ratio": round(seconds / floor_s, 3),
        "seconds": round(seconds, 2),
        "floor_seconds": round(floor_s, 2),
        "requests": asked,
        "under_way": far.under_way,
        "latency_ms": latency_s * 1000,
    }


def create(far: FarHost, rows: Sequence[NewAccount]) -> list[str]:
    """Look everybody up by key and address, then make them; gives their ids."""
    for part in _parts(rows):
        far.host.find([key for row in part for key in _keys(row)])
    outcomes = [outcome for part in _parts(rows) for outcome in far.host.create(part)]
    wrong = {outcome.code for outcome in outcomes if outcome.status is not OutcomeStatus.CREATED}
    if wrong:
        raise SystemExit(f"Not everybody was made: {', '.join(sorted(wrong))}.")
    return [outcome.account_id or "" for outcome in outcomes]


def _keys(row: NewAccount) -> tuple[Key, Key]:
    return Key(KeyKind.EXTERNAL_ID, row.external_id), Key(KeyKind.EMAIL, row.email)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
