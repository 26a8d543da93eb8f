"""A decision that rests on more than a person's own record is made again once that has changed (rule D24).

Paycor sends the same records every time, unless a test says otherwise: nobody's own record asks for a new decision.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee
from connector.core.model.settings import AccessEnds, DayZone, Limit, Limits, Policy, Settings
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import FIELDS, MAPPING, leaver, worker
from tests.engine.workbench import Desk

DAY = timedelta(days=1)
ROOMY = Policy(limits=Limits(leavers=Limit(9, 5)), feed_pct=1)
SETTINGS = Settings(1, "America/New_York", ROOMY, MAPPING)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A connected portal whose limits hold nothing back here."""
    desk.settings = SETTINGS
    return desk


def with_accounts(desk: Desk, clock: Clock, *accounts: Account) -> None:
    """The LMS has these accounts before the first sync."""
    desk.host = MemoryHost(FIELDS, accounts, clock=clock)


def account_of(desk: Desk, number: int) -> Account:
    """The account of the employee with this number."""
    account: Account = desk.host.accounts[desk.links()[f"p{number:03}"].account_id]
    return account


def night(desk: Desk, clock: Clock, *employees: Employee) -> None:
    """A day passes, and Paycor is read."""
    clock.advance(DAY)
    desk.sync(employees)


@pytest.mark.req("D24")
def test_an_account_that_became_a_learners_is_matched_at_the_next_sync(desk: Desk, clock: Clock) -> None:
    """An instructor who has become a learner is the learner that Paycor means."""
    with_accounts(
        desk, clock, Account("7", "p1@example.com", "A", "B", AccountState.ACTIVE, is_learner=False)
    )
    night(desk, clock, worker(1))
    before = desk.codes("e001")

    desk.host.edit("7", is_learner=True)
    night(desk, clock, worker(1))

    assert (before, desk.codes("e001")) == ({"not_a_learner"}, set())
    assert account_of(desk, 1).account_id == "7"


@pytest.mark.req("D24")
def test_the_open_account_of_a_leaver_leaves_the_list_once_it_is_closed(desk: Desk, clock: Clock) -> None:
    """The admin did what the to-do list asked for."""
    with_accounts(desk, clock, Account("7", "p1@example.com", "A", "B", AccountState.ACTIVE, is_learner=True))
    night(desk, clock, leaver(worker(1)), worker(2))
    before = desk.codes("e001")

    desk.host.edit("7", state=AccountState.SUSPENDED)
    night(desk, clock, leaver(worker(1)), worker(2))

    assert (before, desk.codes("e001")) == ({"leaver_has_account"}, {"inactive"})


@pytest.mark.req("D24")
@pytest.mark.parametrize("state", [AccountState.SUSPENDED, None], ids=["opened again", "added"])
def test_the_account_of_a_leaver_that_is_opened_later_is_listed(
    desk: Desk, clock: Clock, state: AccountState | None
) -> None:
    """Nobody is linked to it, and the leaver was no reason to look at it before."""
    account = Account("7", "P1@example.com", "A", "B", AccountState.ACTIVE, is_learner=True)
    with_accounts(desk, clock, *([replace(account, state=state)] if state else []))
    night(desk, clock, leaver(worker(1)), worker(2))
    before = desk.codes("e001")

    clock.advance(timedelta(hours=1))
    if state:
        desk.host.edit("7", state=AccountState.ACTIVE)
    else:
        with_accounts(desk, clock, account, *desk.host.accounts.values())
    night(desk, clock, leaver(worker(1)), worker(2))

    assert (before, desk.codes("e001")) == ({"inactive"}, {"leaver_has_account"})


@pytest.mark.req("D24")
def test_several_accounts_with_one_address_are_one_after_a_merge(desk: Desk, clock: Clock) -> None:
    """The person is matched to the account that is left."""
    twice = [Account(key, "p1@example.com", "A", "B", AccountState.ACTIVE, is_learner=True) for key in "78"]
    with_accounts(desk, clock, *twice)
    night(desk, clock, worker(1))
    before = desk.codes("e001")

    desk.host.delete(["8"])
    night(desk, clock, worker(1))

    assert (before, desk.codes("e001")) == ({"several_accounts"}, set())


@pytest.mark.req("D24")
def test_an_address_that_was_freed_in_the_lms_is_given_to_the_person_at_paycor(
    desk: Desk, clock: Clock
) -> None:
    """An account that belongs to nobody here had it; they get an account of their own."""
    strange = Account("7", "p1@example.com", "A", "B", AccountState.ACTIVE, True, external_id="strange")
    with_accounts(desk, clock, strange)
    night(desk, clock, worker(1))
    before = desk.codes("e001")

    desk.host.edit("7", email="other@example.com")
    night(desk, clock, worker(1))

    assert (before, desk.codes("e001")) == ({"other_key"}, set())
    assert account_of(desk, 1).account_id != "7"


@pytest.mark.req("D24")
def test_an_account_that_was_deleted_is_listed_at_the_next_sync(desk: Desk, clock: Clock) -> None:
    """A deleted account is among no edited ones, so it is looked for; when it comes back, all is well again."""
    night(desk, clock, worker(1), worker(2))
    deleted = account_of(desk, 1)
    desk.host.delete([deleted.account_id])

    night(desk, clock, worker(1), worker(2))
    listed = desk.codes("e001"), desk.codes("e002")
    with_accounts(desk, clock, deleted, *desk.host.accounts.values())
    night(desk, clock, worker(1), worker(2))

    assert (listed, desk.codes("e001")) == (({"account_removed"}, set()), set())


