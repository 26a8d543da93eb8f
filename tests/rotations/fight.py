"""Several processes that renew one connection's tokens at the same time, and what Paycor's own log says of it.

In: an empty database and how many of what; out: a `Verdict`. The sandbox Paycor is a process of its own behind a real
socket, its refresh tokens work once, and every access token that a process is given is shown to it.
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
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import environment
from connector.sandbox.paycor.server import Announcement, running_sandbox
from connector.store import schema
from connector.store.connection.tokens import SqlTokenStore, seal_tokens
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault, new_key
from connector.store.tables.connection import Connection, Credential
from tests.rotations.worker import Orders, Told, now

ROOT = Path(__file__).parents[2]
CONNECTION = 1
TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it. Paycor saw `renewed` and `refused` token calls, and `at_once` of them at most at one time.

    `shared` is how often a process was given what another had renewed; `shown` how many access tokens Paycor let in,
    `shut_out` how many it did not; `ended` are the exit codes; `goes_on` is whether the last token stored still works.
    """

    renewed: int
    refused: int
    at_once: int
    shared: int
    shown: int
    shut_out: int
    ended: tuple[int, ...]
    goes_on: bool
    seconds: float


def fight(database_url: str, *, rotations: int, processes: int, store: str = "locked") -> Verdict:
    """Let `processes` renew the tokens of one connection `rotations` times altogether; `store` as in their orders."""
    with running_sandbox("--people", "3") as (made, _):
        _open_the_gates(made)
        key = new_key()
        database = Database(sa.create_engine(database_url))
        kept = _connect(database, Vault([key]), made.refresh_token)
        shares = [rotations // processes + (rotations % processes > at) for at in range(processes)]
        began = time.monotonic()
        ended, told = _let_loose([_orders(made, database_url, key, share, store) for share in shares])
        seconds = time.monotonic() - began
        asked = {"path": "*/token", "newest": "20000"}
        log = requests.get(f"{made.control_url}/calls", asked, timeout=30).json()["calls"]
        goes_on = _works(made, kept)
        database.engine.dispose()
    renewed = sum(call["status"] == 200 for call in log)
    return Verdict(
        renewed=renewed,
        refused=len(log) - renewed,
        at_once=most_at_once(log),
        shared=sum(one.shared for one in told),
        shown=sum(one.shown for one in told),
        shut_out=sum(one.shut_out for one in told),
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


def _open_the_gates(made: Announcement) -> None:
    """More calls than a minute has room for; each token call takes long enough for another to come in between."""
    switches = {"calls_per_minute": 1_000_000, "token_delay_s": 0.002}
    requests.post(f"{made.control_url}/switches", json=switches, timeout=30).raise_for_status()


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


def _orders(made: Announcement, database_url: str, key: str, share: int, store: str) -> Orders:
    return Orders(
        base_url=made.base_url,
        client_id=made.client_id,
        client_secret=made.client_secret,
        subscription_key=made.subscription_key,
        database_url=database_url,
        vault_key=key,
        connection_id=CONNECTION,
        rotations=share,
        store=store,
    )


def _let_loose(orders: Sequence[Orders]) -> tuple[tuple[int, ...], list[Told]]:
    """Start a process for each, let them begin together, and wait for all of them."""
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
    said = [worker.communicate(timeout=TIMEOUT_S)[0] for worker in workers]
    told = [msgspec.json.decode(words, type=Told) for words in said if words.strip()]
    return tuple(worker.returncode for worker in workers), told


def _works(made: Announcement, store: SqlTokenStore[Tokens]) -> bool:
    """Whether the refresh token that is stored at the end is the one that Paycor takes."""
    credentials = Credentials(made.client_id, made.client_secret, made.subscription_key, made.scope)
    last = store.current()
    keeper = TokenKeeper(store, environment("production", made.base_url, None), credentials, now)
    try:
        return last is not None and keeper.access_token(stale=last.access_token) != last.access_token
    except SourceAuthError:
        return False
