"""Carrying runs out: one at a time, and what is stored when something ends them."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.core.model.run import RunMode, RunTrigger
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
from connector.store.tables.connection import Audit
from connector.store.tables.people import EmployeeRow, LinkRow, StagedRow
from connector.store.tables.runs import EntryRow, Lease
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, take_lease

GONE = SourceAuthError("Paycor has withdrawn the consent. Press + Connect to connect again.")


def is_free(portal: ConnectedPortal, clock: Clock) -> bool:
    """Whether the lease is free."""
    with portal.database.reading() as session:
        return lease.holder(session, portal.connection.id, clock()) is None


# --- a consent that was withdrawn (D18) ----------------------------------------------------------------------------


@pytest.mark.req("D18")
def test_a_withdrawn_consent_needs_attention_and_is_mailed_once(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """The admins get one mail that says what to do, however many runs fail afterwards."""
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
def test_a_withdrawn_consent_stops_the_retries(portal: ConnectedPortal, clock: Clock) -> None:
    """No automatic run starts until an admin connects again; then the daily sync is the next one."""
    portal.sync()
    portal.fails(GONE)
    clock.advance(timedelta(days=1))
    portal.executor.tick(role="test")
    for _ in range(3):
        clock.advance(timedelta(days=1))
        portal.executor.tick(role="test")
        portal.executor.due(role="test")
    while_disconnected = portal.history()[1:]
    portal.fails(None)
    portal.sets(state="active", attention_code=None)
    portal.executor.tick(role="test")

    assert while_disconnected == [("sync", "daily", "failed")]
    assert portal.history()[2:] == [("sync", "daily", "done")]
    assert len(portal.lms.letters) == 1


def test_an_outage_of_paycor_needs_no_attention(portal: ConnectedPortal) -> None:
    """It passes: the connection stays active and no admin is mailed."""
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))

    portal.sync()

    assert (portal.connection.state, portal.lms.letters) == ("active", [])


# --- what ends a run -----------------------------------------------------------------------------------------------


def test_a_killed_run_is_marked_as_interrupted(portal: ConnectedPortal, clock: Clock) -> None:
    """Its progress bar would never move again; a run that is alive stays as it is."""
    killed = portal.leave_for_dead()
    handle = take_lease(portal, clock)

    portal.executor.tick(role="test")
    alive = portal.run(killed).status
    handle.release(portal.database, clock())
    portal.executor.tick(role="test")

    assert (alive, portal.run(killed).status) == ("running", "interrupted")


def test_a_failed_run_stores_its_error(portal: ConnectedPortal, clock: Clock) -> None:
    """Code and message are in its row, and the next run can start at once."""
    portal.host.faults.append(Fault("find", Failure.UNAVAILABLE))

    run = portal.sync()

    assert (run.status, run.error_code) == ("failed", HostUnavailable.code)
    assert "Try again" in (run.error_message or "")
    assert (run.finished_at, is_free(portal, clock)) == (clock(), True)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ZeroDivisionError("p1@example.com"), ("failed", "internal", "An unexpected error ended the run.")),
        (KeyboardInterrupt(), ("stopped", "stopped", "The run was ended by hand.")),
    ],
)
def test_an_unexpected_error_is_stored_and_the_lease_is_released(
    portal: ConnectedPortal, clock: Clock, error: BaseException, expected: tuple[str, ...]
) -> None:
    """The row says so without the text of the error, which is raised for the log."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.fails(error)

    with pytest.raises(type(error)):
        portal.executor.execute(run_id, role="test")

    run = portal.run(run_id)
    status, code, sentence = expected
    assert (run.status, run.error_code, run.retry_at) == (status, code, None)
    assert (run.error_message or "").startswith(sentence)
    assert is_free(portal, clock)


def test_the_log_has_no_personal_data(portal: ConnectedPortal, caplog: pytest.LogCaptureFixture) -> None:
    """It has only numbers and codes."""
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
    """It is refused with the holder's name, stays queued, and is carried out when the other one has ended."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    handle = take_lease(portal, clock)

    with pytest.raises(RunInProgress, match="elsewhere"):
        portal.executor.execute(run_id, role="test")
    portal.executor.tick(role="test")
    waited = portal.run(run_id).status
    handle.release(portal.database, clock())
    portal.executor.tick(role="test")

    assert (waited, portal.run(run_id).status) == ("queued", "done")


def test_a_run_is_carried_out_once(portal: ConnectedPortal) -> None:
    """A second attempt does nothing, and neither does an attempt at a run that does not exist."""
    run = portal.sync()
    portal.fails(ZeroDivisionError())

    portal.executor.execute(run.id, role="test")
    portal.executor.execute(999, role="test")

    assert portal.history() == [("sync", "manual", "done")]


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.req("A50", "D17")
def test_disconnecting_discards_a_queued_run(portal: ConnectedPortal, forget: bool) -> None:
    """It never starts."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.fails(ZeroDivisionError())

    portal.connecting.disconnect("a", "admin", forget=forget)
    portal.executor.attempt(run_id, role="test")
    portal.executor.tick(role="test")

    assert portal.history() == ([] if forget else [("sync", "manual", "discarded")])
    assert portal.host.accounts == {}


@pytest.mark.req("D17")
def test_connecting_again_discards_a_queued_run(portal: ConnectedPortal) -> None:
    """Nothing is synced between Continue and Finish."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    portal.sets(state="review")

    portal.executor.tick(role="test")

    assert portal.run(run_id).status == "discarded"


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.req("A50", "D17")
def test_disconnecting_ends_a_running_run(portal: ConnectedPortal, forget: bool) -> None:
    """After that nothing is read, stored or written to the LMS."""
    portal.wiring.feed.meanwhile = lambda: portal.connecting.disconnect("a", "admin", forget=forget)
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    with pytest.raises(LeaseLost):
        portal.executor.execute(run_id, role="test")
    portal.executor.tick(role="test")

    assert [len(portal.rows(table)) for table in (StagedRow, EmployeeRow, EntryRow, LinkRow)] == [0] * 4
    assert portal.host.accounts == {}
    assert portal.history() == ([] if forget else [("sync", "manual", "interrupted")])


@pytest.mark.parametrize("error", [None, SourceUnavailable("Paycor did not answer."), GONE])
def test_a_run_that_lost_its_lease_writes_nothing(
    portal: ConnectedPortal, clock: Clock, error: BaseException | None
) -> None:
    """No people, no ending and no need for attention: that is up to the new holder of the lease."""

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


# --- before the upgrade --------------------------------------------------------------------------------------------


def test_before_the_upgrade_the_jobs_wait(portal: ConnectedPortal, caplog: pytest.LogCaptureFixture) -> None:
    """The app may start before its tables exist: one log line says what to run, and nothing fails."""
    schema.downgrade(portal.database.engine)

    portal.executor.tick(role="test")
    portal.executor.due(role="test")

    assert set(caplog.messages) == {"The jobs wait for the database: run `flask connector db upgrade`."}
    with pytest.raises(SchemaBehind, match="flask connector db upgrade"):
        portal.executor.execute(1, role="test")
    assert sa.inspect(portal.database.engine).get_table_names() == []
