"""Carrying runs out: when they begin by themselves, and what is left behind when something ends them."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.account import AccountState, Mail
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import AddAs, InviteWhen, Policy
from connector.errors import (
    HostUnavailable,
    LeaseLost,
    RunInProgress,
    SchemaBehind,
    SourceAuthError,
    SourceUnavailable,
)
from connector.hosts.memory import Failure, Fault
from connector.store import schema
from connector.store.runs import lease
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Audit
from connector.store.tables.people import EmployeeRow, LinkRow, StagedRow
from connector.store.tables.runs import EntryRow, Lease, RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire

GONE = SourceAuthError("Paycor has withdrawn the consent. Press + Connect to connect again.")


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal in New York with three people at Paycor and nobody in the LMS."""
    made = ConnectedPortal(tmp_path, clock)
    yield made
    made.database.engine.dispose()


def take_lease(portal: ConnectedPortal, clock: Clock) -> LeaseHandle:
    """Another process runs the connection."""
    owner = lease.current_owner("elsewhere")
    return lease.acquire(portal.database, portal.connection.id, owner=owner, now=clock())


def is_free(portal: ConnectedPortal, clock: Clock) -> bool:
    """Whether nobody holds the lease."""
    with portal.database.reading() as session:
        return lease.holder(session, portal.connection.id, clock()) is None


# --- the daily sync (A23, B1) --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-02T09:30", ["2026-03-03T07:00", "2026-03-04T07:00"], id="winter"),
        pytest.param("2026-03-07T12:00", ["2026-03-08T07:00", "2026-03-09T06:00"], id="two o'clock is skipped"),
        pytest.param("2026-10-30T12:00", ["2026-10-31T06:00", "2026-11-01T07:00"], id="one o'clock comes twice"),
    ],
)  # fmt: skip
@pytest.mark.req("A23", "B1")
def test_the_daily_sync_comes_at_the_portals_hour_in_the_portals_zone(
    portal: ConnectedPortal, clock: Clock, now: str, expected: list[str]
) -> None:
    """At two in the morning in New York, once a day, also when the clocks change."""
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


@pytest.mark.req("B1")
def test_the_hour_is_the_portals_own(tmp_path: Path, clock: Clock) -> None:
    """Two in the morning in Tokyo is the evening before in UTC."""
    portal = ConnectedPortal(tmp_path, clock, zone="Asia/Tokyo")

    portal.sync()

    assert portal.connection.next_daily_at == datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize("mode", ["preview", "mail"])
@pytest.mark.req("A23", "D14")
def test_the_daily_sync_begins_after_the_first_sync(portal: ConnectedPortal, clock: Clock, mode: str) -> None:
    """A preview is no sync, nor is a run that failed: nobody is synced before an admin has said so."""
    portal.carry_out(portal.queue(mode))
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    portal.sync()
    clock.advance(timedelta(days=3))

    portal.executor.tick(role="test")
    portal.executor.due(role="test")

    assert len(portal.history()) == 2
    assert (portal.connection.first_sync_at, portal.connection.next_daily_at) == (None, None)


@pytest.mark.req("A23")
def test_nights_that_were_missed_are_one_sync(portal: ConnectedPortal, clock: Clock) -> None:
    """After a week without a scheduler there is one sync, and the next one is tomorrow's."""
    portal.sync()
    clock.advance(timedelta(days=7))

    portal.executor.tick(role="test")

    assert portal.history()[1:] == [("sync", "daily", "done")]
    assert portal.connection.next_daily_at == datetime(2026, 3, 10, 6, tzinfo=UTC)


@pytest.mark.req("A23")
def test_a_run_that_was_killed_does_not_stop_the_daily_sync(portal: ConnectedPortal, clock: Clock) -> None:
    """The row that says it is under way is not believed for ever."""
    portal.sync()
    killed = portal.leave_for_dead()
    clock.advance(timedelta(days=1))

    portal.executor.tick(role="test")

    assert portal.run(killed).status == "interrupted"
    assert portal.history()[-1] == ("sync", "daily", "done")


