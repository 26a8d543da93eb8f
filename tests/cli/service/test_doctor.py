"""`flask connector doctor`: it says what is wrong and what to do, and ends with 1 when something is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

import connector
from connector.core.model.connection import ConnectionState
from connector.store import schema
from connector.store.tables.connection import Connection
from tests.whole import Whole


def lines(whole: Whole, code: int) -> list[str]:
    """What the doctor says, having ended with this code."""
    result = whole.run_command("doctor")
    assert result.exit_code == code, result.output
    return result.output.splitlines()


def test_an_installation_that_is_well(whole: Whole) -> None:
    """Every line is marked ok."""
    said = lines(whole, 0)

    assert {line[:4] for line in said} == {"ok  "}
    assert any("Portal 1: active, next daily sync" in line for line in said)
    assert said[-1] == "ok  Portal 2: not connected"


def test_tables_that_are_behind(whole: Whole) -> None:
    """The command that mends it is named, and the rest is looked at all the same."""
    schema.downgrade(whole.services.database.engine)

    said = lines(whole, 1)

    assert f"!!  Tables: at None, this release needs {schema.head()}" in said
    assert "      Run `flask connector db upgrade`." in said
    assert "Portal" not in "".join(said)


@pytest.mark.parametrize(("is_told", "code"), [(True, 0), (False, 1)])
def test_migrations_of_the_lms_that_would_drop_our_tables(whole: Whole, is_told: bool, code: int) -> None:
    """Unless they are told to pass over them."""
    options: dict[str, Any] = {"include_name": connector.not_ours} if is_told else {}
    Migrate(whole.app, SQLAlchemy(), **options)

    said = "\n".join(lines(whole, code))

    assert ("would drop the connector's tables" in said) is not is_told
    assert ("Migrate(app, db, include_name=connector.not_ours)" in said) is not is_told


@pytest.mark.req("D18")
def test_a_connection_that_needs_attention(whole: Whole) -> None:
    """With the code of what ended it."""
    with whole.services.database.writing() as session:
        row = session.query(Connection).one()
        row.state, row.attention_code = ConnectionState.ATTENTION, "source.auth"

    said = lines(whole, 1)

    assert "!!  Portal 1: needs attention (source.auth)" in said
    assert "      An admin of the portal connects to Paycor again; every setting is kept." in said


@pytest.mark.parametrize(("late", "code"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_a_daily_sync_that_did_not_come(whole: Whole, late: timedelta, code: int) -> None:
    """An hour's delay is nobody's fault; more means that no jobs are running."""
    with whole.services.database.writing() as session:
        session.query(Connection).one().next_daily_at = whole.services.clock() - late

    said = lines(whole, code)

    assert ("      See that the jobs are running." in said) is bool(code)


@pytest.mark.parametrize("here", [True, False])
def test_where_the_jobs_run(whole: Whole, here: bool) -> None:
    """In the web processes, or in one that somebody has to keep running."""
    services = whole.services
    services.config = replace(services.config, scheduler=here)

    assert any(
        ("flask connector scheduler" in line) is not here for line in lines(whole, 0) if "Jobs" in line
    )
