"""The runs that are due by the clock: the daily sync, stored dates, and the end of old records."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.model.settings import AddAs, InviteWhen, Policy, ReadInterval
from connector.core.ports.lms import Portal
from connector.errors import SourceForbidden, SourceUnavailable
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire, take_lease

# --- the daily sync (A23, B1) --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-02T09:30", ["2026-03-03T07:00", "2026-03-04T07:00"], id="winter"),
        pytest.param("2026-03-07T12:00", ["2026-03-08T07:00", "2026-03-09T06:00"], id="2 AM is skipped"),
        pytest.param("2026-10-30T12:00", ["2026-10-31T06:00", "2026-11-01T07:00"], id="1 AM occurs twice"),
    ],
)  # fmt: skip
@pytest.mark.req("A23", "B1")
def test_the_daily_sync_starts_at_the_portals_hour_in_the_portals_time_zone(
    portal: ConnectedPortal, clock: Clock, now: str, expected: list[str]
) -> None:
    """At 2 AM in New York, once a day, also when the clocks change."""
    clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    portal.sync()
    due = []
    for _ in expected:
        next_at = portal.connection.next_daily_at
        assert next_at is not None
        due.append(f"{next_at:%Y-%m-%dT%H:%M}")
        clock.set(next_at - timedelta(seconds=1))
        portal.executor.tick(role="test")
        clock.set(next_at)
        portal.executor.tick(role="test")
        portal.executor.tick(role="test")

    assert due == expected
    assert portal.history() == [("sync", "manual", "done"), *[("sync", "daily", "done")] * 2]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        pytest.param("1", ["10:00", "11:00", "12:00", "13:00"], id="every hour"),
        pytest.param("4", ["11:00", "15:00", "19:00", "23:00"], id="every four hours"),
        pytest.param("12", ["19:00", "07:00", "19:00", "07:00"], id="twice a day"),
        pytest.param("24", ["07:00", "07:00", "07:00", "07:00"], id="once a day"),
    ],
)
@pytest.mark.req("X28")
def test_paycor_is_read_as_often_as_the_admin_has_chosen(
    portal: ConnectedPortal, clock: Clock, interval: str, expected: list[str]
) -> None:
    """The hour of the daily sync, 2 AM in New York, is always one of the times."""
    portal.sets(read_interval=ReadInterval(interval))
    portal.sync()
    times = []
    for _ in expected:
        due_at = portal.connection.next_daily_at
        assert due_at is not None
        clock.set(due_at)
        portal.executor.tick(role="test")
        times.append(f"{due_at:%H:%M}")

    assert times == expected
    assert portal.history()[1:] == [("sync", "daily", "done")] * len(expected)


@pytest.mark.req("B1")
def test_each_portal_has_its_own_hour(tmp_path: Path, clock: Clock) -> None:
    """2 AM in Tokyo is 5 PM of the day before in UTC."""
    portal = ConnectedPortal(tmp_path, clock, zone="Asia/Tokyo")

    portal.sync()

    assert portal.connection.next_daily_at == datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize("mode", ["preview", "mail"])
@pytest.mark.req("A23", "D14")
def test_the_daily_sync_starts_only_after_the_first_sync(
    portal: ConnectedPortal, clock: Clock, mode: str
) -> None:
    """A preview or a failed run is not the first sync: no one is synced before an admin has started it."""
    portal.carry_out(portal.queue(mode))
    portal.fails(SourceForbidden("The consent does not cover legal entity 1."))
    portal.sync()
    clock.advance(timedelta(days=3))

    portal.executor.tick(role="test")
    portal.executor.due(role="test")

    assert len(portal.history()) == 2
    assert (portal.connection.first_sync_at, portal.connection.next_daily_at) == (None, None)


@pytest.mark.req("A23")
def test_missed_nights_are_made_up_by_one_sync(portal: ConnectedPortal, clock: Clock) -> None:
    """After a week without a scheduler one sync runs, and the next one runs tomorrow."""
    portal.sync()
    clock.advance(timedelta(days=7))

    portal.executor.tick(role="test")

    assert portal.history()[1:] == [("sync", "daily", "done")]
    assert portal.connection.next_daily_at == datetime(2026, 3, 10, 6, tzinfo=UTC)


@pytest.mark.req("A23")
def test_a_killed_run_does_not_stop_the_daily_sync(portal: ConnectedPortal, clock: Clock) -> None:
    """Its row still says that it is running, and is corrected."""
    portal.sync()
    killed = portal.leave_for_dead()
    clock.advance(timedelta(days=1))

    portal.executor.tick(role="test")

    assert portal.run(killed).status == "interrupted"
    assert portal.history()[-1] == ("sync", "daily", "done")


@pytest.mark.req("A23")
def test_a_failed_daily_sync_is_followed_by_the_next_one(portal: ConnectedPortal, clock: Clock) -> None:
    """One that no second try heals is not tried again, and the next night it runs as usual."""
    portal.sync()
    portal.fails(SourceForbidden("The consent does not cover legal entity 1."))
    for _ in range(3):
        clock.advance(timedelta(hours=12))
        portal.executor.tick(role="test")
    portal.fails(None)
    clock.advance(timedelta(hours=12))
    portal.executor.tick(role="test")

    assert [status for _, _, status in portal.history()] == ["done", "failed", "done"]


@pytest.mark.parametrize("trigger", ["manual", "daily"])
@pytest.mark.req("A27")
def test_the_invite_configuration_applies_to_every_sync(portal: ConnectedPortal, trigger: str) -> None:
    """Started by hand or by the clock, people are added as the admin has chosen."""
    portal.chooses(Policy(add_as=AddAs.PENDING_INVITATION))

    portal.carry_out(portal.queue("sync", trigger))

    assert {account.state for account in portal.host.accounts.values()} == {AccountState.PENDING}
    assert {mail.mail for mail in portal.host.mails} == {Mail.INVITATION}


# --- due dates (D8) ------------------------------------------------------------------------------------------------


@pytest.mark.req("A37", "D8")
def test_the_hourly_run_starts_only_where_a_date_is_due(portal: ConnectedPortal, clock: Clock) -> None:
    """An hour without a due date leaves no run, and none of them reads Paycor."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1), hire(2, hire_date=date(2026, 3, 4)))
    portal.sync()
    portal.fails(SourceUnavailable("Paycor should not be read."))
    runs = []
    for instant in ("2026-03-04T04:59", "2026-03-04T05:00", "2026-03-04T06:00"):
        clock.set(datetime.fromisoformat(instant).replace(tzinfo=UTC))
        portal.executor.due(role="test")
        runs.append(portal.history()[1:])

    assert runs == [[], [("due_dates", "hourly", "done")], [("due_dates", "hourly", "done")]]
    assert portal.mailed() == ["p1@example.com", "p2@example.com"]


