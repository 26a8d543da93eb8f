"""`flask connector doctor`: it says what is wrong and what to do, and then exits with 1."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete

import connector
from connector.core.model.connection import ConnectionState
from connector.store import heartbeat, schema
from connector.store.tables.connection import Connection
from connector.store.tables.runs import Heartbeat
from tests.whole import Whole


def lines(whole: Whole, code: int) -> list[str]:
    """The output lines of the doctor, which must exit with this code."""
    result = whole.run_command("doctor")
    assert result.exit_code == code, result.output
    return result.output.splitlines()


def test_a_healthy_installation_has_only_ok_lines(whole: Whole) -> None:
    """One for each check and portal."""
    output = lines(whole, 0)

    assert {line[:4] for line in output} == {"ok  "}
    assert any("Portal 1: active, next daily sync" in line for line in output)
    assert output[-1] == "ok  Portal 2: not connected"


def test_outdated_tables_are_reported(whole: Whole) -> None:
    """With the command that upgrades them; portals cannot be checked then."""
    schema.downgrade(whole.services.database.engine)

    output = lines(whole, 1)

    assert f"!!  Tables: at None, this release needs {schema.head()}" in output
    assert "      Run `flask connector db upgrade`." in output
    assert "Portal" not in "".join(output)


@pytest.mark.parametrize(("is_filtered", "code"), [(True, 0), (False, 1)])
def test_migrations_of_the_lms_that_would_drop_our_tables_are_reported(
    whole: Whole, is_filtered: bool, code: int
) -> None:
    """Unless they ignore the connector's tables."""
    options: dict[str, Any] = {"include_name": connector.not_ours} if is_filtered else {}
    Migrate(whole.app, SQLAlchemy(), **options)

    output = "\n".join(lines(whole, code))

    assert ("would drop the connector's tables" in output) is not is_filtered
    assert ("Migrate(app, db, include_name=connector.not_ours)" in output) is not is_filtered


@pytest.mark.req("D22")
def test_an_unknown_time_zone_is_reported(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the name that the LMS gives, and what it stops."""
    with whole.app.app_context():
        wrong = [replace(one, time_zone="Eastern Standard Time") for one in whole.services.lms.portals()]
    monkeypatch.setattr(whole.services.lms, "portals", lambda: wrong)

    output = lines(whole, 1)

    assert "!!  Portal 1: its time zone 'Eastern Standard Time' is no IANA name" in output


@pytest.mark.req("D18")
def test_a_connection_that_needs_attention_is_reported(whole: Whole) -> None:
    """With the code of the error that ended it."""
    with whole.services.database.writing() as session:
        row = session.query(Connection).one()
        row.state, row.attention_code = ConnectionState.ATTENTION, "source.auth"

    output = lines(whole, 1)

    assert "!!  Portal 1: needs attention (source.auth)" in output
    assert "      An admin of the portal has to connect to Paycor again; every setting is kept." in output


@pytest.mark.parametrize(("late", "code"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_a_missed_daily_sync_is_reported_after_an_hour(whole: Whole, late: timedelta, code: int) -> None:
    """A shorter delay is normal; a longer one means that no jobs are running."""
    with whole.services.database.writing() as session:
        session.query(Connection).one().next_daily_at = whole.services.clock() - late

    output = lines(whole, code)

    assert any("flask connector scheduler" in line for line in output if line.startswith("      ")) is bool(
        code
    )


@pytest.mark.req("D30")
def test_the_doctor_says_whether_any_process_runs_the_jobs(whole: Whole) -> None:
    """Each tick leaves a sign of life, in whichever process; a command cannot see the others."""
    database, now = whole.services.database, whole.services.clock()
    with database.writing() as session:
        heartbeat.beat(session, now - timedelta(minutes=11))
    dead = "\n".join(lines(whole, 1))
    whole.services.executor.tick(role="test")
    alive = "\n".join(lines(whole, 0))
    with database.writing() as session:
        session.execute(delete(Heartbeat))
    never = "\n".join(lines(whole, 1))

    assert "!!  Jobs: have not run since" in dead
    assert "ok  Jobs: run, the last time at" in alive
    assert "!!  Jobs: have never run" in never
    assert "flask connector scheduler" in never


@pytest.mark.req("A45")
def test_a_session_cookie_that_paycor_holds_up_is_named(whole: Whole) -> None:
    """With SameSite=Strict admins come back from Paycor by one page more; nothing has to be done."""
    whole.app.config["SESSION_COOKIE_SAMESITE"] = "Strict"

    output = lines(whole, 0)

    assert any(line.startswith("ok  Session cookie: SameSite=Strict") for line in output)
