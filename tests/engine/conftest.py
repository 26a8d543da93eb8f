"""A connected portal for whole runs: a database, an LMS in memory, and the workbench."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import FIELDS, SETTINGS
from tests.engine.workbench import Desk


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database: a SQLite file, and a real PostgreSQL."""
    on_file = f"sqlite:///{tmp_path / 'desk.db'}"
    made = create_engine(on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
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
