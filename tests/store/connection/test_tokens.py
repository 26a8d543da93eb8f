"""Stored tokens: encrypted, durable once saved, and exchanged by one process at a time."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from connector.errors import SourceAuthError
from connector.store.connection.tokens import SqlTokenStore, seal_tokens
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault, new_key
from connector.store.tables.connection import Connection, Credential

THREADS = 8


@dataclass(frozen=True)
class Pair:
    """Tokens as an edge may define them."""

    access_token: str
    refresh_token: str
    expires_at: datetime


FIRST = Pair("access-0", "refresh-0", datetime(2026, 3, 2, 10, tzinfo=UTC))


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault([new_key()])


@pytest.fixture
def database(database_url: str, vault: Vault) -> Iterator[Database]:
    """Connection 1 with the first tokens, connection 2 without any."""
    database = Database(sa.create_engine(database_url, pool_size=THREADS))
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        for number in (1, 2):
            session.add(
                Connection(
                    id=number, portal_id=str(number), environment="sandbox", mode="paste", state="active"
                )
            )
        session.flush()
        row = Credential(connection_id=1)
        seal_tokens(vault, row, FIRST)
        session.add(row)
    yield database
    database.engine.dispose()


@pytest.fixture
def store(database: Database, vault: Vault) -> SqlTokenStore[Pair]:
    """The tokens of connection 1."""
    return SqlTokenStore(database, vault, 1, Pair)


class Issuer:
    """Paycor's rule: a refresh token works once, and brings the next."""

    def __init__(self) -> None:
        self.valid = FIRST.refresh_token
        self.spent = 0
        self._at_work = Lock()

    def rotate(self, tokens: Pair) -> Pair:
        """The next tokens; refuses a token that was used before, and two at a time."""
        assert self._at_work.acquire(blocking=False), "two refreshes at a time"
        try:
            assert tokens.refresh_token == self.valid, "a spent refresh token"
            self.spent += 1
            self.valid = f"refresh-{self.spent}"
            return replace(tokens, access_token=f"access-{self.spent}", refresh_token=self.valid)
        finally:
            self._at_work.release()


def test_tokens_are_read_as_they_were_saved(store: SqlTokenStore[Pair], database: Database) -> None:
    """The same instant, the same texts; the database does not show them."""
    with database.reading() as session:
        row = session.get_one(Credential, 1)

    assert store.current() == FIRST
    assert b"access-0" not in (row.access_token or b"")
    assert b"refresh-0" not in (row.refresh_token or b"")


def test_a_save_survives_a_later_fault(store: SqlTokenStore[Pair]) -> None:
    """Paycor no longer accepts the earlier token, so a fault must not bring it back."""
    rotated = replace(FIRST, refresh_token="refresh-1")

    with pytest.raises(ZeroDivisionError), store.locked() as transaction:  # noqa: PT012  # the save comes before the fault
        transaction.save(rotated)
        raise ZeroDivisionError

    assert store.current() == rotated


def test_a_save_is_visible_at_once(store: SqlTokenStore[Pair]) -> None:
    """Durable when `save` returns, not when the block ends."""
    rotated = replace(FIRST, refresh_token="refresh-1")

    with store.locked() as transaction:
        transaction.save(rotated)
        seen = store.current()

    assert seen == rotated == transaction.tokens


def test_without_a_save_nothing_changes(store: SqlTokenStore[Pair]) -> None:
    """A refresh that failed leaves the tokens as they were."""
    with pytest.raises(ZeroDivisionError), store.locked():
        raise ZeroDivisionError

    assert store.current() == FIRST


@pytest.mark.req("D17")
def test_a_connection_without_tokens_says_so(database: Database, vault: Vault) -> None:
    """After Disconnect there is nothing to refresh, and the message says what to do."""
    store = SqlTokenStore(database, vault, 2, Pair)

    assert store.current() is None
    with pytest.raises(SourceAuthError, match="Connection 2 .* connect again"), store.locked():
        pytest.fail("there is nothing to lock")


def test_parallel_refreshes_lose_no_token(store: SqlTokenStore[Pair]) -> None:
    """Eight threads refresh four times each: one at a time, always with the valid token."""
    paycor = Issuer()

    def refresh(_: int) -> None:
        with store.locked() as transaction:
            transaction.save(paycor.rotate(transaction.tokens))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(refresh, range(THREADS * 4)))

    current = store.current()
    assert current is not None
    assert (paycor.spent, current.refresh_token) == (THREADS * 4, paycor.valid)


@contextmanager
def failing(database: Database, times: int) -> Iterator[None]:
    """The next `times` commits fail."""
    left = iter(range(times))

    def fail(_: sa.Connection) -> None:
        if next(left, None) is not None:
            raise OperationalError("COMMIT", None, Exception("the server went away"))

    event.listen(database.engine, "commit", fail)
    yield
    event.remove(database.engine, "commit", fail)


def test_a_commit_that_fails_is_tried_once_more(store: SqlTokenStore[Pair], database: Database) -> None:
    """The rotated token is the only valid one: a broken database connection must not lose it."""
    rotated = replace(FIRST, refresh_token="refresh-1")

    with store.locked() as transaction, failing(database, times=1):
        transaction.save(rotated)

    assert store.current() == rotated


def test_a_lost_token_is_logged(
    store: SqlTokenStore[Pair], database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the connection and what to press, and contains no token."""
    rotated = replace(FIRST, refresh_token="zebra-token")

    with failing(database, times=2), store.locked() as transaction, pytest.raises(OperationalError):
        transaction.save(rotated)

    assert "connection 1" in caplog.text
    assert "Connect again" in caplog.text
    assert "zebra" not in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
