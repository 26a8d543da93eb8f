"""Our own sessions on the host's engine: our commits never carry the host's half-done rows, nor theirs ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from connector.store.db.base import Base

#: On a connection of the pool that has been told to wait for SQLite's lock.
_PATIENT = "connector.patient"


class Database:
    """The host's engine, and short transactions on it. What fails on it is told without names or addresses."""

    def __init__(self, engine: Engine) -> None:
        # The same connections, under an option of our own: the values of a statement stay out of its errors.
        self.engine = engine.execution_options()
        self.engine.hide_parameters = True
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; whatever it holds is given back unwritten."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        On SQLite it takes the write lock at once, so that a read inside it cannot be out of date by the time of the
        write; elsewhere rows are locked as they are selected for update.
        """
        with self._sessions() as session, session.begin():
            if self.engine.dialect.name == "sqlite":
                _lock_now(session)
            yield session


def count_rows(session: Session, *models: type[Base]) -> None:
    """Have PostgreSQL look how many rows there are now: until it has, it takes a portal for a few of them.

    Then it reads the whole portal for every chunk of it. By itself it looks about once a minute.
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
