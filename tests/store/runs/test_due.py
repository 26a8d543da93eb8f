"""What is due: only in active connections, and only after the first sync where people are concerned."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.store.db.sessions import Database
from connector.store.runs import due
from connector.store.tables.connection import Connection
from tests.services.stored import NOW, add, employee, link


def set_connection(database: Database, **values: object) -> None:
    """Columns of connection 1."""
    with database.writing() as session:
        session.execute(sa.update(Connection).where(Connection.id == 1).values(**values))


def daily(database: Database) -> Sequence[str]:
    """The portals whose daily sync is due."""
    with database.reading() as session:
        return due.portals_due_daily(session, NOW)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, ["a"], id="due now"),
        pytest.param({"next_daily_at": NOW + timedelta(seconds=1)}, [], id="due later"),
        pytest.param({"first_sync_at": None}, [], id="before the first sync"),
        pytest.param({"state": "paused"}, [], id="paused"),
        pytest.param({"state": "attention"}, [], id="needs attention"),
    ],
)
def test_the_daily_sync_is_due_at_its_hour_in_an_active_connection(
    database: Database, changes: dict[str, object], expected: list[str]
) -> None:
    """The instant itself counts."""
    set_connection(database, **({"first_sync_at": NOW, "next_daily_at": NOW} | changes))

    assert daily(database) == expected


def test_a_stored_date_is_due_once_it_is_reached(database: Database) -> None:
    """Connection 2 has a due date as well, but has not synced yet."""
    rows = [employee(1, None), employee(2, None, connection_id=2)]
    for row in rows:
        row.due_at = NOW
    add(database, *rows)
    set_connection(database, first_sync_at=NOW)

    with database.reading() as session:
        early = due.connections_with_due_dates(session, NOW - timedelta(seconds=1))
        now = due.connections_with_due_dates(session, NOW)

    assert (early, now) == ([], [1])


@pytest.mark.parametrize(
    ("mail_state", "expected"), [("owed", [1]), ("held", []), ("sending", []), ("sent", [])]
)
def test_only_mail_that_is_owed_needs_a_run(database: Database, mail_state: str, expected: list[int]) -> None:
    """Mail that is being sent belongs to a run already."""
    add(database, link(1, mail_state), link(2, "sent", connection_id=2))

    with database.reading() as session:
        assert [row.id for row in due.connections_with_owed_mail(session)] == expected


def test_a_paused_connection_owes_no_mail(database: Database) -> None:
    """Its mail waits until it is resumed."""
    add(database, link(1, "owed"))
    set_connection(database, state="paused")

    with database.reading() as session:
        assert due.connections_with_owed_mail(session) == []
