"""Events as rows: a burst is one row, a failed read is postponed, and a newer event is never lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.connection import ConnectionState
from connector.store import events
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.events import EventRefreshRow
from tests.services.stored import add, entry, run
from tests.store.connection.steps import NOW, make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Connection 1, active and synced once."""
    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}"))
    Base.metadata.create_all(database.engine)
    connection_id = make(database, "a")
    with database.writing() as session:
        row = connections.by_id(session, connection_id)
        row.state, row.first_sync_at = ConnectionState.ACTIVE, NOW
    yield database
    database.engine.dispose()


def record(database: Database, employee_id: str, minutes: int = 0) -> None:
    """An event about an employee arrives."""
    with database.writing() as session:
        events.record(session, 1, employee_id, NOW + minutes * MINUTE)


def take(database: Database, minutes: int) -> events.RefreshBatch:
    """A run takes what is due."""
    with database.writing() as session:
        return events.take_due(session, 1, NOW + minutes * MINUTE)


def waiting(database: Database) -> list[str]:
    """The employees who wait to be read."""
    with database.reading() as session:
        query = sa.select(EventRefreshRow.employee_id).order_by(EventRefreshRow.employee_id)
        return list(session.scalars(query))


@pytest.mark.req("X20")
def test_a_burst_is_one_row_due_when_the_first_event_was(database: Database) -> None:
    """A stream of events does not postpone the read."""
    for minutes in (0, 1, 2):
        record(database, "e1", minutes)

    assert waiting(database) == ["e1"]
    assert take(database, 0).employee_ids == []
    assert take(database, 1).employee_ids == ["e1"]


@pytest.mark.req("X20", "D22")
def test_invented_ids_do_not_queue_without_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the bound nobody is added, and who waits already is still noted; a full read makes room again."""
    monkeypatch.setattr(events, "MOST_WAITING", 3)
    for number in range(5):
        record(database, f"e{number}")
    record(database, "e1", minutes=2)

    with database.reading() as session:
        noted = session.scalar(
            sa.select(EventRefreshRow.received_at).where(EventRefreshRow.employee_id == "e1")
        )
    assert waiting(database) == ["e0", "e1", "e2"]
    assert noted == NOW + 2 * MINUTE
    with database.writing() as session:
        events.delete_covered(session, 1, NOW + 5 * MINUTE)
    record(database, "e4", minutes=6)
    assert waiting(database) == ["e4"]


@pytest.mark.req("X20")
def test_a_read_that_fails_is_postponed(database: Database) -> None:
    """By at least ten minutes: the same employee is not read again and again."""
    record(database, "e1")
    take(database, 1)

    assert take(database, 10).employee_ids == []
    assert take(database, 11).employee_ids == ["e1"]


@pytest.mark.req("X20")
def test_an_event_during_the_read_is_not_lost(database: Database) -> None:
    """The read may have been too early for it, so the employee is read once more."""
    record(database, "e1")
    record(database, "e2")
    batch = take(database, 1)
    record(database, "e1", minutes=1)

    with database.writing() as session:
        events.delete_read(session, batch)

    assert waiting(database) == ["e1"]


@pytest.mark.req("X20")
def test_a_full_read_covers_the_events_before_it(database: Database) -> None:
    """But not those of its last minute: Paycor may show such a change only later."""
    record(database, "e1")
    record(database, "e2", minutes=5)

    with database.writing() as session:
        events.delete_covered(session, 1, NOW + 5 * MINUTE)

    assert waiting(database) == ["e2"]


@pytest.mark.req("X20")
@pytest.mark.parametrize(
    ("changes", "is_due"),
    [
        pytest.param({}, True, id="active and synced once"),
        pytest.param({"state": ConnectionState.PAUSED}, False, id="paused"),
        pytest.param({"first_sync_at": None}, False, id="never synced"),
    ],
)
def test_only_an_active_connection_that_has_synced_is_due(
    database: Database, changes: dict[str, object], is_due: bool
) -> None:
    """And only once an event is old enough for Paycor to show the change."""
    record(database, "e1")
    with database.writing() as session:
        row = connections.by_id(session, 1)
        for name, value in changes.items():
            setattr(row, name, value)

    with database.reading() as session:
        assert events.due_connections(session, NOW) == []
        assert events.due_connections(session, NOW + MINUTE) == ([1] if is_due else [])


@pytest.mark.req("X20", "D20")
@pytest.mark.parametrize(
    ("outcome", "connections"),
    [
        pytest.param("planned", [], id="an admin has to decide about a whole plan first"),
        pytest.param("held", [1], id="an excess alone stops nobody else"),
    ],
)
def test_a_held_plan_stops_event_refreshes(database: Database, outcome: str, connections: list[int]) -> None:
    """Only while the plan of everybody waits."""
    record(database, "e1")
    add(database, run(1, status="held"), entry(2, outcome=outcome))

    with database.reading() as session:
        assert events.due_connections(session, NOW + MINUTE) == connections


def test_a_new_address_replaces_the_earlier_one(database: Database) -> None:
    """It is found by the hash of its path; closing it tells whether there was one."""
    with database.writing() as session:
        events.open_endpoint(session, 1, "path-1", "secret-1", NOW)
        events.open_endpoint(session, 1, "path-2", "secret-2", NOW + MINUTE)

    with database.writing() as session:
        old, new = events.endpoint_at(session, "path-1"), events.endpoint_at(session, "path-2")
        assert old is None
        assert new is not None
        assert (new.secret_hash, new.made_at) == ("secret-2", NOW + MINUTE)
        assert events.close_endpoint(session, 1)
    with database.writing() as session:
        assert not events.close_endpoint(session, 1)
