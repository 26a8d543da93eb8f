"""Event refreshes: the same engine reads the people named by events, and touches no one else."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.account import AccountState
from connector.core.model.run import RunStatus
from connector.errors import SourceUnavailable
from connector.sandbox.lms.db.tables import User
from connector.store.tables.events import EventRefreshRow
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.event_portal import MINUTE, EventPortal
from tests.services.portal import ConnectedPortal, gone, hire
from tests.whole import PORTAL, Whole

MOUNT = "/settings/integrations/hr"


@pytest.mark.req("X20")
def test_an_event_reads_only_that_person(event_portal: EventPortal, clock: Clock) -> None:
    """Their change is applied; other changes wait for the daily sync, and people who are not read are not absent."""
    portal = event_portal.portal
    portal.employs(hire(1, first_name="Renata"), hire(2, first_name="Rosa"))
    event_portal.store_events(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    names = sorted(account.first_name for account in portal.host.accounts.values())
    run = portal.rows(RunRow)[-1]
    assert portal.history()[-1] == ("event_refresh", "event", "done")
    assert names == ["First2", "First3", "Renata"]
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}
    assert event_portal.waiting() == []
    assert (run.report["read"], run.report["updated"], run.report["skipped"]) == (1, 1, 0)
    assert portal.connection.last_read_count == 3


@pytest.mark.req("X20")
def test_an_event_refresh_decides_as_any_sync(event_portal: EventPortal, clock: Clock) -> None:
    """A new hire gets an account and a mail, a leaver loses access."""
    portal = event_portal.portal
    portal.employs(hire(1), gone(2), hire(4))
    event_portal.store_events(2, 4)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED
    assert states["p4@example.com"] is AccountState.ACTIVE
    assert portal.mailed()[-1] == "p4@example.com"


def test_an_event_refresh_keeps_the_findings_about_the_connection(
    event_portal: EventPortal, clock: Clock
) -> None:
    """The record of one person shows nothing about missing permissions or fields."""
    portal = event_portal.portal
    with portal.database.writing() as session:
        finding = FindingRow(
            connection_id=portal.connection.id,
            person_key="",
            employee_id="",
            code="permission_missing",
            subject="View Legal Entity Persons",
            detail="",
            is_skip=False,
            since=clock(),
        )
        session.add(finding)
    event_portal.store_events(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert [row.subject for row in portal.rows(FindingRow)] == ["View Legal Entity Persons"]


@pytest.mark.req("X20")
def test_an_employee_who_is_not_at_paycor_is_skipped(event_portal: EventPortal, clock: Clock) -> None:
    """Gone, or of another legal entity: no one is changed, and the read is not repeated."""
    event_portal.store_events(99)
    clock.advance(MINUTE)

    event_portal.portal.executor.tick(role="test")

    assert event_portal.portal.history()[-1] == ("event_refresh", "event", "done")
    assert event_portal.waiting() == []
    assert len(event_portal.portal.host.accounts) == 3


def test_an_event_refresh_waits_until_paycor_shows_the_change(
    event_portal: EventPortal, clock: Clock
) -> None:
    """Paycor documents that a change may take a minute to show."""
    event_portal.store_events(1)
    clock.advance(timedelta(seconds=59))
    event_portal.portal.executor.tick(role="test")
    early = len(event_portal.portal.history())
    clock.advance(timedelta(seconds=1))
    event_portal.portal.executor.tick(role="test")

    assert (early, len(event_portal.portal.history())) == (1, 2)


def test_a_read_that_fails_is_retried_with_growing_pauses(event_portal: EventPortal, clock: Clock) -> None:
    """It is not retried every minute, and it is done once it works."""
    portal = event_portal.portal
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    event_portal.store_events(1)
    failed = []
    for _ in range(61):
        clock.advance(MINUTE)
        portal.executor.tick(role="test")
        failed.append(len(portal.history()) - 1)
    portal.fails(None)
    clock.advance(timedelta(hours=1))
    portal.executor.tick(role="test")

    assert failed[-1] == 4
    assert portal.history()[-1] == ("event_refresh", "event", "done")
    assert event_portal.waiting() == []


def test_an_event_during_the_read_is_not_lost(event_portal: EventPortal, clock: Clock) -> None:
    """The record may have been fetched before that change, so it is read once more."""
    portal = event_portal.portal
    event_portal.store_events(1)
    clock.advance(MINUTE)
    portal.wiring.feed.meanwhile = lambda: event_portal.store_events(1)

    portal.executor.tick(role="test")

    assert event_portal.waiting() == ["e1"]


@pytest.mark.req("A23", "X20")
def test_events_wait_for_the_first_sync(tmp_path: Path, clock: Clock) -> None:
    """No one is synced before an admin has started the first sync."""
    portal = ConnectedPortal(tmp_path, clock)
    event_portal = EventPortal(portal)
    event_portal.store_events(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert portal.history() == []


@pytest.mark.parametrize("state", ["attention", "paused", "review"])
def test_events_wait_while_the_connection_is_not_active(
    event_portal: EventPortal, clock: Clock, state: str
) -> None:
    """The event stays for later."""
    event_portal.portal.sets(state=state)
    event_portal.store_events(1)
    clock.advance(MINUTE)

    event_portal.portal.executor.tick(role="test")

    assert len(event_portal.portal.history()) == 1


def test_events_wait_while_a_plan_is_held(event_portal: EventPortal, clock: Clock) -> None:
    """Each refresh would be held as well, and the admin should decide only once."""
    portal = event_portal.portal
    portal.employs(hire(1), hire(2), hire(3), hire(4))
    portal.executor.execute(portal.queue("preview"), role="test")
    with portal.database.writing() as session:
        session.get_one(RunRow, 2).status = RunStatus.HELD
    event_portal.store_events(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert len(portal.history()) == 2


def test_a_sync_of_everybody_covers_earlier_events(event_portal: EventPortal, clock: Clock) -> None:
    """An event stays if the sync may have read its record before Paycor showed the change."""
    event_portal.portal.fails(None)
    event_portal.store_events(1)
    clock.advance(timedelta(minutes=5))
    event_portal.store_events(2)
    event_portal.portal.sync(trigger="operator")

    assert event_portal.waiting() == ["e2"]


def test_a_run_reads_at_most_a_hundred_people(event_portal: EventPortal, clock: Clock) -> None:
    """The next run reads the rest."""
    event_portal.store_events(*range(1, 151))
    clock.advance(MINUTE)

    event_portal.portal.executor.tick(role="test")
    left = len(event_portal.waiting())
    event_portal.portal.executor.tick(role="test")

    assert (left, event_portal.waiting()) == (50, [])


def test_an_event_refresh_acts_on_due_dates_as_well(event_portal: EventPortal, clock: Clock) -> None:
    """They do not wait for the hourly run."""
    portal = event_portal.portal
    portal.employs(hire(1), hire(2, termination_date=date(2026, 3, 3)), hire(3))
    portal.sync(trigger="operator")
    clock.set(datetime.fromisoformat("2026-03-04T12:00:00+00:00"))
    event_portal.store_events(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED


@pytest.mark.req("X20")
def test_a_real_delivery_changes_the_account(whole: Whole) -> None:
    """From the request at the address that the page shows to the changed account."""
    services = whole.services
    [row] = whole.rows(
        sa.select(EmployeeRow.employee_id, LinkRow.account_id)
        .join(LinkRow, LinkRow.person_key == EmployeeRow.person_key)
        .where(EmployeeRow.employee_id == whole.employed()[0])
    )
    whole.patch(row.employee_id, fields={"first_name": "Renata"})
    with whole.app.app_context():
        secrets = services.events.open(PORTAL, "7")
    event = {"eventType": "Employee.Modified", "itemId": row.employee_id.upper()}
    answer = whole.app.test_client().post(
        f"{MOUNT}/events/{secrets.path}", json=event, headers={"Authorization": secrets.authorization}
    )
    with services.database.writing() as session:
        session.execute(sa.update(EventRefreshRow).values(due_at=services.clock()))
    whole.paycor.sandbox.calls.clear()
    with whole.app.app_context():
        services.executor.tick(role="test")

    [run] = whole.rows(sa.select(RunRow.mode, RunRow.status).order_by(RunRow.id.desc()).limit(1))
    [user] = whole.rows(sa.select(User.first_name).where(User.id == row.account_id))
    listed = whole.paycor.sandbox.calls.report("*/legalentities/*/employees")
    assert answer.status_code == 202
    assert tuple(run) == ("event_refresh", "done")
    assert user.first_name == "Renata"
    assert listed["count"] == 0
