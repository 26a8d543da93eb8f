"""Writing under the lease: every transaction of a run renews it, or finds it lost and writes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from connector.store.db.sessions import Database, Session
from connector.store.runs.lease import LeaseHandle


@dataclass(frozen=True, slots=True)
class Fence:
    """A run's right to write: the database, the lease that it holds, and the clock."""

    database: Database
    lease: LeaseHandle
    clock: Callable[[], datetime]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction under the lease. Raises LeaseLost, with nothing written, once another run holds it."""
        with self.database.writing() as session:
            self.lease.renew(session, self.clock())
            yield session
