"""The known accidents of systems like this one, each as a whole run: docs/accidents.md says how each ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee
from connector.core.model.settings import Condition, Operator, Outside, Policy, Scope, Settings
from connector.hosts.memory import MemoryHost
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.engine.company import FIELDS, MAPPING, leaver, worker
from tests.engine.workbench import Desk

COMPANY = [worker(number) for number in range(1, 41)]
SETTINGS = Settings(1, "America/New_York", Policy(), MAPPING)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A database in memory."""
    made = create_engine("sqlite://")
    yield made
    made.dispose()


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> Desk:
    """A portal with forty synced learners and the default limits."""
    made = Desk(engine, MemoryHost(FIELDS, clock=clock), clock, SETTINGS)
    made.sync(COMPANY)
    clock.advance(timedelta(days=1))
    return made


def states(desk: Desk) -> set[AccountState]:
    """The states of all accounts."""
    return {one.state for one in desk.host.accounts.values()}


def account_of(desk: Desk, number: int) -> Account:
    """The account of the employee with this number."""
    account: Account = desk.host.accounts[desk.links()[f"p{number:03}"].account_id]
    return account


def is_held(desk: Desk) -> bool:
    """Whether the last run waits for an admin."""
    return bool(desk.rows(RunRow)[-1].held)


@pytest.mark.req("X5", "D10")
@pytest.mark.parametrize("left", [0, 20], ids=["empty", "half"])
def test_feed_that_lost_people_ends_no_access(desk: Desk, left: int) -> None:
    """Nothing is done, however often it comes, and once the feed is complete everything is as before."""
    for _ in range(4):
        report = desk.sync(COMPANY[:left])

        assert (is_held(desk), report.suspended, states(desk)) == (True, 0, {AccountState.ACTIVE})

    assert desk.sync(COMPANY).unchanged == 40


@pytest.mark.req("X4", "X13")
def test_wrong_scope_is_held(desk: Desk) -> None:
    """A condition that no one meets would suspend everyone: the plan waits, and the corrected one changes nothing."""
    conditions = (Condition("job_title", Operator.EQUALS, ("Nurze",)),)
    scope = Scope(only=conditions, outside=Outside.SUSPEND)
    desk.settings = replace(SETTINGS, version=2, policy=Policy(scope=scope))

    desk.sync(COMPANY)

    assert (is_held(desk), states(desk)) == (True, {AccountState.ACTIVE})
    desk.settings = replace(SETTINGS, version=3)
    assert desk.sync(COMPANY).unchanged == 40


@pytest.mark.req("X4")
def test_mass_termination_is_held(desk: Desk) -> None:
    """If HR ends all employments by mistake, no access ends before an admin approves it."""
    desk.sync([leaver(one) for one in COMPANY])

    assert (is_held(desk), states(desk)) == (True, {AccountState.ACTIVE})


@pytest.mark.req("X4")
def test_mass_change_of_addresses_is_held(desk: Desk) -> None:
    """A new domain for everyone at once waits for an admin; names may change for everyone."""
    renamed = [replace(one, email=f"new.{one.email}") for one in COMPANY]

    desk.sync(renamed)

    assert is_held(desk)
    assert desk.apply(desk.run_id).updated == 40
    assert account_of(desk, 1).email == "new.p1@example.com"


@pytest.mark.req("D9", "X4")
def test_mass_rehire_restores_the_same_accounts(desk: Desk) -> None:
    """Rehired people get their old accounts back: none is created or mailed twice."""
    desk.sync([leaver(one) for one in COMPANY])
    desk.apply(desk.run_id)
    mails = len(desk.host.mails)

    report = desk.sync(COMPANY)

    assert (report.reactivated, report.created, report.mails) == (40, 0, 0)
    assert (len(desk.host.accounts), len(desk.host.mails)) == (40, mails)


@pytest.mark.req("D1", "D26", "A17")
def test_two_people_who_swap_addresses_keep_their_accounts(desk: Desk) -> None:
    """One account has a parking address for a moment, so that neither address is taken; both arrive in one run."""
    first, second, *others = COMPANY
    ids = [account_of(desk, number).account_id for number in (1, 2)]
    swapped = [replace(first, email=second.email), replace(second, email=first.email), *others]

    report = desk.sync(swapped)

    assert (report.skipped_by, report.updated) == ({}, 2)
    assert ids == [account_of(desk, number).account_id for number in (1, 2)]
    assert [account_of(desk, number).email for number in (1, 2)] == ["p2@example.com", "p1@example.com"]