def test_a_run_that_was_killed_is_told_as_interrupted(portal: ConnectedPortal, clock: Clock) -> None:
    """Nobody looks at a progress bar that will never move; one that is under way is left alone."""
    killed = portal.leave_for_dead()
    held = take_lease(portal, clock)

    portal.executor.tick(role="test")
    alive = portal.run(killed).status
    held.release(portal.database, clock())
    portal.executor.tick(role="test")

    assert (alive, portal.run(killed).status) == ("running", "interrupted")


@pytest.mark.req("A23")
def test_a_failed_night_is_followed_by_the_next(portal: ConnectedPortal, clock: Clock) -> None:
    """Time-outs are not retried every minute, nor are they the end."""
    portal.sync()
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    for _ in range(3):
        clock.advance(timedelta(hours=12))
        portal.executor.tick(role="test")
    portal.fails(None)
    clock.advance(timedelta(hours=12))
    portal.executor.tick(role="test")

    assert [status for _, _, status in portal.history()] == ["done", "failed", "done"]


@pytest.mark.parametrize("trigger", ["manual", "daily"])
@pytest.mark.req("A27")
def test_the_invite_configuration_holds_for_every_sync(portal: ConnectedPortal, trigger: str) -> None:
    """Whoever starts it, people are added as the admin has chosen."""
    portal.chooses(Policy(add_as=AddAs.PENDING_INVITATION))

    portal.carry_out(portal.queue("sync", trigger))

    assert {account.state for account in portal.host.accounts.values()} == {AccountState.PENDING}
    assert {mail.mail for mail in portal.host.mails} == {Mail.INVITATION}


# --- due dates (D8) ------------------------------------------------------------------------------------------------


@pytest.mark.req("A37", "D8")
def test_the_hourly_run_begins_only_where_something_is_due(portal: ConnectedPortal, clock: Clock) -> None:
    """An hour without a hire or an end leaves no run, and no hour reads Paycor."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1), hire(2, hire_date=date(2026, 3, 4)))
    portal.sync()
    portal.fails(SourceUnavailable("Nobody should have asked."))
    runs = []
    for instant in ("2026-03-04T04:59", "2026-03-04T05:00", "2026-03-04T06:00"):
        clock.set(datetime.fromisoformat(instant).replace(tzinfo=UTC))
        portal.executor.due(role="test")
        runs.append(portal.history()[1:])

    assert runs == [[], [("due_dates", "hourly", "done")], [("due_dates", "hourly", "done")]]
    assert portal.mailed() == ["p1@example.com", "p2@example.com"]


@pytest.mark.req("D8")
def test_an_hour_that_must_wait_is_asked_for_once(portal: ConnectedPortal, clock: Clock) -> None:
    """While something else runs for hours, one run is enough for all that falls due meanwhile."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1, hire_date=date(2026, 3, 3)))
    portal.sync()
    clock.advance(timedelta(days=1))
    held = take_lease(portal, clock)
    for _ in range(3):
        portal.executor.due(role="test")
    waited = portal.history()[1:]
    held.release(portal.database, clock())
    portal.executor.due(role="test")

    assert waited == [("due_dates", "hourly", "queued")]
    assert portal.history()[1:] == [("due_dates", "hourly", "done")]
    assert portal.mailed() == ["p1@example.com"]


