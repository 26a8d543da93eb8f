"""What the tests of migrations share: an empty database on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database."""
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()