@pytest.mark.req("D24", "D27")
def test_a_report_who_counts_as_gone_leaves_no_supervisor_behind(desk: Desk, clock: Clock) -> None:
    """After the third complete read without the only report, the manager is no supervisor; a return undoes that."""
    boss, report = worker(1), worker(2, manager_id="e001")
    night(desk, clock, boss, report)
    shown = [account_of(desk, 1).fields["boss"]]

    for employees in [(boss,), (boss,), (boss,), (boss, report)]:
        night(desk, clock, *employees)
        shown.append(account_of(desk, 1).fields["boss"])

    assert shown == ["Yes", "Yes", "Yes", "No", "Yes"]


@pytest.mark.req("D24", "D10")
def test_who_shared_an_address_with_somebody_gone_from_the_list_gets_an_account(
    desk: Desk, clock: Clock
) -> None:
    """The address is theirs alone after the third complete read without the other."""
    both = worker(1, email="desk@example.com"), worker(2, email="desk@example.com")
    night(desk, clock, *both)
    before = desk.codes("e002")

    for _ in range(3):
        night(desk, clock, both[1])

    assert (before, desk.codes("e002")) == ({"email_shared"}, set())
    assert account_of(desk, 2).email == "desk@example.com"


@pytest.mark.req("D24", "D10")
def test_who_shares_an_address_with_somebody_who_returns_is_listed_again(desk: Desk, clock: Clock) -> None:
    """Both are back where they were, and neither gets the other's account."""
    both = worker(1, email="desk@example.com"), worker(2, email="desk@example.com")
    for employees in [both, both[1:], both[1:], both[1:], both]:
        night(desk, clock, *employees)

    assert (desk.codes("e001"), desk.codes("e002")) == ({"email_shared"}, {"email_shared"})


@pytest.mark.req("D24", "D8")
@pytest.mark.parametrize("ends", AccessEnds)
def test_who_shared_an_address_gets_an_account_once_the_other_has_left(
    desk: Desk, clock: Clock, ends: AccessEnds
) -> None:
    """The day after the last one counts, not the day on which access ends."""
    desk.settings = replace(SETTINGS, policy=replace(ROOMY, access_ends=ends))
    leaving = worker(1, email="desk@example.com", termination_date=clock.today + 2 * DAY)
    other = worker(2, email="desk@example.com")
    codes = []
    for _ in range(3):
        night(desk, clock, leaving, other)
        codes.append(desk.codes("e002"))

    assert codes == [{"email_shared"}, {"email_shared"}, set()]


@pytest.mark.req("D27", "B12")
@pytest.mark.parametrize("reads", [True, False], ids=["sync", "due dates"])
def test_a_future_hire_makes_a_supervisor_on_the_hire_date(desk: Desk, clock: Clock, reads: bool) -> None:
    """Until then nobody reports to the manager; the hourly run sees the day come as well."""
    boss, hired = worker(1), worker(2, manager_id="e001", hire_date=clock.today + 2 * DAY)
    desk.sync([boss, hired])
    shown = [account_of(desk, 1).fields["boss"]]
    for _ in range(2):
        clock.advance(DAY)
        if reads:
            desk.sync([boss, hired])
        else:
            desk.run_due_dates()
        shown.append(account_of(desk, 1).fields["boss"])

    assert shown == ["No", "No", "Yes"]


@pytest.mark.req("D27", "B12")
def test_a_report_counts_through_their_last_day(desk: Desk, clock: Clock) -> None:
    """Access ends at the start of that day by setting, and the manager is a supervisor until it is over."""
    desk.settings = replace(SETTINGS, policy=replace(ROOMY, access_ends=AccessEnds.START_OF_DAY))
    boss, leaving = worker(1), worker(2, manager_id="e001", termination_date=clock.today + DAY)
    desk.sync([boss, leaving])
    shown = [account_of(desk, 1).fields["boss"]]
    for _ in range(2):
        night(desk, clock, boss, leaving)
        shown.append(account_of(desk, 1).fields["boss"])

    assert shown == ["Yes", "Yes", "No"]


@pytest.mark.req("D27", "D6")
def test_a_report_whose_day_begins_elsewhere_still_counts(desk: Desk, clock: Clock) -> None:
    """Their day begins in Guam, fifteen hours before the portal's; the manager is decided again at both midnights."""
    desk.settings = replace(SETTINGS, policy=replace(ROOMY, day_zone=DayZone.WORK_STATE))
    boss = worker(1)
    hired = worker(2, manager_id="e001", work_state="GU", hire_date=clock.today + DAY)
    desk.sync([boss, hired])
    for _ in range(30):
        clock.advance(timedelta(hours=1))
        desk.run_due_dates()

    assert account_of(desk, 1).fields["boss"] == "Yes"


@pytest.mark.req("D27", "D8")
def test_a_report_who_comes_back_counts_from_the_rehire_date(desk: Desk, clock: Clock) -> None:
    """The rehire was entered long before; nobody reports to the manager between the two jobs."""
    boss = worker(1)
    back = worker(
        2,
        manager_id="e001",
        termination_date=clock.today,
        rehire_date=clock.today + 2 * DAY,
    )
    desk.sync([boss, back])
    shown = [account_of(desk, 1).fields["boss"]]
    for _ in range(2):
        night(desk, clock, boss, back)
        shown.append(account_of(desk, 1).fields["boss"])

    assert shown == ["Yes", "No", "Yes"]


@pytest.mark.req("D24")
def test_an_unchanged_night_decides_about_nobody(desk: Desk, clock: Clock) -> None:
    """Being asked again has an end: once nothing is open, nobody is decided again."""
    employees = [worker(number) for number in range(1, 6)]
    night(desk, clock, *employees)

    night(desk, clock, *employees, worker(6, hire_date=date(2020, 1, 6)))

    assert [key for _, key, _ in desk.entries()] == ["e006"]
    assert desk.dirty() == set()
