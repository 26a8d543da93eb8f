"""Credentials and tokens of a connection, and the port of the store that keeps the tokens. Sends no request."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credentials:
    """The customer's Paycor application. `scope` is the scope identifier only, without `offline_access`.

    It may be empty for a pasted application: only a consent sends it, never a refresh.
    """

    client_id: str
    client_secret: str = field(repr=False)
    subscription_key: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a consent. A refresh token works once: each refresh returns the next one.

    `access_token` is empty when the admin pasted only a refresh token; `expires_at` is an aware UTC instant.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


class TokenTransaction(Protocol):
    """The tokens of one connection while the lock is held: no other thread or process can change them."""

    @property
    def tokens(self) -> Tokens:
        """The stored tokens, read after the lock was taken."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Store the tokens durably: when this returns, they survive a crash."""
        ...


class TokenStore(Protocol):
    """Keeps the tokens of one connection.

    The thread that prefetches pages calls it, so it must not need a Flask context. `locked` raises SourceAuthError
    when the connection has no tokens.
    """

    def current(self) -> Tokens | None:
        """The stored tokens, read without a lock, which is cheap. None after a disconnect."""
        ...

    def locked(self) -> AbstractContextManager[TokenTransaction]:
        """Wait for the lock of this connection, across all processes, and hold it."""
        ...


@dataclass(slots=True)
class MemoryTransaction:
    """A transaction of MemoryTokenStore."""

    store: "MemoryTokenStore"

    @property
    def tokens(self) -> Tokens:
        """The tokens in the store."""
        return self.store.stored

    def save(self, tokens: Tokens) -> None:
        """Replace the tokens in the store."""
        self.store.stored = tokens


class MemoryTokenStore:
    """A token store in memory, for tests and for checking a consent before it is stored. Thread-safe."""

    def __init__(self, tokens: Tokens) -> None:
        self.stored = tokens
        self._lock = threading.Lock()

    def current(self) -> Tokens:
        """The stored tokens."""
        return self.stored

    @contextmanager
    def locked(self) -> Iterator[MemoryTransaction]:
        """Hold the lock of this store."""
        with self._lock:
            yield MemoryTransaction(self)
