"""Several processes renew one connection's tokens at the same time; Paycor's own log gives the counts.

In: an empty database, the numbers of rotations and processes; out: a `ContentionResult`. The sandbox Paycor is a
process of its own behind a real socket, its refresh tokens work once, and the processes use every access token there.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import requests
import sqlalchemy as sa

from connector.errors import SourceAuthError
from connector.paycor.auth.credentials import Credentials, Tokens
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import resolve_environment
from connector.sandbox.paycor.server import Announcement, running_sandbox
from connector.store import schema
from connector.store.connection.tokens import SqlTokenStore, seal_tokens
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault, new_key
from connector.store.tables.connection import Connection, Credential
from tests.rotations.worker import WorkerOrder, WorkerResult, now

ROOT = Path(__file__).parents[2]
CONNECTION = 1
TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class ContentionResult:
    """Paycor's counts: `renewed` and `refused` token calls, and the most calls `at_once`.

    `shared` is how often a process got a token that another had renewed; `accepted` how many access tokens Paycor
    accepted, `rejected` how many not; `ended` are the exit codes; `goes_on` is whether the last stored token works.
    """

    renewed: int
    refused: int
    at_once: int
    shared: int
    accepted: int
    rejected: int
    ended: tuple[int, ...]
    goes_on: bool
    seconds: float


def run_contention(
    database_url: str, *, rotations: int, processes: int, store: str = "locked"
) -> ContentionResult:
    """Let `processes` renew the tokens of one connection `rotations` times in all; `store` is one of STORES."""
    with running_sandbox("--people", "3") as (announcement, _):
        _relax_limits(announcement)
        key = new_key()
        database = Database(sa.create_engine(database_url))
        token_store = _connect(database, Vault([key]), announcement.refresh_token)
        shares = [rotations // processes + (rotations % processes > at) for at in range(processes)]
        began = time.monotonic()
        ended, results = _run_workers(
            [_order(announcement, database_url, key, share, store) for share in shares]
        )
        seconds = time.monotonic() - began
        query = {"path": "*/token", "newest": "20000"}
        log = requests.get(f"{announcement.control_url}/calls", query, timeout=30).json()["calls"]
        goes_on = _works(announcement, token_store)
        database.engine.dispose()
    renewed = sum(call["status"] == 200 for call in log)
    return ContentionResult(
        renewed=renewed,
        refused=len(log) - renewed,
        at_once=most_at_once(log),
        shared=sum(one.shared for one in results),
        accepted=sum(one.accepted for one in results),
        rejected=sum(one.rejected for one in results),
        ended=ended,
        goes_on=goes_on,
        seconds=seconds,
    )


def most_at_once(calls: Iterable[Mapping[str, str]]) -> int:
    """The most calls that were under way at one instant; one that begins as another ends comes after it."""
    steps = [(datetime.fromisoformat(call[name]), step) for call in calls for name, step in _STEPS]
    most = under_way = 0
    for _, step in sorted(steps):
        under_way += step
        most = max(most, under_way)
    return most


_STEPS = (("began_at", 1), ("at", -1))


def _relax_limits(announcement: Announcement) -> None:
    """Lift the rate limit, and make each token call long enough for another one to come in between."""
    switches = {"calls_per_minute": 1_000_000, "token_delay_s": 0.002}
    requests.post(f"{announcement.control_url}/switches", json=switches, timeout=30).raise_for_status()


def _connect(database: Database, vault: Vault, refresh_token: str) -> SqlTokenStore[Tokens]:
    """A connection that has a refresh token and nothing else."""
    schema.upgrade(database.engine)
    with database.writing() as session:
        session.add(
            Connection(id=CONNECTION, portal_id="1", environment="production", mode="paste", state="active")
        )
        session.flush()
        row = Credential(connection_id=CONNECTION)
        seal_tokens(vault, row, Tokens("", refresh_token, datetime.now(UTC)))
        session.add(row)
    return SqlTokenStore(database, vault, CONNECTION, Tokens)


def _order(announcement: Announcement, database_url: str, key: str, share: int, store: str) -> WorkerOrder:
    return WorkerOrder(
        base_url=announcement.base_url,
        client_id=announcement.client_id,
        client_secret=announcement.client_secret,
        subscription_key=announcement.subscription_key,
        database_url=database_url,
        vault_key=key,
        connection_id=CONNECTION,
        rotations=share,
        store=store,
    )


def _run_workers(orders: Sequence[WorkerOrder]) -> tuple[tuple[int, ...], list[WorkerResult]]:
    """Start a process for each order, let them begin together, and wait for all; gives exit codes and results."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.rotations.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in orders
    ]
    for worker, order in zip(workers, orders, strict=True):
        if worker.stdin and worker.stdout:
            worker.stdin.write(msgspec.json.encode(order) + b"\n")
            worker.stdin.flush()
    for worker in workers:
        if worker.stdout:
            worker.stdout.readline()
    for worker in workers:
        if worker.stdin:
            worker.stdin.write(b"go\n")
            worker.stdin.flush()
    outputs = [worker.communicate(timeout=TIMEOUT_S)[0] for worker in workers]
    results = [msgspec.json.decode(output, type=WorkerResult) for output in outputs if output.strip()]
    return tuple(worker.returncode for worker in workers), results


def _works(announcement: Announcement, store: SqlTokenStore[Tokens]) -> bool:
    """Whether Paycor accepts the refresh token that is stored at the end."""
    credentials = Credentials(
        announcement.client_id, announcement.client_secret, announcement.subscription_key, announcement.scope
    )
    last = store.current()
    refresher = TokenRefresher(
        store, resolve_environment("production", announcement.base_url, None), credentials, now
    )
    try:
        return last is not None and refresher.access_token(stale=last.access_token) != last.access_token
    except SourceAuthError:
        return False