@pytest.mark.req("A22", "D6")
@pytest.mark.parametrize("hours", [-1, 1])
def test_clock_that_is_an_hour_off_ends_no_access_by_day(desk: Desk, clock: Clock, hours: int) -> None:
    """Days change at midnight: an hour more or less at noon changes nothing and repeats nothing."""
    clock.set(clock().replace(hour=17))
    leaving = [replace(COMPANY[0], termination_date=clock.today), *COMPANY[1:]]
    desk.sync(leaving)

    clock.advance(timedelta(hours=hours))
    report = desk.sync(leaving)

    assert (report.unchanged, report.mails, states(desk)) == (40, 0, {AccountState.ACTIVE})


@pytest.mark.req("A22", "D6")
def test_portal_in_another_time_zone_keeps_everyone(desk: Desk, clock: Clock) -> None:
    """Access ends at the new midnight; access that ended too early by the old one is restored."""
    clock.set(clock().replace(hour=12))
    leaving = [replace(COMPANY[0], termination_date=clock.today - timedelta(days=1)), *COMPANY[1:]]
    east = desk.sync(leaving)

    desk.settings = replace(SETTINGS, version=2, time_zone="Pacific/Pago_Pago")
    clock.set(clock().replace(hour=10))
    west = desk.sync(leaving)

    assert (east.suspended, west.reactivated, west.suspended) == (1, 1, 0)
    assert states(desk) == {AccountState.ACTIVE}


def test_lms_restored_from_a_backup_is_updated_again(desk: Desk, clock: Clock) -> None:
    """Values written since are written again; accounts created since are gone, and an admin decides about them."""
    backup = dict(desk.host.accounts)
    clock.advance(timedelta(hours=1))
    changed = [replace(COMPANY[0], last_name="Since"), *COMPANY[1:], worker(41)]
    desk.sync(changed)
    clock.advance(timedelta(hours=1))
    desk.host = MemoryHost(FIELDS, backup.values(), clock=clock)
    clock.advance(timedelta(hours=1))

    report = desk.sync(changed)

    assert account_of(desk, 1).last_name == "Since"
    assert (report.created, len(desk.host.accounts)) == (0, 40)


@pytest.mark.req("D2", "A7")
def test_admin_in_the_feed_is_left_alone(desk: Desk, clock: Clock) -> None:
    """Their account is neither linked, updated nor suspended, whatever Paycor says."""
    admin = Account("900", "p41@example.com", "The", "Admin", AccountState.ACTIVE, is_learner=False)
    desk.host = MemoryHost(FIELDS, [*desk.host.accounts.values(), admin], clock=clock)
    before = desk.host.accounts["900"]

    for employee in (worker(41), leaver(worker(41)), worker(41)):
        desk.sync([*COMPANY, employee])

    assert before == desk.host.accounts["900"]
    assert "p041" not in desk.links()


def test_deleted_account_is_not_created_again(desk: Desk, clock: Clock) -> None:
    """It was deleted on purpose: it is listed, and an admin decides."""
    account_id = account_of(desk, 1).account_id
    desk.host.delete([account_id])

    for name in ("After", "Later"):
        clock.advance(timedelta(hours=1))
        report = desk.sync([replace(COMPANY[0], last_name=name), *COMPANY[1:]])

        assert (report.created, report.skipped_by) == (0, {"account_removed": 1})


def test_employee_who_comes_twice_counts_once(desk: Desk) -> None:
    """Of two records with one id the first counts; the second creates and suspends nothing."""
    twice: list[Employee] = [*COMPANY, replace(COMPANY[0], last_name="Twice")]

    report = desk.sync(twice)

    assert (report.read, report.created, report.suspended, len(desk.host.accounts)) == (40, 0, 0, 40)


@pytest.mark.req("A30")
def test_renamed_or_deleted_field_empties_nothing(desk: Desk, clock: Clock) -> None:
    """A mapped field that is gone is listed; every other value is still written."""
    fields = [one for one in FIELDS if one.key != "title"]
    desk.host = MemoryHost(fields, desk.host.accounts.values(), clock=clock)

    report = desk.sync([replace(COMPANY[0], first_name="Renamed"), *COMPANY[1:]])

    assert (report.updated, report.findings_by["field_missing"]) == (1, 1)
    assert account_of(desk, 1).fields["title"] == "Nurse"
