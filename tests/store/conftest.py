"""The tables with two connected portals, on SQLite, and a run's right to write."""

from collections.abc import Iterator

import pytest
from sqlalchemy import StaticPool, create_engine

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.runs import lease
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from tests.clock import Clock
from tests.services.stored import add


@pytest.fixture
def database() -> Iterator[Database]:
    """Two active portals that have not synced yet: `a` with connection 1, `b` with connection 2."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    database = Database(engine)
    add(
        database,
        *(
            Connection(
                id=number,
                portal_id=portal_id,
                environment="sandbox",
                mode=ConsentMethod.PASTE,
                state=ConnectionState.ACTIVE,
            )
            for number, portal_id in ((1, "a"), (2, "b"))
        ),
    )
    yield database
    engine.dispose()


@pytest.fixture
def fence(database: Database, clock: Clock) -> Fence:
    """The right to write for connection 1."""
    handle = lease.acquire(database, 1, owner=lease.current_owner("test"), now=clock())
    return Fence(database, handle, clock)
