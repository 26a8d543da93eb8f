"""The tokens of one connection, encrypted in its credential row; that row is the lock under which they rotate.

It knows no Paycor: the class of the tokens is given to it. No token is logged or put into an error.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from connector.errors import SourceAuthError
from connector.store.db.sessions import Database
from connector.store.db.vault import Vault
from connector.store.tables.connection import Credential

log = logging.getLogger(__name__)


class TokenValues(Protocol):
    """What Paycor gave at the last exchange."""

    @property
    def access_token(self) -> str:
        """Empty while only a refresh token was pasted in."""
        ...

    @property
    def refresh_token(self) -> str:
        """Good once: it brings the next one."""
        ...

    @property
    def expires_at(self) -> datetime:
        """When the access token ends, an aware UTC instant."""
        ...


T = TypeVar("T", bound=TokenValues)


class SqlTokenStore(Generic[T]):
    """The tokens of `connection_id`; `make` builds them from access token, refresh token and expiry."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        connection_id: int,
        make: Callable[[str, str, datetime], T],
    ) -> None:
        self._database = database
        self._vault = vault
        self._connection_id = connection_id
        self._make = make

    def current(self) -> T | None:
        """The tokens as last committed, without a lock; None when there are none, such as after Disconnect."""
        with self._database.reading() as session:
            row = session.get(Credential, self._connection_id)
            return None if row is None else self._opened(row)

    @contextmanager
    def locked(self) -> Iterator["SqlTokenTransaction[T]"]:
        """Alone with the tokens, over all processes, until they are saved or the block ends.

        Waits for whoever has the lock: one of the row, on SQLite one of the whole database. Raises SourceAuthError
        when the connection has no tokens.
        """
        locking = select(Credential).where(Credential.connection_id == self._connection_id).with_for_update()
        with self._database.writing() as session:
            row = session.scalar(locking)
            tokens = None if row is None else self._opened(row)
            if row is None or tokens is None:
                raise SourceAuthError(
                    f"Connection {self._connection_id} has no consent: an admin of its portal has to connect again."
                )
            yield SqlTokenTransaction(tokens, lambda rotated: self._keep(session, row, rotated))

    def _keep(self, session: Session, row: Credential, tokens: T) -> None:
        """Write the tokens to the locked row and commit.

        When the database fails at that very moment, it is tried once more on a connection of its own: Paycor has
        forgotten the earlier token, so these are the only ones there are.
        """
        try:
            seal_tokens(self._vault, row, tokens)
            session.commit()
        except SQLAlchemyError:
            session.rollback()
            self._keep_again(tokens)

    def _keep_again(self, tokens: T) -> None:
        try:
            with self._database.writing() as session:
                row = session.get(Credential, self._connection_id)
                if row is not None:
                    seal_tokens(self._vault, row, tokens)
        except SQLAlchemyError:
            log.error(
                "the new token of connection %s could not be stored, and the earlier one is spent: "
                "an admin of its portal has to press Connect again",
                self._connection_id,
            )
            raise

    def _opened(self, row: Credential) -> T | None:
        if row.access_token is None or row.refresh_token is None or row.expires_at is None:
            return None
        access_token, refresh_token = (
            self._vault.decrypt(row.access_token),
            self._vault.decrypt(row.refresh_token),
        )
        return self._make(access_token, refresh_token, row.expires_at)


class SqlTokenTransaction(Generic[T]):
    """The lock while it is held: `tokens` are those that were stored when it was taken."""

    def __init__(self, tokens: T, keep: Callable[[T], None]) -> None:
        self.tokens = tokens
        self._keep = keep

    def save(self, tokens: T) -> None:
        """Store these for good, and let go of the lock; once a block."""
        self._keep(tokens)
        self.tokens = tokens


def seal_tokens(vault: Vault, row: Credential, tokens: TokenValues) -> None:
    """Put the tokens into the row, encrypted."""
    row.access_token = vault.encrypt(tokens.access_token)
    row.refresh_token = vault.encrypt(tokens.refresh_token)
    row.expires_at = tokens.expires_at
