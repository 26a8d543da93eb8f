"""Whole runs over real tables and a host in a dict: what the engine promises, whatever happens in the middle."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import AddAs, InviteWhen, Limit, Limits, MappingRow, Policy, Settings
from connector.core.ports.host import Capabilities
from connector.engine.plan import make_plan
from connector.engine.read import read
from connector.errors import HostUnavailable, LeaseLost, RunInProgress, SourceUnavailable
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.runs import lease
from connector.store.tables.connection import Connection
from connector.store.tables.people import StagedRow
from connector.store.tables.runs import EntryRow, Lease
from tests.clock import Clock
from tests.engine.workbench import Desk, Feed

FIELDS = (
    Field("title", "Job title"),
    Field("state", "State", FieldType.STRING_CHOICE, choices=("OH", "NY")),
    Field("boss", "Supervisor", FieldType.STRING_CHOICE, choices=("Yes", "No")),
    Field("manager", "Manager"),
)
MAPPING = (
    MappingRow("job_title", "title"),
    MappingRow("work_state", "state"),
    MappingRow("supervisor", "boss"),
    MappingRow("manager_name", "manager"),
)
SETTINGS = Settings(1, "America/New_York", Policy(limits=Limits(leavers=Limit(1, 5))), MAPPING)


def hire(number: int, **values: object) -> Employee:
    """An ordinary employee of a given number."""
    plain = Employee(
        employee_id=f"e{number:03}",
        person_id=f"p{number:03}",
        legal_entity_id=1,
        first_name=f"First{number}",
        last_name=f"Last{number}",
        email=f"p{number}@example.com",
        status=EmploymentStatus.CURRENT,
        status_text="Active",
        hire_date=date(2020, 1, 6),
        work_state="OH",
        has_work_address=True,
        has_position=True,
        attributes={"job_title": "Nurse", "work_state": "OH"},
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def gone(employee: Employee, day: date | None = date(2026, 2, 1)) -> Employee:
    """The same, having left."""
    return replace(
        employee, status=EmploymentStatus.SEPARATED, status_text="Terminated", termination_date=day
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database: a file, and a real PostgreSQL."""
    on_file = f"sqlite:///{tmp_path / 'desk.db'}"
    made = create_engine(on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.dispose()


@pytest.fixture
def host(clock: Clock) -> MemoryHost:
    """An LMS with the mapped fields and nobody in it."""
    return MemoryHost(FIELDS, clock=clock)


@pytest.fixture
def desk(engine: Engine, host: MemoryHost, clock: Clock) -> Desk:
    """A connected portal with a mapping."""
    return Desk(engine, host, clock, SETTINGS)


COMPANY = [hire(number) for number in range(1, 8)]


@pytest.mark.req("A3", "A5", "A6", "A38")
def test_everybody_gets_a_learner_account_and_one_welcome(desk: Desk, host: MemoryHost) -> None:
    """A first sync makes an account for each and mails each once."""
    report = desk.sync(COMPANY)

    assert (report.read, report.created, report.mails, report.unchanged, report.skipped) == (7, 7, 7, 0, 0)
    assert {one.email for one in COMPANY} == {one.email for one in host.accounts.values()}
    assert all(one.is_learner and one.state is AccountState.ACTIVE for one in host.accounts.values())
    assert sorted(host.accounts) == sorted(mail.account_id for mail in host.mails)


@pytest.mark.req("X2")
def test_a_second_run_over_the_same_feed_does_nothing(desk: Desk, host: MemoryHost) -> None:
    """Applied, then planned again, is empty: no operation, no mail, all unchanged."""
    desk.sync(COMPANY)
    mails = list(host.mails)

    report = desk.sync(COMPANY)

    assert (report.read, report.created, report.unchanged, report.mails) == (7, 0, 7, 0)
    assert desk.entries() == []
    assert mails == host.mails


@pytest.mark.req("A9", "A10", "A11", "D1")
def test_a_learner_who_was_there_is_linked_and_not_mailed(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """An account with the same email, whatever its case, is linked and filled, never made twice or invited."""
    there = Account("7", "P3@Example.COM", "Old", "Name", AccountState.ACTIVE, is_learner=True)
    desk.host = host = MemoryHost(FIELDS, [there], clock=clock)

    report = desk.sync(COMPANY)

    assert (report.linked, report.created, report.mails) == (1, 6, 6)
    assert (
        host.accounts["7"].first_name,
        host.accounts["7"].external_id,
        host.accounts["7"].fields["title"],
    ) == ("First3", "p003", "Nurse")
    assert "7" not in {mail.account_id for mail in host.mails}


@pytest.mark.req("A1", "X1")
def test_a_preview_changes_nothing_and_foretells_the_run(desk: Desk, host: MemoryHost) -> None:
    """The same state gives the same digest and the same counts, and the preview touches no account."""
    foretold = desk.preview(COMPANY)
    digest = desk.digest
    untouched = dict(host.accounts)

    report = desk.sync(COMPANY)

    assert untouched == {}
    assert digest == desk.digest
    assert (foretold.created, foretold.mails) == (report.created, report.mails)


@pytest.mark.parametrize("page_size", [1, 2, 7, 50])
@pytest.mark.req("X2")
def test_page_size_and_order_do_not_matter(desk: Desk, page_size: int) -> None:
    """However the feed is cut and ordered, the plan has the digest of the plain one."""
    desk.preview(COMPANY)
    plain = desk.digest

    desk.preview(reversed(COMPANY), page_size=page_size)

    assert plain == desk.digest


@pytest.mark.req("A17", "A18", "A2")
def test_a_changed_name_is_written_without_a_mail(desk: Desk, host: MemoryHost) -> None:
    """Somebody who marries is updated, and gets no new invitation."""
    desk.sync(COMPANY)
    mails = len(host.mails)

    report = desk.sync([replace(COMPANY[0], last_name="Married", email="new@example.com"), *COMPANY[1:]])

    assert (report.updated, report.unchanged, report.mails) == (1, 6, 0)
    assert mails == len(host.mails)
    assert {"new@example.com"} == {one.email for one in host.accounts.values() if one.last_name == "Married"}


@pytest.mark.req("A2")
def test_a_value_edited_by_hand_is_set_back(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """Paycor is the source of truth, even when nothing changed at Paycor."""
    desk.sync(COMPANY)
    account_id = desk.links()["p002"].account_id
    clock.advance(timedelta(minutes=5))
    host.edit(account_id, first_name="Nickname")
    clock.advance(timedelta(minutes=5))

    report = desk.sync(COMPANY)

    assert (report.updated, report.unchanged) == (1, 6)
    assert host.accounts[account_id].first_name == "First2"


@pytest.mark.req("A2")
def test_without_edits_nobody_is_looked_at_again(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """The connector's own writes are not taken for somebody's edits."""
    desk.sync(COMPANY)
    clock.advance(timedelta(minutes=5))

    with desk.parts("preview", Feed(COMPANY)) as parts:
        make_plan(parts, read(parts))
        cases = [case for chunk in parts.mirror.cases() for case in chunk]

    assert cases == []


@pytest.mark.req("A7")
def test_a_type_changed_by_hand_stays(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """A learner promoted to manager stays one, and is still kept true."""
    desk.sync(COMPANY)
    account_id = desk.links()["p001"].account_id
    host.edit(account_id, is_learner=False)
    clock.advance(timedelta(hours=1))

    desk.sync([replace(COMPANY[0], first_name="Promoted"), *COMPANY[1:]])

    assert (host.accounts[account_id].is_learner, host.accounts[account_id].first_name) == (False, "Promoted")


@pytest.mark.req("A8", "A22")
def test_a_leaver_is_suspended_and_never_mailed(desk: Desk, host: MemoryHost) -> None:
    """Access ends by the termination date; somebody who had left before is never made."""
    desk.sync([*COMPANY, gone(hire(8))])

    report = desk.sync([gone(COMPANY[0]), *COMPANY[1:], gone(hire(8))])

    assert (report.suspended, report.skipped, report.unchanged) == (1, 1, 6)
    assert report.skipped_by == {"inactive": 1}
    assert AccountState.SUSPENDED is host.accounts[desk.links()["p001"].account_id].state
    assert len(host.accounts) == 7


@pytest.mark.req("A22", "D8")
def test_a_future_end_falls_due_without_reading_paycor(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """The hourly run ends access at local midnight after the last day, from the stored date."""
    leaving = replace(COMPANY[0], termination_date=clock.today)
    desk.sync([leaving, *COMPANY[1:]])
    account_id = desk.links()["p001"].account_id

    clock.set(clock().replace(hour=23))
    before = desk.due()
    clock.advance(timedelta(hours=7))
    after = desk.due()

    assert (before.suspended, after.suspended) == (0, 1)
    assert AccountState.SUSPENDED is host.accounts[account_id].state


@pytest.mark.req("A37", "D8")
def test_a_future_hire_is_made_on_the_hire_date(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """With invitations on the hire date, the account and the mail come when the day begins."""
    desk.settings = replace(SETTINGS, policy=Policy(invite_when=InviteWhen.HIRE_DATE))
    report = desk.sync([hire(1, hire_date=clock.today + timedelta(days=2))])
    clock.advance(timedelta(days=2))

    due = desk.due()

    assert (report.skipped_by, report.created) == ({"not_started": 1}, 0)
    assert (due.created, due.mails) == (1, 1)
    assert len(host.mails) == 1


@pytest.mark.req("D8")
def test_an_end_that_was_withdrawn_is_undone(desk: Desk, host: MemoryHost) -> None:
    """A termination taken back at Paycor gives the same account its access again."""
    desk.sync(COMPANY)
    desk.sync([gone(COMPANY[0]), *COMPANY[1:]])

    report = desk.sync(COMPANY)

    assert (report.reactivated, report.created, report.mails) == (1, 0, 0)
    assert AccountState.ACTIVE is host.accounts[desk.links()["p001"].account_id].state


@pytest.mark.req("D10")
def test_somebody_missing_is_a_leaver_only_after_three_complete_reads(desk: Desk, host: MemoryHost) -> None:
    """Absence is not leaving: two complete reads without somebody end nothing, the third does."""
    desk.sync(COMPANY)

    suspended = [desk.sync(COMPANY[1:]).suspended for _ in range(3)]

    assert suspended == [0, 0, 1]


@pytest.mark.req("D10")
def test_a_broken_read_ends_nobodys_access(desk: Desk, host: MemoryHost) -> None:
    """A page that fails stops the run before anything is known or done."""
    desk.sync(COMPANY)
    feed = [gone(one) for one in COMPANY]

    for _ in range(4):
        with pytest.raises(SourceUnavailable):
            desk.sync(feed, breaks_after=2)

    assert {AccountState.ACTIVE} == {one.state for one in host.accounts.values()}
    assert desk.sync(COMPANY).unchanged == 7


@pytest.mark.req("D10")
def test_a_read_with_a_record_of_nobody_proves_no_absence(desk: Desk) -> None:
    """As long as one record cannot be told whose it is, nobody is counted as missing."""
    desk.sync(COMPANY)

    for _ in range(4):
        report = desk.sync(COMPANY[1:], strays=1)

    assert report.suspended == 0
    assert report.findings_by["record_without_id"] == 1


@pytest.mark.req("D10")
def test_somebody_who_comes_back_starts_counting_afresh(desk: Desk) -> None:
    """Two misses, one hit, two misses: still nobody's end."""
    desk.sync(COMPANY)

    seen = [COMPANY[1:], COMPANY[1:], COMPANY, COMPANY[1:], COMPANY[1:]]

    assert [desk.sync(one).suspended for one in seen] == [0] * 5


@pytest.mark.req("X4")
def test_a_run_that_would_end_too_many_accesses_is_held(desk: Desk, host: MemoryHost) -> None:
    """Over the limit nothing is applied; the released plan is."""
    desk.sync(COMPANY)
    leaving = [gone(COMPANY[0]), gone(COMPANY[1]), *COMPANY[2:]]

    held = desk.sync(leaving)
    untouched = {one.state for one in host.accounts.values()}
    released = desk.apply(desk.run_id)

    assert (2, {AccountState.ACTIVE}) == (held.suspended, untouched)
    assert released.suspended == 2
    assert sum(one.state is AccountState.SUSPENDED for one in host.accounts.values()) == 2


@pytest.mark.req("D2")
def test_two_people_with_one_email_are_left_alone(desk: Desk, host: MemoryHost) -> None:
    """A shared address matches nobody and makes nobody, wherever in the feed the two stand."""
    report = desk.sync([*COMPANY, hire(9, email="P1@example.com ")], page_size=2)

    assert (report.skipped_by, report.created) == ({"email_shared": 2}, 6)


@pytest.mark.req("D2")
def test_a_dispute_ends_when_paycor_is_corrected(desk: Desk) -> None:
    """When one of the two gets an address of their own, both are made, though only one record changed."""
    desk.sync([*COMPANY, hire(9, email="p1@example.com")])

    report = desk.sync([*COMPANY, hire(9)])

    assert report.created == 2


@pytest.mark.req("D3")
def test_two_jobs_of_one_person_make_one_account(desk: Desk, host: MemoryHost) -> None:
    """Access ends when the last employment ends."""
    second = hire(2, employee_id="e900", person_id="p001", email="p1@example.com")

    first = desk.sync([COMPANY[0], second])
    one_ended = desk.sync([gone(COMPANY[0]), second])
    both_ended = desk.sync([gone(COMPANY[0]), gone(second)])

    assert (first.created, first.skipped_by) == (1, {"other_employment": 1})
    assert (one_ended.suspended, both_ended.suspended) == (0, 1)
    assert len(host.accounts) == 1


@pytest.mark.req("D1")
def test_a_link_follows_an_employee_who_gets_a_person_id(desk: Desk, host: MemoryHost) -> None:
    """When Paycor names the human later, or another one, the account stays theirs, under the new key."""
    desk.sync([hire(1, person_id=None), hire(2)])

    report = desk.sync([hire(1), hire(2)])

    assert (report.updated, report.created, report.unchanged) == (1, 0, 1)
    assert {"p001", "p002"} == {one.external_id for one in host.accounts.values()} == set(desk.links())


@pytest.mark.req("B12")
def test_a_supervisor_is_whoever_has_a_current_direct_report(desk: Desk, host: MemoryHost) -> None:
    """The field follows when the last report leaves, though nothing changed in the supervisor's own record."""
    team = [hire(1), hire(2, manager_id="e001")]
    desk.sync(team)
    boss = desk.links()["p001"].account_id
    was = host.accounts[boss].fields["boss"]

    desk.sync([team[0], gone(team[1])])

    assert (was, host.accounts[boss].fields["boss"]) == ("Yes", "No")


@pytest.mark.req("B6")
def test_a_managers_new_name_reaches_their_reports(desk: Desk, host: MemoryHost) -> None:
    """A report's manager field follows the manager's own record."""
    team = [hire(1), hire(2, manager_id="e001")]
    desk.sync(team)

    desk.sync([replace(team[0], last_name="Renamed"), team[1]])

    assert host.accounts[desk.links()["p002"].account_id].fields["manager"] == "First1 Renamed"


@pytest.mark.req("A32", "D12")
def test_a_choice_that_does_not_exist_is_not_sent(desk: Desk, host: MemoryHost) -> None:
    """The learner is made all the same, the field stays empty, and the mismatch is listed."""
    report = desk.sync([hire(1, attributes={"job_title": "Nurse", "work_state": "PR"})])

    assert (report.created, report.findings_by["choice_mismatch"]) == (1, 1)
    assert "state" not in host.accounts[desk.links()["p001"].account_id].fields


@pytest.mark.req("B9", "B10")
def test_missing_work_data_is_listed(desk: Desk, host: MemoryHost) -> None:
    """No work email: nobody is made. No work address: made, and listed."""
    report = desk.sync([hire(1, email=None), hire(2, has_work_address=False)])

    assert (report.created, report.skipped_by) == (1, {"no_work_email": 1})
    assert {"no_work_address"} == desk.codes("e002")


@pytest.mark.req("D13")
def test_active_only_sends_nothing_and_remembers_it(desk: Desk, host: MemoryHost) -> None:
    """People made silently are held for a welcome that an admin may send later."""
    desk.settings = replace(SETTINGS, policy=Policy(add_as=AddAs.ACTIVE_ONLY))

    report = desk.sync(COMPANY)

    assert (report.created, report.mails, host.mails) == (7, 0, [])
    assert {("welcome", "held")} == {(one.mail, one.mail_state) for one in desk.links().values()}


@pytest.mark.req("A16")
def test_where_people_sign_in_elsewhere_nobody_is_mailed(desk: Desk, host: MemoryHost) -> None:
    """An SSO portal gets active accounts and no mail, now or later."""
    desk.settings = replace(SETTINGS, sso=True, policy=Policy(add_as=AddAs.PENDING_INVITATION))

    desk.sync(COMPANY)

    assert ([], {AccountState.ACTIVE}) == (host.mails, {one.state for one in host.accounts.values()})
    assert {"none"} == {one.mail_state for one in desk.links().values()}


def test_a_refusal_of_the_host_is_one_persons_alone(desk: Desk, host: MemoryHost) -> None:
    """One bad person never stops a run, is listed, and is tried again."""
    host.faults.append(Fault("create", Failure.REFUSED, row=2))

    report = desk.sync(COMPANY)
    again = desk.sync(COMPANY)

    assert (report.created, report.skipped_by) == (6, {"refused": 1})
    assert (again.created, again.skipped_by) == (1, {})


@pytest.mark.parametrize("failure", [Failure.UNANSWERED, Failure.UNKNOWN])
def test_an_answer_that_was_lost_makes_nobody_twice(desk: Desk, host: MemoryHost, failure: Failure) -> None:
    """A create that was done without an answer is found by its external id, linked, and mailed once."""
    host.faults.append(Fault("create", failure))

    try:
        desk.sync(COMPANY)
    except HostUnavailable:
        desk.sync(COMPANY)

    assert (len(host.accounts), len(host.mails)) == (7, 7)
    assert sorted(host.accounts) == sorted(link.account_id for link in desk.links().values())
    assert desk.sync(COMPANY).unchanged == 7


def test_mails_that_may_have_gone_out_are_looked_up_not_sent_again(desk: Desk, host: MemoryHost) -> None:
    """When the answer to the mails is lost, the accounts tell that they were told."""
    host.faults.append(Fault("invite", Failure.UNANSWERED))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert len(host.mails) == 7
    assert {"sent"} == {link.mail_state for link in desk.links().values()}


@pytest.mark.parametrize(("can_tell", "state"), [(True, "sent"), (False, "unknown")])
def test_mails_that_the_lms_is_not_sure_of_are_looked_up(
    desk: Desk, clock: Clock, can_tell: bool, state: str
) -> None:
    """An LMS that tells when somebody was told settles it at once; where nobody can know, it is left to an admin."""
    host = MemoryHost(FIELDS, clock=clock, capabilities=Capabilities(tells_told_at=can_tell))
    desk.host = host
    host.faults.append(Fault("invite", Failure.UNKNOWN))

    desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert len(host.mails) == 7
    assert {state} == {link.mail_state for link in desk.links().values()}


def test_mails_that_did_not_go_out_are_sent_by_the_next_run(desk: Desk, host: MemoryHost) -> None:
    """An LMS that was away while mailing mails later, each person once."""
    host.faults.append(Fault("invite", Failure.UNAVAILABLE))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)
    report = desk.sync(COMPANY)

    assert (report.mails, len(host.mails)) == (7, 7)


def test_nobody_is_made_on_a_guess(desk: Desk, host: MemoryHost) -> None:
    """A look-up that cannot be trusted stops the run before anything is done."""
    host.faults.append(Fault("find", Failure.UNKNOWN))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)

    assert host.accounts == {}
    assert desk.sync(COMPANY).created == 7


class Dies(BaseException):
    """The process is gone: nothing after it runs."""


class MortalHost(MemoryHost):
    """Counts down calls that change anything, and dies before or after the one that is reached."""

    lives = 10**9
    after = False

    def _each(self, call, rows, answer):  # type: ignore[no-untyped-def]
        type(self).lives -= 1
        if self.lives == 0 and not self.after:
            raise Dies
        outcomes = super()._each(call, rows, answer)
        if self.lives == 0 and self.after:
            raise Dies
        return outcomes


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 6))
def test_a_run_killed_at_any_call_is_finished_by_the_next(
    engine: Engine, clock: Clock, call: int, after: bool
) -> None:
    """Whatever call it dies at, the next run ends where an undisturbed one does: no account or mail twice."""
    existing = [Account("7", "p3@example.com", "A", "B", AccountState.ACTIVE, is_learner=True)]
    host = MortalHost(FIELDS, existing, clock=clock)
    desk = Desk(engine, host, clock, SETTINGS)
    desk.sync(COMPANY[:3])
    moved = [replace(COMPANY[0], first_name="New"), gone(COMPANY[1]), *COMPANY[2:], hire(8), hire(9)]
    MortalHost.lives, MortalHost.after = call, after

    try:
        desk.sync(moved)
    except Dies:
        _bury(desk, clock)
    MortalHost.lives = 10**9
    desk.sync(moved)
    calm = desk.sync(moved)

    undisturbed = {"First2", "New", *(f"First{number}" for number in range(3, 10))}
    assert undisturbed == {one.first_name for one in host.accounts.values()}
    assert len(host.accounts) == 9
    assert [one.email for one in host.accounts.values() if one.state is AccountState.SUSPENDED] == [
        "p2@example.com"
    ]
    assert len(host.mails) == len({mail.account_id for mail in host.mails}) == 8
    assert (calm.read, 0, 0) == (calm.unchanged, calm.mails, len(desk.entries()))
    assert set() == desk.dirty()


def _bury(desk: Desk, clock: Clock) -> None:
    """What kill -9 leaves: the lease is not given back, and runs out or is taken from the dead."""
    clock.advance(timedelta(seconds=lease.TTL_S + 1))


def test_two_runs_of_one_connection_are_refused(desk: Desk) -> None:
    """While one holds the lease the other is told by whom and until when."""
    with (
        desk.parts("sync", None),
        pytest.raises(RunInProgress, match="until") as refused,
        desk.parts("sync", None),
    ):
        pytest.fail("two runs hold one lease")

    assert "test pid" in refused.value.owner


def test_a_run_that_was_taken_over_writes_nothing_more(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """Whoever wakes up after losing the lease cannot write over the one who has it."""
    with desk.parts("sync", Feed(COMPANY)) as parts:
        heard = read(parts)
        clock.advance(timedelta(seconds=lease.TTL_S + 1))
        with desk.database.writing() as session:
            session.get_one(Lease, desk.connection_id).token += 1

        with pytest.raises(LeaseLost):
            make_plan(parts, heard)

    assert desk.rows(EntryRow) == []


def test_a_changed_mapping_reaches_people_who_did_not_change(desk: Desk, host: MemoryHost) -> None:
    """Settings of another version are other facts: everybody is looked at once more."""
    desk.settings = replace(SETTINGS, mapping=())
    desk.sync(COMPANY)
    desk.settings = replace(SETTINGS, version=2)

    report = desk.sync(COMPANY)

    assert report.updated == 7
    assert {"Nurse"} == {one.fields["title"] for one in host.accounts.values()}


@pytest.mark.req("A30")
def test_a_mapping_onto_a_deleted_field_is_listed_and_the_rest_goes_on(desk: Desk, host: MemoryHost) -> None:
    """The other rows are written; the row that leads nowhere is a finding about the connection."""
    desk.settings = replace(SETTINGS, mapping=(*MAPPING, MappingRow("hire_date", "deleted")))

    report = desk.sync(COMPANY)

    assert (report.created, report.findings_by["field_missing"]) == (7, 1)


def test_an_unreadable_record_is_one_persons_alone(desk: Desk, host: MemoryHost) -> None:
    """A bad date in one record leaves that person as they are, and is listed."""
    desk.sync(COMPANY)

    report = desk.sync([replace(COMPANY[0], person_id=None, problem="hireDate is not a date"), *COMPANY[1:]])

    assert (report.skipped_by, report.unchanged, report.suspended) == ({"unreadable": 1}, 6, 0)
    assert desk.sync(COMPANY).unchanged == 7


def test_nothing_of_a_read_is_left_behind(desk: Desk) -> None:
    """What waited for the read to be complete is empty afterwards, and the count is kept for the next one."""
    desk.sync(COMPANY)

    assert desk.rows(StagedRow) == []
    assert [row.last_read_count for row in desk.rows(Connection)] == [7]
