"""Choices and exceptions from the shell."""

import json

import pytest

from connector.store.tables.people import EmployeeRow
from tests.whole import PORTAL, Whole


@pytest.mark.req("X4", "X13", "X14")
def test_the_choices_in_force_are_told(whole: Whole) -> None:
    """For people a line each, for programs one object, defaults included."""
    lines = whole.run_command("settings", "--portal", PORTAL)
    told = whole.run_command("settings", "--json", "--portal", PORTAL)

    assert "policy.limits.leavers.people = 5" in lines.stdout.splitlines()
    assert json.loads(told.stdout)["policy"]["feed_pct"] == 90


@pytest.mark.req("X16")
def test_an_exception_is_made_listed_and_ended(whole: Whole) -> None:
    """By whatever somebody is called; what cannot be is said."""
    with whole.app.app_context():
        with whole.services.database.reading() as session:
            employee_id = session.query(EmployeeRow.employee_id).order_by(EmployeeRow.id).limit(1).scalar()
        until = whole.services.clock().date().isoformat()
    options = ("--until", until, "--reason", "an audit", "--portal", PORTAL)

    made = whole.run_command("override", "add", str(employee_id), *options)
    nobody = whole.run_command("override", "add", "nobody", *options)
    listed = whole.run_command("override", "list", "--portal", PORTAL)
    ended = whole.run_command("override", "end", listed.stdout.split()[0], "--portal", PORTAL)
    empty = whole.run_command("override", "list", "--portal", PORTAL)

    assert (made.exit_code, nobody.exit_code, listed.exit_code, ended.exit_code) == (0, 1, 0, 0)
    assert "an audit" in listed.stdout
    assert empty.stdout == ""
