"""Whole syncs: who gets, keeps and loses an account, and with which values."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.core.model.account import Account, AccountState
from connector.core.model.settings import InviteWhen, Policy
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, SETTINGS, leaver, worker
from tests.engine.workbench import Desk


@pytest.mark.req("A3", "A5", "A6", "A38")
def test_first_sync_creates_a_learner_and_one_welcome_mail_each(desk: Desk, host: MemoryHost) -> None:
    """Everyone gets an account and exactly one mail."""
    report = desk.sync(COMPANY)

    assert (report.read, report.created, report.mails, report.unchanged, report.skipped) == (7, 7, 7, 0, 0)
    assert {one.email for one in COMPANY} == {one.email for one in host.accounts.values()}
    assert all(one.is_learner and one.state is AccountState.ACTIVE for one in host.accounts.values())
    assert sorted(host.accounts) == sorted(mail.account_id for mail in host.mails)


@pytest.mark.req("A9", "A10", "A11", "D1")
def test_existing_learner_is_linked_without_mail(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """An account with the same email in any case is linked and updated, never created twice or invited."""
    existing = Account("7", "P3@Example.COM", "Old", "Name", AccountState.ACTIVE, is_learner=True)
    desk.host = host = MemoryHost(FIELDS, [existing], clock=clock)

    report = desk.sync(COMPANY)

    assert (report.linked, report.created, report.mails) == (1, 6, 6)
    assert (
        host.accounts["7"].first_name,
        host.accounts["7"].external_id,
        host.accounts["7"].fields["title"],
    ) == ("First3", "p003", "Nurse")
    assert "7" not in {mail.account_id for mail in host.mails}


@pytest.mark.req("A17", "A18", "A2")
def test_changed_name_is_written_without_mail(desk: Desk, host: MemoryHost) -> None:
    """A person with a new name is updated and gets no new invitation."""
    desk.sync(COMPANY)
    mails = len(host.mails)

    report = desk.sync([replace(COMPANY[0], last_name="Married", email="new@example.com"), *COMPANY[1:]])

    assert (report.updated, report.unchanged, report.mails) == (1, 6, 0)
    assert mails == len(host.mails)
    assert {"new@example.com"} == {one.email for one in host.accounts.values() if one.last_name == "Married"}


@pytest.mark.req("A2")
def test_value_edited_by_hand_is_overwritten(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """Paycor is the source of truth, even if nothing changed in Paycor."""
    desk.sync(COMPANY)
    account_id = desk.links()["p002"].account_id
    clock.advance(timedelta(minutes=5))
    host.edit(account_id, first_name="Nickname")
    clock.advance(timedelta(minutes=5))

    report = desk.sync(COMPANY)

    assert (report.updated, report.unchanged) == (1, 6)
    assert host.accounts[account_id].first_name == "First2"


@pytest.mark.req("A7")
def test_type_changed_by_hand_stays(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """A learner promoted to manager stays a manager and is still updated."""
    desk.sync(COMPANY)
    account_id = desk.links()["p001"].account_id
    host.edit(account_id, is_learner=False)
    clock.advance(timedelta(hours=1))

    desk.sync([replace(COMPANY[0], first_name="Promoted"), *COMPANY[1:]])

    assert (host.accounts[account_id].is_learner, host.accounts[account_id].first_name) == (False, "Promoted")


@pytest.mark.req("A8", "A22")
def test_leaver_is_suspended_and_gets_no_mail(desk: Desk, host: MemoryHost) -> None:
    """Access ends by the termination date; a person who had already left gets no account."""
    desk.sync([*COMPANY, leaver(worker(8))])

    report = desk.sync([leaver(COMPANY[0]), *COMPANY[1:], leaver(worker(8))])

    assert (report.suspended, report.skipped, report.unchanged) == (1, 1, 6)
    assert report.skipped_by == {"inactive": 1}
    assert AccountState.SUSPENDED is host.accounts[desk.links()["p001"].account_id].state
    assert len(host.accounts) == 7


@pytest.mark.req("A22", "D8")
def test_future_termination_is_due_without_reading_paycor(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """The hourly run ends access at local midnight after the last day, from the stored date."""
    leaving = replace(COMPANY[0], termination_date=clock.today)
    desk.sync([leaving, *COMPANY[1:]])
    account_id = desk.links()["p001"].account_id

    clock.set(clock().replace(hour=23))
    before = desk.run_due_dates()
    clock.advance(timedelta(hours=7))
    after = desk.run_due_dates()

    assert (before.suspended, after.suspended) == (0, 1)
    assert AccountState.SUSPENDED is host.accounts[account_id].state


@pytest.mark.req("A37", "D8")
def test_future_hire_gets_an_account_on_the_hire_date(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """If people are invited on the hire date, account and mail come when that day starts."""
    desk.settings = replace(SETTINGS, policy=Policy(invite_when=InviteWhen.HIRE_DATE))
    report = desk.sync([worker(1, hire_date=clock.today + timedelta(days=2))])
    clock.advance(timedelta(days=2))

    due_run = desk.run_due_dates()

    assert (report.skipped_by, report.created) == ({"not_started": 1}, 0)
    assert (due_run.created, due_run.mails) == (1, 1)
    assert len(host.mails) == 1


@pytest.mark.req("D8")
def test_withdrawn_termination_restores_access(desk: Desk, host: MemoryHost) -> None:
    """The same account gets its access back."""
    desk.sync(COMPANY)
    desk.sync([leaver(COMPANY[0]), *COMPANY[1:]])

    report = desk.sync(COMPANY)

    assert (report.reactivated, report.created, report.mails) == (1, 0, 0)
    assert AccountState.ACTIVE is host.accounts[desk.links()["p001"].account_id].state


@pytest.mark.req("D2")
def test_two_people_with_one_email_are_skipped(desk: Desk, host: MemoryHost) -> None:
    """A shared address matches no account and creates none, on whichever pages the two are."""
    report = desk.sync([*COMPANY, worker(9, email="P1@example.com ")], page_size=2)

    assert (report.skipped_by, report.created) == ({"email_shared": 2}, 6)


@pytest.mark.req("D2")
def test_shared_email_corrected_in_paycor_creates_both(desk: Desk) -> None:
    """Both get an account, though only one record changed."""
    desk.sync([*COMPANY, worker(9, email="p1@example.com")])

    report = desk.sync([*COMPANY, worker(9)])

    assert report.created == 2


@pytest.mark.req("D3")
def test_two_jobs_of_one_person_have_one_account(desk: Desk, host: MemoryHost) -> None:
    """Access ends when the last employment ends."""
    second = worker(2, employee_id="e900", person_id="p001", email="p1@example.com")

    first = desk.sync([COMPANY[0], second])
    one_ended = desk.sync([leaver(COMPANY[0]), second])
    both_ended = desk.sync([leaver(COMPANY[0]), leaver(second)])

    assert (first.created, first.skipped_by) == (1, {"other_employment": 1})
    assert (one_ended.suspended, both_ended.suspended) == (0, 1)
    assert len(host.accounts) == 1


@pytest.mark.req("D1")
def test_link_follows_a_new_person_id(desk: Desk, host: MemoryHost) -> None:
    """If Paycor adds or changes the person id, the account stays theirs under the new key."""
    desk.sync([worker(1, person_id=None), worker(2)])

    report = desk.sync([worker(1), worker(2)])

    assert (report.updated, report.created, report.unchanged) == (1, 0, 1)
    assert {"p001", "p002"} == {one.external_id for one in host.accounts.values()} == set(desk.links())


@pytest.mark.req("B12")
def test_supervisor_follows_the_current_direct_reports(desk: Desk, host: MemoryHost) -> None:
    """The field changes when the last report leaves, though the supervisor's record does not."""
    team = [worker(1), worker(2, manager_id="e001")]
    desk.sync(team)
    account_id = desk.links()["p001"].account_id
    before = host.accounts[account_id].fields["boss"]

    desk.sync([team[0], leaver(team[1])])

    assert (before, host.accounts[account_id].fields["boss"]) == ("Yes", "No")


