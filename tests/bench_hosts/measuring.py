"""What remote hosts cost: rows in, one line of figures per goal out. The look-ups of a sync count."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, TypeVar

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from tests.bench_hosts.far import FarHost, Kind

#: The rows that a sync gives a host at a time.
BATCH = 500
#: The accounts for P7; P8 has its own number.
COUNTED = 1000

Figures = dict[str, Any]
Row = TypeVar("Row")


def people(count: int) -> list[NewAccount]:
    """This many learners of one employer."""
    return [
        NewAccount(f"p-{number}", f"learner.{number}@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
        for number in range(count)
    ]


def requests_line(kind: Kind, count: int = COUNTED) -> Figures:
    """P7: requests per created learner, and per changed one."""
    with kind.connect() as far:
        far.host.capabilities()
        before = far.remote.requests
        ids = create(far, people(count))
        created = far.remote.requests - before
        for part in _parts(ids):
            far.host.find([Key(KeyKind.ID, account_id) for account_id in part])
            far.host.update([Change(account_id, state=AccountState.SUSPENDED) for account_id in part])
        updated = far.remote.requests - before - created
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
    """P8: seconds for this many creates, as a multiple of requests x latency / connections.

    With batches there are few requests, each with much work for the LMS: then there is no goal.
    """
    with kind.connect() as far:
        far.host.capabilities()
        far.remote.latency_s = latency_s
        requests_before, started = far.remote.requests, perf_counter()
        create(far, people(count))
        seconds, requests = perf_counter() - started, far.remote.requests - requests_before
    floor_s = requests * latency_s / far.parallel
    return {
        "id": "P8",
        "host": kind.name,
        "n": count,
        "goal": 1.3 if far.parallel > 1 else None,
        "ratio": round(seconds / floor_s, 3),
        "seconds": round(seconds, 2),
        "floor_seconds": round(floor_s, 2),
        "requests": requests,
        "under_way": far.parallel,
        "latency_ms": latency_s * 1000,
    }


def create(far: FarHost, rows: Sequence[NewAccount]) -> list[str]:
    """Look up all rows by external id and address, then create them; gives the account ids."""
    for part in _parts(rows):
        far.host.find([key for row in part for key in _keys(row)])
    outcomes = [outcome for part in _parts(rows) for outcome in far.host.create(part)]
    errors = {outcome.code for outcome in outcomes if outcome.status is not OutcomeStatus.CREATED}
    if errors:
        raise SystemExit(f"Not every account was created: {', '.join(sorted(errors))}.")
    return [outcome.account_id or "" for outcome in outcomes]


def _keys(row: NewAccount) -> tuple[Key, Key]:
    return Key(KeyKind.EXTERNAL_ID, row.external_id), Key(KeyKind.EMAIL, row.email)


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