@pytest.mark.req("D8", "D18")
def test_nothing_falls_due_while_the_connection_needs_attention(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Stored dates that nobody can check any more are not acted on."""
    portal.chooses(Policy(invite_when=InviteWhen.HIRE_DATE))
    portal.employs(hire(1, hire_date=date(2026, 3, 4)))
    portal.sync()
    portal.sets(state="attention")
    clock.advance(timedelta(days=3))

    portal.executor.due(role="test")

    assert len(portal.history()) == 1


# --- a consent that is gone (D18) ----------------------------------------------------------------------------------


@pytest.mark.req("D18")
def test_a_dead_consent_needs_attention_and_is_told_once(portal: ConnectedPortal, clock: Clock) -> None:
    """The admins get one mail that says what to press, whatever happens afterwards."""
    portal.sync()
    waiting = portal.queue("preview", "manual")
    portal.fails(GONE)
    failed = portal.sync(trigger="operator")
    portal.executor.tick(role="test")

    assert (failed.status, failed.error_code, failed.error_message) == ("failed", "source.auth", GONE.message)
    assert (portal.connection.state, portal.connection.attention_code) == ("attention", "source.auth")
    assert portal.lms.letters == [("a", "The connection to Paycor needs attention", GONE.message)]
    assert [(row.action, row.viewer_id) for row in portal.rows(Audit)] == [("connection.attention", None)]
    assert portal.run(waiting).status == "discarded"


@pytest.mark.req("D18")
def test_a_dead_consent_stops_the_retries(portal: ConnectedPortal, clock: Clock) -> None:
    """No automatic run until somebody has connected again; then the night's sync is the next."""
    portal.sync()
    portal.fails(GONE)
    clock.advance(timedelta(days=1))
    portal.executor.tick(role="test")
    for _ in range(3):
        clock.advance(timedelta(days=1))
        portal.executor.tick(role="test")
        portal.executor.due(role="test")
    while_away = portal.history()[1:]
    portal.fails(None)
    portal.sets(state="active", attention_code=None)
    portal.executor.tick(role="test")

    assert while_away == [("sync", "daily", "failed")]
    assert portal.history()[2:] == [("sync", "daily", "done")]
    assert len(portal.lms.letters) == 1


def test_another_failure_of_paycor_needs_nobodys_attention(portal: ConnectedPortal) -> None:
    """Time mends it: the connection stays active and no admin is mailed."""
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))

    portal.sync()

    assert (portal.connection.state, portal.lms.letters) == ("active", [])


# --- what ends a run -----------------------------------------------------------------------------------------------


def test_a_failed_run_keeps_what_ended_it(portal: ConnectedPortal, clock: Clock) -> None:
    """Code and message are in its row, and the next run may begin at once."""
    portal.host.faults.append(Fault("find", Failure.UNAVAILABLE))

    run = portal.sync()

    assert (run.status, run.error_code) == ("failed", HostUnavailable.code)
    assert "try again" in (run.error_message or "")
    assert (run.finished_at, is_free(portal, clock)) == (clock(), True)


@pytest.mark.parametrize("error", [ZeroDivisionError("p1@example.com"), KeyboardInterrupt()])
def test_what_nobody_foresaw_is_told_and_the_lease_given_back(
    portal: ConnectedPortal, clock: Clock, error: BaseException
) -> None:
    """The row says so, without what the error says; the error goes on to the log."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.fails(error)

    with pytest.raises(type(error)):
        portal.executor.execute(run_id, role="test")

    run = portal.run(run_id)
    assert (run.status, run.error_code) == ("failed", "internal")
    assert run.error_message == "Something unforeseen ended the run; the log has the rest."
    assert is_free(portal, clock)


def test_the_log_names_nobody(portal: ConnectedPortal, caplog: pytest.LogCaptureFixture) -> None:
    """Numbers and codes are all that is said about runs."""
    caplog.set_level(logging.DEBUG, "connector")
    portal.sync()
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    portal.sync("preview")

    assert caplog.messages == [
        "Run 1 of connection 1 ended: applied.",
        "Run 2 ended with source.unavailable.",
    ]


def test_a_portal_that_was_switched_off_is_not_synced(portal: ConnectedPortal) -> None:
    """The run says so, and what to do."""
    del portal.lms.switched_on["a"]

    run = portal.sync()

    assert (run.status, run.error_code) == ("failed", "configuration")
    assert "switch the integration on in it, or disconnect it" in (run.error_message or "")
    assert portal.host.accounts == {}


# --- one at a time -------------------------------------------------------------------------------------------------


def test_a_run_waits_while_another_process_holds_the_lease(portal: ConnectedPortal, clock: Clock) -> None:
    """It is refused with the holder's name, stays queued, and is carried out when the other has ended."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    held = take_lease(portal, clock)

    with pytest.raises(RunInProgress, match="elsewhere"):
        portal.executor.execute(run_id, role="test")
    portal.executor.tick(role="test")
    waited = portal.run(run_id).status
    held.release(portal.database, clock())
    portal.executor.tick(role="test")

    assert (waited, portal.run(run_id).status) == ("queued", "done")


