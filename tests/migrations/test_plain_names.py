"""Revision 0005 on a database with rows: new values and tables, nothing lost, and all of it back again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine

from connector.store import schema

#: A held plan as revision 0004 stores it, and as this release does.
OLD_HOLD = {
    "over": [{"measure": "leavers", "count": 6, "limit": 5, "weekly": False}],
    "doubt": {"read": 1, "expected": 2, "missing": 0},
}
NEW_HOLD = {
    "breaches": [{"metric": "leavers", "count": 6, "limit": 5, "weekly": False}],
    "feed_warning": {"read": 1, "expected": 2, "missing": 0},
}

RUN = """
    INSERT INTO connector_run (id, connection_id, mode, trigger, status, phase, done, requested_at, mails, held)
    VALUES ({id}, 1, '{mode}', 'hourly', 'done', '{phase}', 0, '2026-03-02 09:30:00', 0, {held})
"""
ENTRY = """
    INSERT INTO connector_entry (id, run_id, person_key, employee_id, kind, before, after, mail, outcome, outcome_code)
    VALUES ({id}, 1, 'p', 'e', 'update', '{{}}', '{{}}', 'none', '{outcome}', '')
"""
COMPLETION = """
    INSERT INTO connector_completion
        (id, connection_id, number, person_key, employee_id, account_id, course, completed_on, note, state, code)
    VALUES ({id}, 1, 'LMS-{id}', 'p', 'e', 'a', 'Safety', '2026-03-01', '', '{state}', '')
"""
EVENT = """
    INSERT INTO {table} (connection_id, employee_id, received_at, due_at)
    VALUES (1, '{employee}', '2026-03-02 09:00:00', '2026-03-02 09:01:00')
"""
#: (mode, phase) of each run.
RUNS = [("due", "mail"), ("nudge", "plan"), ("one", "decide"), ("completions", "certify"), ("sync", "record")]


def statements() -> Iterator[str]:
    """The rows of a database at revision 0004, in plain SQL."""
    yield """
        INSERT INTO connector_connection
            (id, portal_id, environment, mode, state, settings_version, policy, daily_hour)
        VALUES (1, 'a', 'production', 'oauth', 'active', 1, '{}', 2)
    """
    for number, (mode, phase) in enumerate(RUNS, start=1):
        held = f"'{json.dumps(OLD_HOLD)}'" if number == 1 else "NULL"
        yield RUN.format(id=number, mode=mode, phase=phase, held=held)
    for number, outcome in enumerate(("moved", "edited", "created"), start=1):
        yield ENTRY.format(id=number, outcome=outcome)
    for number, state in enumerate(("there", "sent"), start=1):
        yield COMPLETION.format(id=number, state=state)
    yield """
        INSERT INTO connector_event_door (connection_id, path_hash, secret_hash, made_at, heard_at)
        VALUES (1, 'path', 'secret', '2026-03-01 00:00:00', '2026-03-02 08:00:00')
    """
    yield EVENT.format(table="connector_nudge", employee="e1")
    yield EVENT.format(table="connector_nudge", employee="e2")
    # The first is gone, so that a new id which only counts rows would be one that was used before.
    yield "DELETE FROM connector_nudge WHERE employee_id = 'e1'"


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A database at revision 0004 with rows."""
    with schema._exclusive(engine) as connection:
        command.upgrade(schema._config(connection), "0004")
        for statement in statements():
            connection.exec_driver_sql(statement)
    return engine


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def column(engine: Engine, table: str, name: str) -> list[Any]:
    """The values of one column, in the order of ids."""
    return [row[0] for row in rows(engine, f"SELECT {name} FROM {table} ORDER BY id")]  # noqa: S608


def hold(engine: Engine) -> Any:
    """The held plan of run 1."""
    [(text,)] = rows(engine, "SELECT held FROM connector_run WHERE id = 1")
    return json.loads(text)


def add_event(engine: Engine, table: str, employee: str) -> int:
    """Insert one more event without an id; gives the id that the database chose."""
    with engine.begin() as connection:
        connection.exec_driver_sql(EVENT.format(table=table, employee=employee))
    [(row_id,)] = rows(engine, f"SELECT id FROM {table} WHERE employee_id = '{employee}'")  # noqa: S608
    return int(row_id)


def test_stored_values_get_their_plain_names(filled: Engine) -> None:
    """Modes, phases, outcomes and states; what has no new name stays."""
    schema.upgrade(filled)

    assert column(filled, "connector_run", "mode") == [
        "due_dates",
        "event_refresh",
        "one_person",
        "completions",
        "sync",
    ]
    assert column(filled, "connector_run", "phase") == ["mail", "plan", "plan", "completions", "plan"]
    assert column(filled, "connector_entry", "outcome") == ["outdated", "left", "created"]
    assert column(filled, "connector_completion", "state") == ["already_there", "sent"]
    assert schema.drift(filled) == []


def test_the_reasons_of_a_held_plan_get_their_plain_names(filled: Engine) -> None:
    """At every depth of the stored JSON; runs without a held plan stay empty."""
    schema.upgrade(filled)

    assert hold(filled) == NEW_HOLD
    assert column(filled, "connector_run", "held")[1:] == [None] * 4


def test_event_rows_move_to_the_new_tables(filled: Engine) -> None:
    """With every value, and the old tables are gone."""
    schema.upgrade(filled)

    endpoints = rows(filled, "SELECT connection_id, path_hash, secret_hash FROM connector_event_endpoint")
    assert endpoints == [(1, "path", "secret")]
    [(last_event_at,)] = rows(filled, "SELECT last_event_at FROM connector_event_endpoint")
    assert str(last_event_at).startswith("2026-03-02 08:00:00")
    assert rows(filled, "SELECT id, employee_id FROM connector_event_refresh") == [(2, "e2")]
    names = set(sa.inspect(filled).get_table_names())
    assert names.isdisjoint({"connector_event_door", "connector_nudge", "connector_intake"})


def test_ids_continue_after_the_move(filled: Engine) -> None:
    """A new row gets the next id, on the way up and on the way down."""
    schema.upgrade(filled)
    after_upgrade = add_event(filled, "connector_event_refresh", "e3")
    schema.downgrade(filled, "0004")

    assert (after_upgrade, add_event(filled, "connector_nudge", "e4")) == (3, 4)


def test_a_downgrade_brings_the_old_names_back(filled: Engine) -> None:
    """Only the phases `decide` and `record` stay `plan`, as which the older release can read them."""
    schema.upgrade(filled)
    schema.downgrade(filled, "0004")

    assert column(filled, "connector_run", "mode") == ["due", "nudge", "one", "completions", "sync"]
    assert column(filled, "connector_run", "phase") == ["mail", "plan", "plan", "certify", "plan"]
    assert column(filled, "connector_entry", "outcome") == ["moved", "edited", "created"]
    assert column(filled, "connector_completion", "state") == ["there", "sent"]
    assert hold(filled) == OLD_HOLD
    assert rows(filled, "SELECT path_hash FROM connector_event_door") == [("path",)]
    assert rows(filled, "SELECT id, employee_id FROM connector_nudge") == [(2, "e2")]
    assert "connector_intake" in sa.inspect(filled).get_table_names()
