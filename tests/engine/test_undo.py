"""Whole undos over real tables and a host in memory: what a run did is taken back, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, create_engine

from connector.core.model.account import Account, AccountState
from connector.core.model.settings import AddAs, Limit, Limits
from connector.errors import HostUnavailable
from connector.hosts.checks import value_refusals
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.db.base import Base
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from tests.clock import Clock
from tests.engine.company import FIELDS, leaver, worker
from tests.engine.workbench import Desk
from tests.strategies import Company, companies

COMPANY = [worker(number) for number in range(1, 6)]
FREE = Limits(leavers=Limit(50, 5))
#: A learner who was in the LMS before the first sync, with other values.
EXISTING = Account("7", "p3@example.com", "Old", "Name", AccountState.ACTIVE, is_learner=True)


@pytest.fixture
def host(clock: Clock) -> MemoryHost:
    """An LMS with the mapped fields and one learner."""
    return MemoryHost(FIELDS, [EXISTING], clock=clock)


def invite_from_now_on(desk: Desk) -> None:
    """New accounts are pending and get an invitation from now on."""
    policy = replace(desk.settings.policy, add_as=AddAs.PENDING_INVITATION)
    desk.settings = replace(desk.settings, version=desk.settings.version + 1, policy=policy)


def visible(account: Account) -> Account:
    """The account without its version and the time of its last mail."""
    return replace(account, version="", last_mailed_at=None)


def left_reasons(desk: Desk) -> dict[str, str]:
    """Why the last run left rows alone, by employee id."""
    mine = [row for row in desk.rows(EntryRow) if row.run_id == desk.run_id]
    return {row.employee_id: row.outcome_code for row in mine if row.outcome == "left"}


@pytest.mark.req("X6")
def test_undone_first_sync_suspends_created_accounts_and_unlinks_existing_ones(
    desk: Desk, host: MemoryHost
) -> None:
    """Created accounts are suspended and never deleted; the existing learner is as before."""
    desk.sync(COMPANY)
    mailed = list(host.mails)

    report = desk.undo(1)

    assert visible(EXISTING) == visible(host.accounts["7"])
    assert {AccountState.SUSPENDED} == {one.state for key, one in host.accounts.items() if key != "7"}
    assert (report.suspended, report.unlinked, report.left, report.mails, report.mailed) == (4, 1, 0, 0, 4)
    assert mailed == host.mails
    assert {key: row.state for key, row in desk.links().items()} == {
        "p001": "suspended",
        "p002": "suspended",
        "p004": "suspended",
        "p005": "suspended",
    }


@pytest.mark.req("X6")
def test_undone_changes_are_in_the_next_plan(desk: Desk) -> None:
    """The people are decided again, without a change in Paycor."""
    desk.sync(COMPANY)

    desk.undo(1)
    dirty = desk.dirty()
    predicted = desk.preview(COMPANY)

    assert {one.employee_id for one in COMPANY} == dirty
    assert (predicted.reactivated, predicted.linked) == (4, 1)


@pytest.mark.req("X6", "A22", "A17")
def test_undo_restores_access_and_values(desk: Desk, host: MemoryHost) -> None:
    """A sync with wrong changes to existing people is taken back, person by person."""
    desk.settings = replace(desk.settings, policy=replace(desk.settings.policy, limits=FREE))
    desk.sync([*COMPANY[:4], replace(COMPANY[4], attributes={"job_title": "Cook"})])
    before = {key: visible(one) for key, one in host.accounts.items()}
    desk.sync([*(leaver(one) for one in COMPANY[:3]), worker(4, last_name="Wrong"), COMPANY[4]])

    report = desk.undo(2)

    assert before == {key: visible(one) for key, one in host.accounts.items()}
    assert (report.reactivated, report.updated, report.left) == (3, 2, 0)
    assert {"active"} == {row.state for row in desk.links().values()}


@pytest.mark.req("X6")
def test_addresses_that_changed_hands_are_given_back(desk: Desk, host: MemoryHost) -> None:
    """The row applied last is taken back first, so that an address is free before it is given back."""
    desk.sync(COMPANY)
    first = {key: one.email for key, one in host.accounts.items()}
    moved = [worker(1, email="new@example.com"), worker(2, email="p1@example.com"), *COMPANY[2:]]
    changed = desk.sync(moved)

    report = desk.undo(2)

    assert (changed.updated, report.updated) == (2, 2)
    assert first == {key: one.email for key, one in host.accounts.items()}


@pytest.mark.req("X6")
def test_an_unanswered_invitation_is_withdrawn_and_an_answered_account_is_suspended(
    desk: Desk, host: MemoryHost
) -> None:
    """People who were invited by mistake have no access, whether they answered or not."""
    invite_from_now_on(desk)
    desk.sync(COMPANY)
    answered = next(key for key, one in host.accounts.items() if one.external_id == "p001")
    host.edit(answered, state=AccountState.ACTIVE)

    desk.undo(1)

    closed = {key for key, one in host.accounts.items() if one.state is AccountState.SUSPENDED}
    assert len(closed) == 4
    assert closed - {answered} == set(host.withdrawn)


@pytest.mark.req("X6", "D13", "A8")
def test_owed_mail_of_an_undone_account_is_held(desk: Desk, host: MemoryHost) -> None:
    """It does not go out; an admin may send it later."""
    host.faults.append(Fault("invite", Failure.UNAVAILABLE))
    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)

    desk.undo(1)
    desk.sync([])

    assert host.mails == []
    assert {"held"} == {row.mail_state for row in desk.links().values()}


@pytest.mark.req("X6")
def test_row_edited_since_is_left_alone_and_listed(desk: Desk, host: MemoryHost) -> None:
    """An admin's own change stays, the rest of the run is taken back."""
    desk.sync(COMPANY)
    desk.sync([worker(1, last_name="Wrong"), worker(2, last_name="Wrong"), *COMPANY[2:]])
    edited = next(key for key, one in host.accounts.items() if one.external_id == "p001")
    host.edit(edited, last_name="Right")

    report = desk.undo(2)

    assert (report.updated, report.left) == (1, 1)
    assert left_reasons(desk) == {"e001": "edited"}
    assert host.accounts[edited].last_name == "Right"


