"""An empty database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.store.db.base import Base
from connector.store.db.sessions import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Our tables, empty."""
    sqlite = f"sqlite:///{tmp_path / 'lms.sqlite'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(sa.create_engine(url))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()
