"""Our sessions on the LMS's engine: our commits contain only our rows, and our errors name no person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """The LMS's engine, with our tables."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def connection(portal_id: str) -> Connection:
    """Any row."""
    return Connection(portal_id=portal_id, environment="production", mode="paste", state="active")


def test_a_database_error_does_not_show_values(engine: sa.Engine) -> None:
    """The text of a database error ends in logs: the LMS may show its own statements, we show no person."""
    database = Database(engine)

    with pytest.raises(IntegrityError) as refused, database.writing() as session:
        session.add_all([connection("ada@acme.example"), connection("ada@acme.example")])

    assert "connector_connection" in str(refused.value)
    assert "ada@acme.example" not in str(refused.value)
    assert not engine.hide_parameters


def test_a_transaction_that_raises_leaves_nothing(engine: sa.Engine) -> None:
    """All of a block is written or nothing."""
    database = Database(engine)

    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([connection("a"), connection("b"), connection("b")])

    with database.reading() as session:
        assert session.scalars(sa.select(Connection)).all() == []


def test_our_commit_does_not_include_unfinished_rows_of_the_lms(engine: sa.Engine) -> None:
    """Another session of the same engine rolls back alone."""
    with Session(engine) as theirs:
        theirs.connection().execute(sa.text("SELECT 1"))
        with Database(engine).writing() as ours:
            ours.add(connection("ours"))
        theirs.add(connection("theirs"))
        theirs.flush()
        theirs.rollback()

    with Database(engine).reading() as session:
        assert [row.portal_id for row in session.scalars(sa.select(Connection))] == ["ours"]