@pytest.mark.req("D8")
def test_an_hourly_run_that_has_to_wait_is_queued_once(portal: ConnectedPortal, clock: Clock) -> None:
    """While another run takes hours, one run is enough for all dates that become due."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1, hire_date=date(2026, 3, 3)))
    portal.sync()
    clock.advance(timedelta(days=1))
    handle = take_lease(portal, clock)
    for _ in range(3):
        portal.executor.due(role="test")
    queued = portal.history()[1:]
    handle.release(portal.database, clock())
    portal.executor.due(role="test")

    assert queued == [("due_dates", "hourly", "queued")]
    assert portal.history()[1:] == [("due_dates", "hourly", "done")]
    assert portal.mailed() == ["p1@example.com"]


@pytest.mark.req("D8", "D18")
def test_no_date_is_acted_on_while_the_connection_needs_attention(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Stored dates can no longer be checked with Paycor then."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1, hire_date=date(2026, 3, 4)))
    portal.sync()
    portal.sets(state="attention")
    clock.advance(timedelta(days=3))

    portal.executor.due(role="test")

    assert len(portal.history()) == 1


# --- old records ---------------------------------------------------------------------------------------------------


def test_records_of_runs_are_kept_as_long_as_the_operator_has_configured(
    tmp_path: Path, clock: Clock
) -> None:
    """They are deleted with their rows, to the day; links and the mirror stay."""
    portal = ConnectedPortal(tmp_path, clock, CONNECTOR_RUN_RETENTION_DAYS="30")
    first = portal.sync().id
    clock.advance(timedelta(days=30))
    second = portal.sync().id
    portal.executor.due(role="test")
    kept = [run.id for run in portal.rows(RunRow)]
    clock.advance(timedelta(seconds=1))
    portal.executor.due(role="test")

    assert (kept, [run.id for run in portal.rows(RunRow)]) == ([first, second], [second])
    assert {entry.run_id for entry in portal.rows(EntryRow)} <= {second}
    assert (len(portal.rows(LinkRow)), len(portal.rows(EmployeeRow))) == (3, 3)


# --- one portal's trouble is its own (D22) -------------------------------------------------------------------------


@pytest.fixture
def beside(portal: ConnectedPortal, clock: Clock) -> ConnectedPortal:
    """The portal `a` beside a portal `0`; the daily syncs of both are due."""
    portal.lms.switched_on["0"] = Portal("0", "Other", "America/New_York")
    portal.connect("0")
    portal.sets(first_sync_at=clock(), next_daily_at=clock() + timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    return portal


@pytest.mark.req("D22")
@pytest.mark.parametrize("zone", ["Eastern Standard Time", "", "UTC+2", None])
def test_an_unknown_time_zone_stops_only_its_own_portal(beside: ConnectedPortal, zone: Any) -> None:
    """Its run says what to correct; the other portal is synced."""
    beside.lms.switched_on["0"] = Portal("0", "Other", zone)

    beside.executor.tick(role="test")
    beside.executor.due(role="test")

    ends = {run.connection_id: run for run in beside.rows(RunRow)}
    assert ends[1].status == "done"
    assert (ends[2].status, ends[2].error_code) == ("failed", "configuration")
    assert "IANA name" in (ends[2].error_message or "")


@pytest.mark.req("D22")
def test_a_portal_that_the_lms_cannot_look_up_stops_no_other(
    beside: ConnectedPortal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Any exception of the LMS's own code is logged without its text, which may name a person."""
    known = beside.lms.portal

    def portal(portal_id: str) -> Portal | None:
        if portal_id == "0":
            raise AttributeError("Renata O'Dell has no zone")
        return known(portal_id)

    monkeypatch.setattr(beside.lms, "portal", portal)

    beside.executor.tick(role="test")
    beside.executor.due(role="test")

    assert [run.status for run in beside.rows(RunRow) if run.connection_id == 1] == ["done"]
    assert "AttributeError" in caplog.text
    assert "Renata" not in caplog.text


@pytest.mark.req("D22")
def test_a_run_with_an_unexpected_error_stops_no_other(
    beside: ConnectedPortal, caplog: pytest.LogCaptureFixture
) -> None:
    """Its row says so; the log has the type of the error and where it was raised, not its text."""
    errors = iter([ZeroDivisionError("p1@example.com")])

    def once() -> None:
        for error in errors:
            raise error

    beside.wiring.feed.meanwhile = once

    beside.executor.tick(role="test")

    assert sorted(run.status for run in beside.rows(RunRow)) == ["done", "failed"]
    assert "ZeroDivisionError" in caplog.text
    assert "test_due_runs.py" in caplog.text
    assert "p1@example" not in caplog.text
