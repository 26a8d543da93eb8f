"""Overrides: added with a reason and a last day, respected by the next run, ended when they are not needed."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from connector.errors import Refused
from connector.services.invalid_settings import InvalidSettings
from connector.services.people.overrides import MAX_DAYS, OverrideService
from connector.store.tables.connection import Audit
from connector.store.tables.people import EmployeeRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """Three people, synced."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    return portal


def today(portal: ConnectedPortal) -> date:
    """The day in New York, at the clock of the tests."""
    return portal.clock().date()


@pytest.mark.req("X16")
def test_a_protected_person_is_left_alone_until_the_override_ends(portal: ConnectedPortal) -> None:
    """A leaver keeps access; once the override is ended, the next run suspends them."""
    overrides = OverrideService(portal.wiring)
    portal.employs(gone(1), hire(2), hire(3))
    overrides.add("a", "7", "e1", reason="stays for the audit", until=today(portal) + timedelta(days=9))

    kept = portal.carry_out(portal.queue("sync"))
    [override] = overrides.page("a").rows
    overrides.end("a", "7", override.override_id)
    ended = portal.carry_out(portal.queue("sync"))

    assert (override.owner, override.employee.employee_id, override.reason) == (
        "7",
        "e1",
        "stays for the audit",
    )
    assert kept.report is not None
    assert ended.report is not None
    assert (kept.report["suspended"], ended.report["suspended"]) == (0, 1)
    assert [row.action for row in portal.rows(Audit) if row.action.startswith("override.")] == [
        "override.made",
        "override.ended",
    ]


@pytest.mark.req("X16")
def test_the_next_run_decides_again_about_the_person(portal: ConnectedPortal) -> None:
    """They are marked as dirty when the override is added."""
    before = {row.employee_id for row in portal.rows(EmployeeRow) if row.dirty}

    OverrideService(portal.wiring).add("a", "7", "e2", name="email", reason="x", until=today(portal))

    assert before == set()
    assert {"e2"} == {row.employee_id for row in portal.rows(EmployeeRow) if row.dirty}


@pytest.mark.req("X16")
@pytest.mark.parametrize(
    ("name", "reason", "days", "expected"),
    [
        pytest.param("", "", 1, "reason", id="no reason"),
        pytest.param("", "x" * 501, 1, "reason", id="a reason too long"),
        pytest.param("", "x", -1, "until", id="in the past"),
        pytest.param("", "x", MAX_DAYS + 1, "until", id="too late"),
        pytest.param("field:gone", "x", 1, "name", id="an unknown field"),
    ],
)
def test_wrong_input_is_refused_with_the_field(
    portal: ConnectedPortal, name: str, reason: str, days: int, expected: str
) -> None:
    """The error names the field, and nothing is added."""
    overrides = OverrideService(portal.wiring)

    with pytest.raises(InvalidSettings) as caught:
        overrides.add("a", "7", "e1", name=name, reason=reason, until=today(portal) + timedelta(days=days))

    assert [expected] == list(caught.value.errors)
    assert overrides.page("a").rows == ()


def test_an_unknown_employee_or_override_is_refused(portal: ConnectedPortal) -> None:
    """Both errors say what is missing."""
    overrides = OverrideService(portal.wiring)

    with pytest.raises(Refused, match="No employee"):
        overrides.add("a", "7", "e9", reason="x", until=today(portal))
    with pytest.raises(Refused, match="no exception 9"):
        overrides.end("a", "7", 9)