@pytest.mark.req("X6")
def test_row_changed_by_a_later_sync_is_left_alone_until_that_one_is_undone(
    desk: Desk, host: MemoryHost
) -> None:
    """Runs are undone in reverse order."""
    desk.sync(COMPANY)
    desk.sync([worker(1, last_name="Later"), *COMPANY[1:]])
    desk.undo(1)
    too_soon = left_reasons(desk)

    desk.undo(2)
    report = desk.undo(1)

    assert too_soon == {"e001": "later_run"}
    assert (report.suspended, left_reasons(desk)) == (1, {})
    assert AccountState.SUSPENDED in {
        one.state for one in host.accounts.values() if one.external_id == "p001"
    }


@pytest.mark.req("X6")
def test_one_person_can_be_undone(desk: Desk, host: MemoryHost) -> None:
    """The others keep the changes of the run."""
    desk.sync(COMPANY)

    report = desk.undo(1, "e002")

    states = {one.external_id: one.state for one in host.accounts.values()}
    assert (report.suspended, report.unlinked) == (1, 0)
    assert states.pop("p002") is AccountState.SUSPENDED
    assert {AccountState.ACTIVE} == set(states.values())
    assert {"e002"} == desk.dirty()


@pytest.mark.req("X6", "X4")
def test_undo_counts_towards_no_limit(desk: Desk) -> None:
    """Its suspensions are not leavers, so they do not hold the next real ones."""
    desk.sync(COMPANY)

    desk.undo(1)

    assert desk.rows(RunRow)[1].tally in (None, {})


