"""Our own sessions on the host's engine: our commits never include the host's unfinished rows, nor its commits ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from connector.store.db.base import Base
from connector.store.db.forks import reconnect_after_fork

__all__ = ["Database", "DatabaseUnusable", "Session", "refresh_row_estimates"]

#: What a statement raises when the database is down, unreachable or without our tables; `orig` is the driver's error.
DatabaseUnusable = OperationalError

#: Marks a pooled connection that waits for SQLite's lock.
_PATIENT = "connector.patient"


class Database:
    """The host's engine, and short transactions on it. Its errors contain no names or addresses.

    `before_use` is called before each takes a connection of the pool.
    """

    def __init__(self, engine: Engine, before_use: Callable[[], None] = lambda: None) -> None:
        # The same connection pool with an option of our own: errors do not show the values of a statement.
        self.engine = engine.execution_options()
        self.engine.hide_parameters = True
        reconnect_after_fork(self.engine)
        self.before_use = before_use
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; it never commits."""
        self.before_use()
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        On SQLite it takes the write lock at once, so that a read in the block is still true at the write. On other
        databases `with_for_update` locks the rows.
        """
        self.before_use()
        with self._sessions() as session, session.begin():
            if self.engine.dialect.name == "sqlite":
                _lock_now(session)
            yield session


def refresh_row_estimates(session: Session, *models: type[Base]) -> None:
    """Let PostgreSQL count the rows of these tables now.

    It does so about once a minute on its own. Until then it assumes that a portal has few rows, and plans a scan of the
    whole portal for every chunk.
    """
    if session.get_bind().dialect.name == "postgresql":
        for model in models:
            session.execute(text(f"ANALYZE {model.__tablename__}"))


def _lock_now(session: Session) -> None:
    connection = session.connection()
    if not connection.info.get(_PATIENT):
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.info[_PATIENT] = True
    if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
