"""The tokens of one connection, encrypted in its credential row; the row's lock guards their rotation.

It does not know Paycor: the caller passes the class of the tokens. No log line and no error contains a token.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from connector.errors import SourceAuthError
from connector.store.db.sessions import Database, Session
from connector.store.db.vault import Vault
from connector.store.tables.connection import Credential

log = logging.getLogger(__name__)


class TokenValues(Protocol):
    """The tokens of the last exchange."""

    @property
    def access_token(self) -> str:
        """Empty while only a refresh token was pasted in."""
        ...

    @property
    def refresh_token(self) -> str:
        """Works once; its use returns the next one."""
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
            return None if row is None else self._decrypt(row)

    @contextmanager
    def locked(self) -> Iterator["SqlTokenTransaction[T]"]:
        """The tokens, locked across all processes until they are saved or the block ends.

        Waits while another process holds the lock, which is of the row, on SQLite of the whole database. Raises
        SourceAuthError when the connection has no tokens.
        """
        locking = select(Credential).where(Credential.connection_id == self._connection_id).with_for_update()
        with self._database.writing() as session:
            row = session.scalar(locking)
            tokens = None if row is None else self._decrypt(row)
            if row is None or tokens is None:
                raise SourceAuthError(
                    f"Connection {self._connection_id} has no consent, so nothing was read. "
                    "An admin of its portal has to connect again."
                )
            yield SqlTokenTransaction(tokens, lambda rotated: self._save(session, row, rotated))

    def _save(self, session: Session, row: Credential, tokens: T) -> None:
        """Write the tokens to the locked row and commit.

        When the database fails at this moment, it tries once more on a new connection: Paycor no longer accepts the
        earlier token, so without these the consent is lost.
        """
        try:
            seal_tokens(self._vault, row, tokens)
            session.commit()
        except SQLAlchemyError:
            session.rollback()
            self._retry_save(tokens)

    def _retry_save(self, tokens: T) -> None:
        try:
            with self._database.writing() as session:
                row = session.get(Credential, self._connection_id)
                if row is not None:
                    seal_tokens(self._vault, row, tokens)
        except SQLAlchemyError:
            log.error(
                "The new token of connection %s could not be stored, and the earlier one no longer works: "
                "an admin of its portal has to press Connect again.",
                self._connection_id,
            )
            raise

    def _decrypt(self, row: Credential) -> T | None:
        if row.access_token is None or row.refresh_token is None or row.expires_at is None:
            return None
        access_token, refresh_token = (
            self._vault.decrypt(row.access_token),
            self._vault.decrypt(row.refresh_token),
        )
        return self._make(access_token, refresh_token, row.expires_at)


class SqlTokenTransaction(Generic[T]):
    """The held lock; `tokens` are those that were stored when it was taken."""

    def __init__(self, tokens: T, save: Callable[[T], None]) -> None:
        self.tokens = tokens
        self._save = save

    def save(self, tokens: T) -> None:
        """Commit these tokens and release the lock; call it once in a block."""
        self._save(tokens)
        self.tokens = tokens


def seal_tokens(vault: Vault, row: Credential, tokens: TokenValues) -> None:
    """Encrypt the tokens into the row."""
    row.access_token = vault.encrypt(tokens.access_token)
    row.refresh_token = vault.encrypt(tokens.refresh_token)
    row.expires_at = tokens.expires_at
