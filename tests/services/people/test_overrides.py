"""Exceptions: made with a reason and a last day, acted on by the next run, ended when they are not needed."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from connector.errors import Refused
from connector.services.people.overrides import MOST_DAYS, OverrideService
from connector.services.settings.invalid import InvalidSettings
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
def test_whoever_is_protected_is_left_alone_until_it_ends(portal: ConnectedPortal) -> None:
    """A leaver keeps their access; once the exception is ended, the next run acts."""
    excepting = OverrideService(portal.wiring)
    portal.employs(gone(1), hire(2), hire(3))
    excepting.add("a", "7", "e1", reason="stays for the audit", until=today(portal) + timedelta(days=9))

    kept = portal.carry_out(portal.queue("sync"))
    [made] = excepting.exceptions("a").rows
    excepting.end("a", "7", made.override_id)
    ended = portal.carry_out(portal.queue("sync"))

    assert (made.owner, made.employee.employee_id, made.reason) == ("7", "e1", "stays for the audit")
    assert kept.report is not None
    assert ended.report is not None
    assert (kept.report["suspended"], ended.report["suspended"]) == (0, 1)
    assert [row.action for row in portal.rows(Audit) if row.action.startswith("override.")] == [
        "override.made",
        "override.ended",
    ]


@pytest.mark.req("X16")
def test_a_person_is_decided_about_anew(portal: ConnectedPortal) -> None:
    """What was settled is not, once there is an exception."""
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
        pytest.param("", "x", -1, "until", id="over already"),
        pytest.param("", "x", MOST_DAYS + 1, "until", id="for ever"),
        pytest.param("field:gone", "x", 1, "name", id="a field there is not"),
    ],
)
def test_what_cannot_be_is_told(
    portal: ConnectedPortal, name: str, reason: str, days: int, expected: str
) -> None:
    """By the field it is about, and nothing is made."""
    excepting = OverrideService(portal.wiring)

    with pytest.raises(InvalidSettings) as caught:
        excepting.add("a", "7", "e1", name=name, reason=reason, until=today(portal) + timedelta(days=days))

    assert [expected] == list(caught.value.errors)
    assert excepting.exceptions("a").rows == ()


def test_nobody_and_nothing_are_refused(portal: ConnectedPortal) -> None:
    """An employee of nobody's, and an exception there is not."""
    excepting = OverrideService(portal.wiring)

    with pytest.raises(Refused, match="Nobody"):
        excepting.add("a", "7", "e9", reason="x", until=today(portal))
    with pytest.raises(Refused, match="no exception 9"):
        excepting.end("a", "7", 9)
