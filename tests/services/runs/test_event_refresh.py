"""The run that a nudge makes: a few people are read again, by the same engine, and nobody else is touched."""

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
from tests.services.listening import MINUTE, Listening
from tests.services.portal import ConnectedPortal, gone, hire
from tests.whole import PORTAL, Whole

MOUNT = "/settings/integrations/hr"


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal that has been synced once."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    clock.advance(timedelta(hours=2))
    return portal


@pytest.fixture
def listening(portal: ConnectedPortal) -> Listening:
    """The same, with a door."""
    return Listening(portal)


@pytest.mark.req("X20")
def test_a_nudge_reads_that_person_alone(listening: Listening, clock: Clock) -> None:
    """Their change is applied; another one's waits for the daily sync, and who is not asked for is not absent."""
    portal = listening.portal
    portal.employs(hire(1, first_name="Renata"), hire(2, first_name="Rosa"))
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    names = sorted(account.first_name for account in portal.host.accounts.values())
    run = portal.rows(RunRow)[-1]
    assert portal.history()[-1] == ("event_refresh", "event", "done")
    assert names == ["First2", "First3", "Renata"]
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}
    assert listening.nudged() == []
    assert (run.report["read"], run.report["updated"], run.report["skipped"]) == (1, 1, 0)
    assert portal.connection.last_read_count == 3


@pytest.mark.req("X20")
def test_a_nudge_goes_the_way_of_every_plan(listening: Listening, clock: Clock) -> None:
    """Somebody new is made and mailed, somebody who left loses access: by the same decisions."""
    portal = listening.portal
    portal.employs(hire(1), gone(2), hire(4))
    listening.nudge(2, 4)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED
    assert states["p4@example.com"] is AccountState.ACTIVE
    assert portal.mailed()[-1] == "p4@example.com"


def test_a_nudge_leaves_the_findings_about_the_connection(listening: Listening, clock: Clock) -> None:
    """One person's record says nothing about missing rights or fields."""
    portal = listening.portal
    with portal.database.writing() as session:
        told = FindingRow(
            connection_id=portal.connection.id,
            person_key="",
            employee_id="",
            code="permission_missing",
            subject="View Legal Entity Persons",
            detail="",
            is_skip=False,
            since=clock(),
        )
        session.add(told)
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert [row.subject for row in portal.rows(FindingRow)] == ["View Legal Entity Persons"]


@pytest.mark.req("X20")
def test_whom_paycor_does_not_know_is_passed_over(listening: Listening, clock: Clock) -> None:
    """Gone, or of another legal entity: nothing happens to anybody, and it is not asked again."""
    listening.nudge(99)
    clock.advance(MINUTE)

    listening.portal.executor.tick(role="test")

    assert listening.portal.history()[-1] == ("event_refresh", "event", "done")
    assert listening.nudged() == []
    assert len(listening.portal.host.accounts) == 3


def test_a_nudge_waits_until_paycor_shows_the_change(listening: Listening, clock: Clock) -> None:
    """Paycor says that a change may take a minute to be seen."""
    listening.nudge(1)
    clock.advance(timedelta(seconds=59))
    listening.portal.executor.tick(role="test")
    early = len(listening.portal.history())
    clock.advance(timedelta(seconds=1))
    listening.portal.executor.tick(role="test")

    assert (early, len(listening.portal.history())) == (1, 2)


def test_a_read_that_fails_is_tried_later_and_later(listening: Listening, clock: Clock) -> None:
    """Not at every tick; and once it works, it is done."""
    portal = listening.portal
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    listening.nudge(1)
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
    assert listening.nudged() == []


def test_an_event_during_the_read_is_not_lost(listening: Listening, clock: Clock) -> None:
    """The record may have been fetched before that change: it is read once more."""
    portal = listening.portal
    listening.nudge(1)
    clock.advance(MINUTE)
    portal.wiring.feed.meanwhile = lambda: listening.nudge(1)

    portal.executor.tick(role="test")

    assert listening.nudged() == ["e1"]


@pytest.mark.req("A23", "X20")
def test_nobody_is_nudged_before_the_first_sync(tmp_path: Path, clock: Clock) -> None:
    """Until an admin has said so, nobody is synced."""
    portal = ConnectedPortal(tmp_path, clock)
    listening = Listening(portal)
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert portal.history() == []


@pytest.mark.parametrize("state", ["attention", "paused", "review"])
def test_nobody_is_nudged_while_the_connection_does_not_work(
    listening: Listening, clock: Clock, state: str
) -> None:
    """The nudge waits."""
    listening.portal.sets(state=state)
    listening.nudge(1)
    clock.advance(MINUTE)

    listening.portal.executor.tick(role="test")

    assert len(listening.portal.history()) == 1


def test_nudges_wait_while_a_plan_is_held(listening: Listening, clock: Clock) -> None:
    """Each of them would be held as well, and an admin has one decision to make."""
    portal = listening.portal
    portal.executor.execute(portal.queue("preview"), role="test")
    with portal.database.writing() as session:
        session.get_one(RunRow, 2).status = RunStatus.HELD
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    assert len(portal.history()) == 2


def test_a_sync_of_everybody_settles_earlier_nudges(listening: Listening, clock: Clock) -> None:
    """What it may have read before Paycor showed the change stays."""
    listening.portal.fails(None)
    listening.nudge(1)
    clock.advance(timedelta(minutes=5))
    listening.nudge(2)
    listening.portal.sync(trigger="operator")

    assert listening.nudged() == ["e2"]


def test_a_run_reads_a_hundred_at_most(listening: Listening, clock: Clock) -> None:
    """The rest is the next tick's."""
    listening.nudge(*range(1, 151))
    clock.advance(MINUTE)

    listening.portal.executor.tick(role="test")
    left = len(listening.nudged())
    listening.portal.executor.tick(role="test")

    assert (left, listening.nudged()) == (50, [])


def test_dates_that_fall_due_are_acted_on_as_well(listening: Listening, clock: Clock) -> None:
    """A nudge is a run like another: what is due is not put off to the next hour."""
    portal = listening.portal
    portal.employs(hire(1), hire(2, termination_date=date(2026, 3, 3)), hire(3))
    portal.sync(trigger="operator")
    clock.set(datetime.fromisoformat("2026-03-04T12:00:00+00:00"))
    listening.nudge(1)
    clock.advance(MINUTE)

    portal.executor.tick(role="test")

    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states["p2@example.com"] is AccountState.SUSPENDED


@pytest.mark.req("X20")
def test_a_mock_event_of_paycor_nudges_one_person(whole: Whole) -> None:
    """From the delivery on a real socket to the changed account, by the address that the page gives."""
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
