"""One connection a portal, also when two requests create it at the same moment; and how it ends."""

import pytest
import sqlalchemy as sa

from connector.core.model.connection import ConnectionState
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection
from connector.store.tables.runs import Lease, RunRow
from tests.services.stored import add, run
from tests.store.connection.steps import NOW, at_once, make


def test_a_portal_that_is_connected_twice_at_once_has_one_connection(database: Database) -> None:
    """A double click, in two workers: both get the same row."""
    found: list[int] = []

    raised = at_once(*[lambda: found.append(make(database, "a"))] * 2)

    assert raised == [None, None]
    assert len(set(found)) == 1


def test_taking_over_ends_the_lease_of_a_run(database: Database) -> None:
    """Its token is the next one, so whatever the run still wants to write is refused."""
    connection_id = make(database, "a")
    with database.writing() as session:
        session.add(Lease(connection_id=connection_id, owner="{}", token=3, expires_at=NOW))

    with database.writing() as session:
        row = connections.take_over(session, "a", NOW)
        missing = connections.take_over(session, "b", NOW)

    with database.reading() as session:
        lease = session.get_one(Lease, connection_id)
    assert (row and row.id, missing) == (connection_id, None)
    assert (lease.owner, lease.token) == ("", 4)


def test_a_connection_is_read_as_it_is_now(database: Database) -> None:
    """What another transaction has committed meanwhile is seen, though the session had read the row before."""
    connection_id = make(database, "a")

    with database.reading() as session:
        before = connections.by_id(session, connection_id).daily_hour
        with database.writing() as other:
            connections.by_id(other, connection_id).daily_hour = 5
        after = connections.by_id(session, connection_id).daily_hour

    assert (before, after) == (2, 5)


@pytest.mark.req("D17")
def test_pausing_twice_is_one_line_in_the_audit(database: Database) -> None:
    """The first admin who paused stays the one on record."""
    connection_id = make(database, "a")

    for viewer_id in ("ada", "bob"):
        with database.writing() as session:
            connections.pause(session, connections.by_id(session, connection_id), NOW, viewer_id)

    with database.reading() as session:
        assert connections.by_id(session, connection_id).state is ConnectionState.PAUSED
        assert session.scalars(sa.select(Audit.viewer_id)).all() == ["ada"]


@pytest.mark.req("D17")
def test_stopping_discards_only_the_runs_that_wait(database: Database) -> None:
    """A run that is over keeps its status, and no daily sync is due any more."""
    connection_id = make(database, "a")
    statuses = ("done", "queued", "held", "failed")
    add(database, *(run(number, connection_id, status=one) for number, one in enumerate(statuses, 1)))

    with database.writing() as session:
        row = connections.by_id(session, connection_id)
        row.next_daily_at = NOW
        connections.stop(session, row, NOW)

    with database.reading() as session:
        stopped = session.scalars(sa.select(Connection)).one()
        ended = session.scalars(sa.select(RunRow.status).order_by(RunRow.id)).all()
    assert ended == ["done", "discarded", "discarded", "failed"]
    assert (stopped.state, stopped.next_daily_at) == (ConnectionState.DISCONNECTED, None)
