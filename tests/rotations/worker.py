"""One of the renewing processes: `python -m tests.rotations.worker`, with its order on standard input, as JSON.

It prints `ready`, waits for another line, renews tokens as often as ordered, and prints its result as JSON. The order
also names the store, which may be a faulty one.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
import requests
import sqlalchemy as sa

from connector.paycor.auth.credentials import Credentials, Tokens, TokenStore
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.discovery import ACTIVATED_PATH
from connector.paycor.environments import resolve_environment
from connector.store.connection.tokens import SqlTokenStore, SqlTokenTransaction
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault


class WorkerOrder(msgspec.Struct, kw_only=True):
    """Whose tokens to renew, how often, and where they are stored; `store` is one of STORES."""

    base_url: str
    client_id: str
    client_secret: str
    subscription_key: str
    database_url: str
    vault_key: str
    connection_id: int
    rotations: int
    store: str = "locked"


class WorkerResult(msgspec.Struct):
    """How often the process got a token that another had renewed, and how many access tokens Paycor accepted or not."""

    shared: int = 0
    accepted: int = 0
    rejected: int = 0


class CrashingStore(SqlTokenStore[Tokens]):
    """A store whose process is killed just before it writes."""

    @contextmanager
    def locked(self) -> Iterator[SqlTokenTransaction[Tokens]]:
        """The lock, with a save that kills the process."""
        with super().locked() as held:
            yield SqlTokenTransaction(held.tokens, lambda _: os.kill(os.getpid(), signal.SIGKILL))


class UnlockedStore(SqlTokenStore[Tokens]):
    """A store without a lock, to show that tokens get lost."""

    @contextmanager
    def locked(self) -> Iterator[SqlTokenTransaction[Tokens]]:
        """The stored tokens, while other processes may write them, too."""
        found = self.current()
        if found is None:
            raise LookupError("The connection has no tokens.")
        yield SqlTokenTransaction(found, self._write)

    def _write(self, tokens: Tokens) -> None:
        with super().locked() as held:
            held.save(tokens)


STORES: dict[str, type[SqlTokenStore[Tokens]]] = {
    "locked": SqlTokenStore[Tokens],
    "crashing": CrashingStore,
    "unlocked": UnlockedStore,
}


def now() -> datetime:
    """The real present."""
    return datetime.now(UTC)


def renew(order: WorkerOrder) -> WorkerResult:
    """Get an access token again and again, each time as if Paycor had just refused the one before."""
    database = Database(sa.create_engine(order.database_url))
    kind = STORES[order.store]
    store: TokenStore = kind(database, Vault([order.vault_key]), order.connection_id, Tokens)
    credentials = Credentials(order.client_id, order.client_secret, order.subscription_key, "")
    refresher = TokenRefresher(
        store, resolve_environment("production", order.base_url, None), credentials, now
    )
    result, session = WorkerResult(), requests.Session()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    access_token = None
    while refresher.calls < order.rotations:
        before = refresher.calls
        access_token = refresher.access_token(stale=access_token)
        result.shared += refresher.calls == before
        answer = session.get(
            order.base_url + ACTIVATED_PATH,
            headers={
                "Authorization": f"Bearer {access_token}",
                "Ocp-Apim-Subscription-Key": order.subscription_key,
            },
            timeout=60,
        )
        result.accepted += answer.ok
        result.rejected += not answer.ok
    return result


if __name__ == "__main__":
    result = renew(msgspec.json.decode(sys.stdin.readline(), type=WorkerOrder))
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
