"""A connected portal for whole runs: a database, an LMS in memory, and the workbench."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import FIELDS, SETTINGS
from tests.engine.workbench import Desk


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database: a SQLite file, and a real PostgreSQL."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def host(clock: Clock) -> MemoryHost:
    """An LMS with the mapped fields and no accounts."""
    return MemoryHost(FIELDS, clock=clock)


@pytest.fixture
def desk(engine: Engine, host: MemoryHost, clock: Clock) -> Desk:
    """A connected portal with a mapping."""
    return Desk(engine, host, clock, SETTINGS)