@pytest.mark.req("X6")
def test_killed_undo_is_settled_by_the_next_run(desk: Desk, host: MemoryHost) -> None:
    """The rows that it started are looked up and marked as undone; a second undo does the rest."""
    desk.sync(COMPANY)
    host.faults.append(Fault("update", Failure.UNANSWERED))
    with pytest.raises(HostUnavailable):
        desk.undo(1)
    begun = [row.outcome for row in desk.rows(EntryRow) if row.run_id == 2]

    desk.preview(COMPANY)
    settled = [row.outcome for row in desk.rows(EntryRow) if row.run_id == 2]
    report = desk.undo(1)

    assert sorted(begun) == [*["intended"] * 4, "planned"]
    assert sorted(settled) == ["planned", *["updated"] * 4]
    assert (report.unlinked, report.suspended, report.left) == (1, 0, 0)
    assert visible(EXISTING) == visible(host.accounts["7"])
    assert {"e001", "e002", "e003", "e004", "e005"} == desk.dirty()


@pytest.mark.req("X6")
def test_refused_reversal_is_shown_in_its_row(desk: Desk, host: MemoryHost) -> None:
    """The others are still taken back, and it is on no to-do list."""
    desk.sync(COMPANY)
    host.faults.append(Fault("update", Failure.REFUSED, row=0))

    report = desk.undo(1)

    assert sorted(outcome for _, _, outcome in desk.entries()) == ["rejected", *["updated"] * 4]
    assert (report.suspended, desk.codes("e001"), desk.codes("e005")) == (3, set(), set())


def portal(company: Company, clock: Clock) -> MemoryHost:
    """The LMS of a generated company, without values that its fields would refuse."""
    accounts = [
        replace(
            one,
            fields={
                key: value
                for key, value in one.fields.items()
                if value is not None and not value_refusals(company.fields, {key: value})
            },
        )
        for one in company.accounts
    ]
    return MemoryHost(company.fields, accounts, clock=clock)


def store_links(desk: Desk, company: Company, clock: Clock) -> None:
    """Store the links of a generated company."""
    with desk.database.writing() as session:
        session.add_all(
            LinkRow(
                connection_id=desk.connection_id,
                person_key=one.person_key,
                account_id=one.account_id,
                state=one.state.value,
                origin="found",
                linked_at=clock(),
            )
            for one in company.links
        )


def check_undo(engine: Engine, company: Company) -> None:
    """Assert that an undo gives back the state before a sync, except for mails."""
    clock = Clock(company.now)
    host = portal(company, clock)
    Base.metadata.drop_all(engine)
    desk = Desk(engine, host, clock, company.settings)
    store_links(desk, company, clock)
    before = {key: visible(one) for key, one in host.accounts.items()}
    linked = {key: row.account_id for key, row in desk.links().items()}
    desk.sync(company.employees)
    mails = list(host.mails)
    created = host.accounts.keys() - before.keys()

    desk.undo(1)

    # What the LMS refuses, such as an address that an account created by the run still has.
    stuck = {row.account_id for row in desk.rows(EntryRow) if row.run_id == 2 and row.outcome == "rejected"}
    after = {key: visible(one) for key, one in host.accounts.items()}
    assert left_reasons(desk) == {}
    assert {key: one for key, one in before.items() if key not in stuck} == {
        key: one for key, one in after.items() if key in before and key not in stuck
    }
    assert {AccountState.SUSPENDED} >= {after[key].state for key in created}
    assert mails == host.mails
    # An account that had the external id before the sync stays linked, because the id says so.
    marked = {one.external_id: key for key, one in before.items()}
    assert linked == {
        key: row.account_id
        for key, row in desk.links().items()
        if key in linked or not {row.account_id} & {*created, *stuck, marked.get(key)}
    }


#: Each example is whole runs over real tables, which none of them may share.
REAL = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@pytest.mark.req("X6")
@settings(REAL, max_examples=30)
@given(companies())
def test_undo_gives_back_the_state_before_the_sync(tmp_path: Path, company: Company) -> None:
    """For any company, portal and day; created accounts cannot sign in."""
    engine = create_engine(f"sqlite:///{tmp_path / 'example.db'}")
    check_undo(engine, company)
    engine.dispose()


@pytest.mark.req("X6")
@settings(REAL, max_examples=6)
@given(companies())
def test_undo_gives_back_the_state_before_the_sync_on_postgresql(postgres_url: str, company: Company) -> None:
    """With fewer examples."""
    engine = create_engine(postgres_url)
    check_undo(engine, company)
    engine.dispose()
