"""Writing under the lease: every transaction of a run renews it, or finds that it is gone and writes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from connector.store.db.sessions import Database
from connector.store.runs.lease import LeaseHandle


@dataclass(frozen=True, slots=True)
class Fence:
    """A run's right to write: the database, the lease it holds, and the clock."""

    database: Database
    held: LeaseHandle
    clock: Callable[[], datetime]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that holds the lease. Raises LeaseLost, with nothing written, once another run has it."""
        with self.database.writing() as session:
            self.held.renew(session, self.clock())
            yield session
