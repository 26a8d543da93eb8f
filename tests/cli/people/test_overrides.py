"""Exceptions from the shell: add, list, end."""

import pytest

from connector.store.tables.people import EmployeeRow
from tests.whole import PORTAL, Whole


@pytest.mark.req("X16")
def test_an_exception_is_added_listed_and_ended(whole: Whole) -> None:
    """An unknown employee is refused."""
    with whole.app.app_context():
        with whole.services.database.reading() as session:
            employee_id = session.query(EmployeeRow.employee_id).order_by(EmployeeRow.id).limit(1).scalar()
        until = whole.services.clock().date().isoformat()
    options = ("--until", until, "--reason", "an audit", "--portal", PORTAL)

    added = whole.run_command("override", "add", str(employee_id), *options)
    unknown = whole.run_command("override", "add", "nobody", *options)
    listed = whole.run_command("override", "list", "--portal", PORTAL)
    ended = whole.run_command("override", "end", listed.stdout.split()[0], "--portal", PORTAL)
    empty = whole.run_command("override", "list", "--portal", PORTAL)

    assert (added.exit_code, unknown.exit_code, listed.exit_code, ended.exit_code) == (0, 1, 0, 0)
    assert "an audit" in listed.stdout
    assert empty.stdout == ""
