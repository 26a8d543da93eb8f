"""What a connection is allowed in with, and the port behind which its tokens are kept. No request is sent from here."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credentials:
    """The customer's Paycor application. `scope` is its scope identifier alone, without `offline_access`."""

    client_id: str
    client_secret: str = field(repr=False)
    subscription_key: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a consent gave. A refresh token works once: each refresh brings the next one.

    `access_token` is empty when only a refresh token was pasted in; `expires_at` is an aware UTC instant.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


class TokenTransaction(Protocol):
    """The tokens of one connection while nobody else, in any process, can change them."""

    @property
    def tokens(self) -> Tokens:
        """What is stored now, read after the lock was taken."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Store them for good: when this returns they survive a crash."""
        ...


class TokenStore(Protocol):
    """Where the tokens of one connection are kept.

    It is called from the thread that reads ahead, so it may not lean on a Flask context. `locked` raises
    SourceAuthError when the connection has no tokens (any more).
    """

    def current(self) -> Tokens | None:
        """What is stored, without a lock: a cheap read. None after a disconnect."""
        ...

    def locked(self) -> AbstractContextManager[TokenTransaction]:
        """Wait for, and hold, the lock of this connection across all processes."""
        ...


@dataclass(slots=True)
class MemoryTransaction:
    """A transaction of MemoryTokenStore."""

    store: "MemoryTokenStore"

    @property
    def tokens(self) -> Tokens:
        """What the store holds."""
        return self.store.stored

    def save(self, tokens: Tokens) -> None:
        """Replace them."""
        self.store.stored = tokens


class MemoryTokenStore:
    """Tokens in memory, for tests and for trying a consent out before anything is stored; safe between threads."""

    def __init__(self, tokens: Tokens) -> None:
        self.stored = tokens
        self._lock = threading.Lock()

    def current(self) -> Tokens:
        """What is stored."""
        return self.stored

    @contextmanager
    def locked(self) -> Iterator[MemoryTransaction]:
        """Hold the lock of this store."""
        with self._lock:
            yield MemoryTransaction(self)
