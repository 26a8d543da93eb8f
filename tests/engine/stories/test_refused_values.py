"""Whole runs against an LMS that refuses single values, or keeps them differently, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connector.core.model.account import AccountState
from connector.core.ports.host import Change
from connector.engine import sync
from connector.store.tables.people import FindingRow, LinkRow
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.engine.company import FIELDS, SETTINGS, leaver, worker
from tests.engine.picky import PickyHost
from tests.engine.workbench import Desk

LONG = "x" * 1500
#: Someone whose job title is longer than the LMS's field.
WORDY = worker(1, attributes={"job_title": LONG, "work_state": "OH"})
PLAIN = worker(2)


@pytest.fixture
def host(clock: Clock) -> PickyHost:
    """An LMS whose job title takes 100 characters, and whose addresses are ASCII."""
    host = PickyHost(FIELDS, clock=clock)
    host.refuses = {
        "field:title": lambda text: "value" if len(text) > 100 else "",
        "email": lambda text: "" if text.isascii() else "email",
    }
    return host


@pytest.fixture
def desk(engine: Engine, host: PickyHost, clock: Clock) -> Desk:
    """A connected portal of that LMS."""
    return Desk(engine, host, clock, SETTINGS)


def told(desk: Desk, employee_id: str = "e001") -> list[tuple[str, str, str]]:
    """Code, subject and reason of each finding about an employee."""
    rows = [row for row in desk.rows(FindingRow) if row.employee_id == employee_id]
    return sorted((row.code, row.subject, row.hint) for row in rows)


@pytest.mark.req("D29")
@pytest.mark.parametrize("says_which", [True, False])
def test_refused_value_costs_its_field_and_not_the_account(
    desk: Desk, host: PickyHost, says_which: bool
) -> None:
    """A host that cannot say which field it is gets the person without custom user data."""
    host.says_which = says_which

    report = desk.sync([WORDY, PLAIN])

    fields = {one.email: dict(one.fields) for one in host.accounts.values()}
    assert (report.created, report.skipped, report.mails) == (2, 0, 2)
    assert fields["p1@example.com"] == ({"state": "OH", "boss": "No"} if says_which else {})
    assert fields["p2@example.com"] == {"title": "Nurse", "state": "OH", "boss": "No"}
    assert ("field_refused", "Job title", "value") in told(desk)


@pytest.mark.req("D29")
@pytest.mark.parametrize("says_which", [True, False])
def test_refused_address_does_not_hold_back_the_new_field(
    desk: Desk, host: PickyHost, says_which: bool
) -> None:
    """The new title arrives, the address stays, and HR is told."""
    host.says_which = says_which
    desk.sync([PLAIN])

    moved = replace(PLAIN, email="jörg@example.com", attributes={"job_title": "Chief", "work_state": "OH"})
    report = desk.sync([moved])

    [account] = host.accounts.values()
    assert report.updated == (1 if says_which else 0) or account.fields["title"] == "Chief"
    assert account.email == "p2@example.com"
    assert ("identity_refused", "Work email", "email") in told(desk, "e002")


@pytest.mark.req("D29")
@pytest.mark.parametrize("says_which", [True, False])
def test_rehire_with_a_refused_value_gets_access_back(desk: Desk, host: PickyHost, says_which: bool) -> None:
    """What cannot be left out, the state, arrives; the value is left as it was."""
    host.says_which = says_which
    desk.sync([PLAIN])
    desk.sync([leaver(PLAIN)])

    desk.sync([replace(PLAIN, attributes={"job_title": LONG, "work_state": "OH"})])

    [account] = host.accounts.values()
    assert (account.state, account.fields["title"]) == (AccountState.ACTIVE, "Nurse")
    assert told(desk, "e002") == [("field_refused", "Job title", "value")]


@pytest.mark.req("D29")
def test_account_without_an_accepted_address_is_a_refusal_of_the_person(desk: Desk, host: PickyHost) -> None:
    """No account exists without an address: HR is told, and everybody else is served."""
    report = desk.sync([worker(1, email="jörg@example.com"), PLAIN])

    assert (report.created, report.skipped_by) == (1, {"identity_refused": 1})
    assert len(host.sent) == 2


@pytest.mark.req("D29")
def test_refused_value_is_not_sent_again_every_night(desk: Desk, host: PickyHost, clock: Clock) -> None:
    """The finding stays open since its first day; after a week it is sent once more."""
    desk.sync([WORDY])
    [first] = [row for row in desk.rows(FindingRow) if row.code == "field_refused"]
    tries = len(host.sent)
    for _ in range(6):
        clock.advance(timedelta(days=1))
        desk.sync([WORDY])
    quiet = len(host.sent)
    clock.advance(timedelta(days=1))
    desk.run_due_dates()

    [last] = [row for row in desk.rows(FindingRow) if row.code == "field_refused"]
    assert (tries, quiet) == (2, 2)
    assert host.sent[2:] == [{"field:title": LONG}]
    assert last.since == first.since


@pytest.mark.req("D29")
def test_refused_value_is_sent_again_when_it_changes(desk: Desk, host: PickyHost) -> None:
    """A shorter title arrives the same night, and the finding closes."""
    desk.sync([WORDY])
    shorter = replace(WORDY, attributes={"job_title": "Head nurse", "work_state": "OH"})

    desk.sync([shorter])
    again = len(host.sent)
    desk.sync([shorter])

    [account] = host.accounts.values()
    assert account.fields["title"] == "Head nurse"
    assert told(desk) == []
    assert len(host.sent) == again


@pytest.mark.req("D29")
def test_refused_value_is_sent_again_when_the_settings_or_the_field_change(
    desk: Desk, host: PickyHost
) -> None:
    """An admin has made room for it in the LMS."""
    desk.sync([WORDY])
    desk.sync([WORDY])
    host.refuses.clear()
    desk.settings = replace(SETTINGS, version=2)

    desk.sync([WORDY])

    [account] = host.accounts.values()
    assert account.fields["title"] == LONG
    assert told(desk) == []


@pytest.mark.req("D29", "X15")
def test_sync_of_one_person_sends_again_what_was_refused(desk: Desk, host: PickyHost) -> None:
    """An admin who has changed the field does not have to wait for a week."""
    desk.sync([WORDY])
    desk.sync([WORDY])
    host.refuses.clear()

    with desk.run_context("one_person", desk.feed([WORDY], {}), only_employee_ids=("e001",)) as context:
        sync.run(context)

    [account] = host.accounts.values()
    assert account.fields["title"] == LONG
    assert told(desk) == []


@pytest.mark.req("D29")
def test_refused_operation_is_not_sent_again_every_night(desk: Desk, host: PickyHost, clock: Clock) -> None:
    """A create is refused once a week, and the person stays counted under the reason."""
    foreign = worker(1, email="jörg@example.com")
    desk.sync([foreign])
    reports = []
    for _ in range(6):
        clock.advance(timedelta(days=1))
        reports.append(desk.sync([foreign]))
    quiet = len(host.sent)
    clock.advance(timedelta(days=1))
    desk.sync([foreign])

    assert all(report.skipped_by == {"identity_refused": 1} for report in reports)
    assert (quiet, len(host.sent)) == (1, 2)


@pytest.mark.req("D29")
def test_refused_operation_is_sent_again_when_the_account_changes(desk: Desk, host: PickyHost) -> None:
    """Whatever an admin has changed may be the reason."""
    desk.sync([PLAIN])
    moved = replace(PLAIN, email="jörg@example.com")
    desk.sync([moved])
    desk.sync([moved])
    quiet = len(host.sent)
    [account_id] = host.accounts
    host.edit(account_id, first_name="By hand")

    desk.sync([moved])

    assert quiet == 2
    assert host.accounts[account_id].first_name == "First2"
    assert len(host.sent) > quiet


@pytest.mark.req("D29", "A2")
def test_value_that_the_lms_keeps_differently_is_listed_once(
    desk: Desk, host: PickyHost, clock: Clock
) -> None:
    """It is not sent again while it is the same in Paycor; an edit by hand is still set back."""
    host.refuses.clear()
    host.keeps = {"field:title": lambda text: text[:10]}
    long = worker(1, attributes={"job_title": "Registered nurse", "work_state": "OH"})
    desk.sync([long])
    [account_id] = host.accounts
    for _ in range(3):
        clock.advance(timedelta(days=10))
        desk.settings = replace(desk.settings, version=desk.settings.version + 1)
        desk.sync([long])
    quiet = len(host.sent)
    listed = told(desk)
    host.edit(account_id, fields={"title": "By hand", "state": "OH", "boss": "No"})

    desk.sync([long])

    assert (quiet, listed) == (1, [("value_kept_differently", "Job title", "kept_differently")])
    assert host.accounts[account_id].fields["title"] == "Registered"
    assert told(desk) == listed or len(host.sent) == 2


@pytest.mark.req("D29")
def test_value_kept_differently_is_sent_when_it_changes_in_paycor(desk: Desk, host: PickyHost) -> None:
    """Then it is a new value."""
    host.refuses.clear()
    host.keeps = {"field:title": lambda text: text[:10]}
    long = worker(1, attributes={"job_title": "Registered nurse", "work_state": "OH"})
    desk.sync([long])
    desk.sync([replace(long, last_name="King")])
    desk.sync([replace(long, last_name="King", attributes={"job_title": "Nurse", "work_state": "OH"})])

    [account] = host.accounts.values()
    assert (account.last_name, account.fields["title"]) == ("King", "Nurse")
    assert told(desk) == []
    assert [values.get("field:title") for values in host.sent] == ["Registered nurse", None, "Nurse"]


@pytest.mark.req("D29", "X6")
def test_row_shows_what_was_done_and_an_undo_takes_back_just_that(desk: Desk, host: PickyHost) -> None:
    """The stored row has no value that the LMS refused."""
    desk.sync([PLAIN])
    [account_id] = host.accounts
    desk.sync([replace(PLAIN, last_name="King", attributes={"job_title": LONG, "work_state": "OH"})])
    run_id = desk.run_id
    [row] = [row for row in desk.rows(EntryRow) if row.run_id == run_id]

    report = desk.undo(run_id)

    assert (row.after, row.before) == ({"last_name": "King"}, {"last_name": "Last2"})
    assert (report.updated, host.accounts[account_id].last_name) == (1, "Last2")


@pytest.mark.req("D29")
def test_refused_row_of_a_batch_costs_no_one_else_a_second_call(desk: Desk, host: PickyHost) -> None:
    """Only the refused rows are sent again, together."""
    company = [WORDY, *(worker(number) for number in range(2, 30))]

    desk.sync(company)

    assert len(host.sent) == len(company) + 1
    assert len(desk.rows(LinkRow)) == len(company)


@pytest.mark.req("D29")
def test_address_of_another_account_is_asked_for_every_night(desk: Desk, host: PickyHost) -> None:
    """Only the LMS knows when the other account gives it up, and then it arrives."""
    desk.sync([PLAIN])
    other = replace(next(iter(host.accounts.values())), account_id="77", email="new@example.com")
    host._put(replace(other, external_id=None))
    moved = replace(PLAIN, email="new@example.com")
    refused = desk.sync([moved])
    desk.sync([moved])
    host.update([Change("77", email="gone@example.com")])

    report = desk.sync([moved])

    assert (refused.skipped_by, report.updated) == ({"refused": 1}, 1)


@pytest.mark.req("D29", "A2", "D9")
def test_edit_before_a_suspension_is_no_value_that_the_lms_keeps(desk: Desk, host: PickyHost) -> None:
    """The suspension wrote the account's version, not its title: the title by hand is set back with the access."""
    desk.sync([PLAIN])
    (account_id,) = host.accounts
    host.edit(account_id, fields={"title": "By hand"})
    desk.sync([leaver(PLAIN)])

    desk.sync([PLAIN])

    account = host.accounts[account_id]
    assert (account.state, account.fields["title"]) == (AccountState.ACTIVE, "Nurse")
    assert told(desk, "e002") == []