@pytest.mark.req("B6")
def test_new_name_of_a_manager_reaches_the_reports(desk: Desk, host: MemoryHost) -> None:
    """A report's manager field follows the manager's record."""
    team = [worker(1), worker(2, manager_id="e001")]
    desk.sync(team)

    desk.sync([replace(team[0], last_name="Renamed"), team[1]])

    assert host.accounts[desk.links()["p002"].account_id].fields["manager"] == "First1 Renamed"


@pytest.mark.req("A32", "D12")
def test_unknown_choice_is_not_sent(desk: Desk, host: MemoryHost) -> None:
    """The learner gets an account, the field stays empty, and the mismatch is listed."""
    report = desk.sync([worker(1, attributes={"job_title": "Nurse", "work_state": "PR"})])

    assert (report.created, report.findings_by["choice_mismatch"]) == (1, 1)
    assert "state" not in host.accounts[desk.links()["p001"].account_id].fields


@pytest.mark.req("B9", "B10")
def test_missing_work_data_is_listed(desk: Desk, host: MemoryHost) -> None:
    """No work email: no account. No work address: an account, and a finding."""
    report = desk.sync([worker(1, email=None), worker(2, has_work_address=False)])

    assert (report.created, report.skipped_by) == (1, {"no_work_email": 1})
    assert {"no_work_address"} == desk.codes("e002")
