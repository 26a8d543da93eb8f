"""An empty database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from connector.store.db.base import Base
from connector.store.db.sessions import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Our tables, empty."""
    database = Database(sa.create_engine(database_url))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()