def test_a_run_is_carried_out_once(portal: ConnectedPortal) -> None:
    """Whoever comes second finds nothing to do, and one that does not exist is nobody's fault."""
    run = portal.sync()
    portal.fails(ZeroDivisionError())

    portal.executor.execute(run.id, role="test")
    portal.executor.execute(999, role="test")

    assert portal.history() == [("sync", "manual", "done")]


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.req("A50", "D17")
def test_disconnecting_ends_a_run_that_waits(portal: ConnectedPortal, forget: bool) -> None:
    """It is never begun."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.fails(ZeroDivisionError())

    portal.connecting.disconnect("a", "admin", forget=forget)
    portal.executor.attempt(run_id, role="test")
    portal.executor.tick(role="test")

    assert portal.history() == ([] if forget else [("sync", "manual", "discarded")])
    assert portal.host.accounts == {}


@pytest.mark.req("D17")
def test_a_consent_that_is_being_given_anew_ends_a_run_that_waits(portal: ConnectedPortal) -> None:
    """Nothing is synced between Continue and Finish."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.sets(state="review")

    portal.executor.tick(role="test")

    assert portal.run(run_id).status == "discarded"


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.req("A50", "D17")
def test_disconnecting_ends_a_run_under_way(portal: ConnectedPortal, forget: bool) -> None:
    """After it nothing more is read, stored or written to the LMS."""
    portal.wiring.feed.meanwhile = lambda: portal.connecting.disconnect("a", "admin", forget=forget)
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    with pytest.raises(LeaseLost):
        portal.executor.execute(run_id, role="test")
    portal.executor.tick(role="test")

    assert [len(portal.rows(table)) for table in (StagedRow, EmployeeRow, EntryRow, LinkRow)] == [0] * 4
    assert portal.host.accounts == {}
    assert portal.history() == ([] if forget else [("sync", "manual", "interrupted")])


@pytest.mark.parametrize("error", [None, SourceUnavailable("Paycor did not answer."), GONE])
def test_a_run_that_was_taken_over_writes_nothing(
    portal: ConnectedPortal, clock: Clock, error: BaseException | None
) -> None:
    """Neither people nor how it ended nor that anything needs attention: whoever has the lease now says so."""

    def fall_asleep() -> None:
        clock.advance(timedelta(seconds=lease.TTL_S + 1))
        take_lease(portal, clock)

    portal.wiring.feed.meanwhile = fall_asleep
    portal.fails(error)
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    with pytest.raises(LeaseLost, match="another run has taken over"):
        portal.executor.execute(run_id, role="test")

    run = portal.run(run_id)
    assert (run.status, run.error_code, run.finished_at) == ("running", None, None)
    assert (portal.connection.state, portal.lms.letters) == ("active", [])
    assert [len(portal.rows(table)) for table in (StagedRow, EmployeeRow, EntryRow)] == [0] * 3
    assert [row.token for row in portal.rows(Lease)] == [2]


# --- records and tables --------------------------------------------------------------------------------------------


def test_records_of_runs_are_kept_as_long_as_the_operator_says(tmp_path: Path, clock: Clock) -> None:
    """With their entries, to the day; links and the mirror stay."""
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


def test_before_the_upgrade_the_jobs_wait(portal: ConnectedPortal, caplog: pytest.LogCaptureFixture) -> None:
    """The app may be started before its tables are there: one line says what to run, and nothing fails."""
    schema.downgrade(portal.database.engine)

    portal.executor.tick(role="test")
    portal.executor.due(role="test")

    assert set(caplog.messages) == {"The jobs wait for the database: run `flask connector db upgrade`."}
    with pytest.raises(SchemaBehind, match="flask connector db upgrade"):
        portal.executor.execute(1, role="test")
    assert sa.inspect(portal.database.engine).get_table_names() == []
