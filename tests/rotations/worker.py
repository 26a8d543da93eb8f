"""One of the processes that renew: `python -m tests.rotations.worker`, with its orders on standard input, as JSON.

It says `ready`, waits for another line, renews its share of times, and says as JSON how it fared. What is wrong with
its store, if anything, is part of its orders.
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
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.discovery import ACTIVATED_PATH
from connector.paycor.environments import environment
from connector.store.connection.tokens import SqlTokenStore, SqlTokenTransaction
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault


class Orders(msgspec.Struct, kw_only=True):
    """Whose tokens to renew, how often, and where they are kept; `store` is one of STORES."""

    base_url: str
    client_id: str
    client_secret: str
    subscription_key: str
    database_url: str
    vault_key: str
    connection_id: int
    rotations: int
    store: str = "locked"


class Told(msgspec.Struct):
    """How often it got what another had renewed, and how many access tokens Paycor let in or did not."""

    shared: int = 0
    shown: int = 0
    shut_out: int = 0


class Doomed(SqlTokenStore[Tokens]):
    """A store in whose process the power fails as it is about to write."""

    @contextmanager
    def locked(self) -> Iterator[SqlTokenTransaction[Tokens]]:
        """The lock, under which nothing can be saved any more."""
        with super().locked() as held:
            yield SqlTokenTransaction(held.tokens, lambda _: os.kill(os.getpid(), signal.SIGKILL))


class Loose(SqlTokenStore[Tokens]):
    """A store without a lock: what is to be shown to go wrong."""

    @contextmanager
    def locked(self) -> Iterator[SqlTokenTransaction[Tokens]]:
        """Whatever is stored now, while others may be at it, too."""
        found = self.current()
        if found is None:
            raise LookupError("no tokens")
        yield SqlTokenTransaction(found, self._write)

    def _write(self, tokens: Tokens) -> None:
        with super().locked() as held:
            held.save(tokens)


STORES: dict[str, type[SqlTokenStore[Tokens]]] = {
    "locked": SqlTokenStore[Tokens],
    "doomed": Doomed,
    "loose": Loose,
}


def now() -> datetime:
    """The real present."""
    return datetime.now(UTC)


def renew(orders: Orders) -> Told:
    """Ask for an access token again and again, each time as if Paycor had just refused the one before."""
    database = Database(sa.create_engine(orders.database_url))
    kind = STORES[orders.store]
    store: TokenStore = kind(database, Vault([orders.vault_key]), orders.connection_id, Tokens)
    credentials = Credentials(orders.client_id, orders.client_secret, orders.subscription_key, "")
    keeper = TokenKeeper(store, environment("production", orders.base_url, None), credentials, now)
    told, session = Told(), requests.Session()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    mine = None
    while keeper.calls < orders.rotations:
        before = keeper.calls
        mine = keeper.access_token(stale=mine)
        told.shared += keeper.calls == before
        answer = session.get(
            orders.base_url + ACTIVATED_PATH,
            headers={
                "Authorization": f"Bearer {mine}",
                "Ocp-Apim-Subscription-Key": orders.subscription_key,
            },
            timeout=60,
        )
        told.shown += answer.ok
        told.shut_out += not answer.ok
    return told


if __name__ == "__main__":
    result = renew(msgspec.json.decode(sys.stdin.readline(), type=Orders))
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
