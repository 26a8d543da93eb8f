"""Whole undos over real tables and a host in a dict: what a run has done is taken back, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, create_engine

from connector.core.model.account import Account, AccountState
from connector.core.model.settings import AddAs, Limit, Limits
from connector.errors import HostUnavailable
from connector.hosts.checks import value_refusal
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.db.base import Base
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from tests.clock import Clock
from tests.engine.test_sync import FIELDS, SETTINGS, gone, hire
from tests.engine.workbench import Desk
from tests.strategies import Company, companies

COMPANY = [hire(number) for number in range(1, 6)]
FREE = Limits(leavers=Limit(50, 5))
#: Somebody who was in the LMS before, with a name of their own.
THERE = Account("7", "p3@example.com", "Old", "Name", AccountState.ACTIVE, is_learner=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database: a file, and a real PostgreSQL."""
    on_file = f"sqlite:///{tmp_path / 'desk.db'}"
    made = create_engine(on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.dispose()


@pytest.fixture
def host(clock: Clock) -> MemoryHost:
    """An LMS with the mapped fields and one learner."""
    return MemoryHost(FIELDS, [THERE], clock=clock)


@pytest.fixture
def desk(engine: Engine, host: MemoryHost, clock: Clock) -> Desk:
    """A connected portal with a mapping."""
    return Desk(engine, host, clock, SETTINGS)


def invites(desk: Desk) -> None:
    """New people are invited from now on, and wait for their answer."""
    policy = replace(desk.settings.policy, add_as=AddAs.PENDING_INVITATION)
    desk.settings = replace(desk.settings, version=desk.settings.version + 1, policy=policy)


def shown(account: Account) -> Account:
    """What somebody can see of an account: all but when it was changed and mailed."""
    return replace(account, version="", told_at=None)


def left(desk: Desk) -> dict[str, str]:
    """Why rows of the last run were left, by employee."""
    mine = [row for row in desk.rows(EntryRow) if row.run_id == desk.run_id]
    return {row.employee_id: row.outcome_code for row in mine if row.outcome == "left"}


@pytest.mark.req("X6")
def test_the_first_sync_undone_closes_what_it_made_and_forgets_what_it_found(
    desk: Desk, host: MemoryHost
) -> None:
    """Accounts that were made are suspended and never deleted; the learner who was there is as before."""
    desk.sync(COMPANY)
    mailed = list(host.mails)

    report = desk.undo(1)

    assert shown(THERE) == shown(host.accounts["7"])
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
def test_what_was_undone_is_in_the_next_plan(desk: Desk) -> None:
    """Nobody has to wait for a change at Paycor: whoever was undone is decided anew."""
    desk.sync(COMPANY)

    desk.undo(1)
    dirty = desk.dirty()
    foretold = desk.preview(COMPANY)

    assert {one.employee_id for one in COMPANY} == dirty
    assert (foretold.reactivated, foretold.linked) == (4, 1)


@pytest.mark.req("X6", "A22", "A17")
def test_leavers_come_back_and_values_are_as_before(desk: Desk, host: MemoryHost) -> None:
    """A sync that did harm among people who were there already is taken back, person by person."""
    desk.settings = replace(desk.settings, policy=replace(desk.settings.policy, limits=FREE))
    desk.sync([*COMPANY[:4], replace(COMPANY[4], attributes={"job_title": "Cook"})])
    before = {key: shown(one) for key, one in host.accounts.items()}
    desk.sync([*(gone(one) for one in COMPANY[:3]), hire(4, last_name="Wrong"), COMPANY[4]])

    report = desk.undo(2)

    assert before == {key: shown(one) for key, one in host.accounts.items()}
    assert (report.reactivated, report.updated, report.left) == (3, 2, 0)
    assert {"active"} == {row.state for row in desk.links().values()}


@pytest.mark.req("X6")
def test_addresses_that_were_handed_on_are_handed_back(desk: Desk, host: MemoryHost) -> None:
    """The last that was applied is taken back first, so that an address is free before it is given back."""
    desk.sync(COMPANY)
    first = {key: one.email for key, one in host.accounts.items()}
    moved = [hire(1, email="new@example.com"), hire(2, email="p1@example.com"), *COMPANY[2:]]
    changed = desk.sync(moved)

    report = desk.undo(2)

    assert (changed.updated, report.updated) == (2, 2)
    assert first == {key: one.email for key, one in host.accounts.items()}


@pytest.mark.req("X6")
def test_an_unanswered_invitation_is_withdrawn_and_an_answered_account_is_suspended(
    desk: Desk, host: MemoryHost
) -> None:
    """Nobody who was invited by mistake gets in, whether they have answered by now or not."""
    invites(desk)
    desk.sync(COMPANY)
    answered = next(key for key, one in host.accounts.items() if one.external_id == "p001")
    host.edit(answered, state=AccountState.ACTIVE)

    desk.undo(1)

    closed = {key for key, one in host.accounts.items() if one.state is AccountState.SUSPENDED}
    assert len(closed) == 4
    assert closed - {answered} == set(host.withdrawn)


@pytest.mark.req("X6", "D13", "A8")
def test_nobody_is_mailed_who_was_undone_before_their_mail(desk: Desk, host: MemoryHost) -> None:
    """A mail that is still owed is held: an admin may send it later."""
    host.faults.append(Fault("invite", Failure.UNAVAILABLE))
    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)

    desk.undo(1)
    desk.sync([])

    assert host.mails == []
    assert {"held"} == {row.mail_state for row in desk.links().values()}


@pytest.mark.req("X6")
def test_what_was_edited_since_is_left_and_listed(desk: Desk, host: MemoryHost) -> None:
    """An admin's own change stands, the rest of the run is taken back."""
    desk.sync(COMPANY)
    desk.sync([hire(1, last_name="Wrong"), hire(2, last_name="Wrong"), *COMPANY[2:]])
    edited = next(key for key, one in host.accounts.items() if one.external_id == "p001")
    host.edit(edited, last_name="Right")

    report = desk.undo(2)

    assert (report.updated, report.left) == (1, 1)
    assert left(desk) == {"e001": "edited"}
    assert host.accounts[edited].last_name == "Right"


@pytest.mark.req("X6")
def test_what_a_later_sync_has_changed_is_left_until_that_one_is_undone(desk: Desk, host: MemoryHost) -> None:
    """Runs are taken back like cards from a pile: the last one first."""
    desk.sync(COMPANY)
    desk.sync([hire(1, last_name="Later"), *COMPANY[1:]])
    desk.undo(1)
    too_soon = left(desk)

    desk.undo(2)
    report = desk.undo(1)

    assert too_soon == {"e001": "later_run"}
    assert (report.suspended, left(desk)) == (1, {})
    assert AccountState.SUSPENDED in {
        one.state for one in host.accounts.values() if one.external_id == "p001"
    }


@pytest.mark.req("X6")
def test_one_person_can_be_undone(desk: Desk, host: MemoryHost) -> None:
    """The others keep what the run has given them."""
    desk.sync(COMPANY)

    report = desk.undo(1, "e002")

    states = {one.external_id: one.state for one in host.accounts.values()}
    assert (report.suspended, report.unlinked) == (1, 0)
    assert states.pop("p002") is AccountState.SUSPENDED
    assert {AccountState.ACTIVE} == set(states.values())
    assert {"e002"} == desk.dirty()


@pytest.mark.req("X6", "X4")
def test_an_undo_counts_towards_no_limit(desk: Desk) -> None:
    """What it takes back are no leavers: the next real ones are not held because of it."""
    desk.sync(COMPANY)

    desk.undo(1)

    assert desk.rows(RunRow)[1].tally in (None, {})


@pytest.mark.req("X6")
def test_an_undo_that_is_killed_is_settled_by_the_next_run(desk: Desk, host: MemoryHost) -> None:
    """What it had begun is looked up and marked as undone; asked for again, the undo does the rest."""
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
    assert shown(THERE) == shown(host.accounts["7"])
    assert {"e001", "e002", "e003", "e004", "e005"} == desk.dirty()


@pytest.mark.req("X6")
def test_what_the_lms_refuses_to_take_back_is_told_by_its_row(desk: Desk, host: MemoryHost) -> None:
    """The others are taken back all the same, and nobody's to-do list has it."""
    desk.sync(COMPANY)
    host.faults.append(Fault("update", Failure.REFUSED, row=0))

    report = desk.undo(1)

    assert sorted(outcome for _, _, outcome in desk.entries()) == ["rejected", *["updated"] * 4]
    assert (report.suspended, desk.codes("e001"), desk.codes("e005")) == (3, set(), set())


def portal(company: Company, clock: Clock) -> MemoryHost:
    """The LMS of a generated company, with nothing in its fields that they would not take."""
    accounts = [
        replace(
            one,
            fields={
                key: value
                for key, value in one.fields.items()
                if value is not None and not value_refusal(company.fields, {key: value})
            },
        )
        for one in company.accounts
    ]
    return MemoryHost(company.fields, accounts, clock=clock)


def remember(desk: Desk, company: Company, clock: Clock) -> None:
    """The links of a generated company."""
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


def takes_back(engine: Engine, company: Company) -> None:
    """Undo after apply gives back the state before, mails apart."""
    clock = Clock(company.now)
    host = portal(company, clock)
    Base.metadata.drop_all(engine)
    desk = Desk(engine, host, clock, company.settings)
    remember(desk, company, clock)
    before = {key: shown(one) for key, one in host.accounts.items()}
    linked = {key: row.account_id for key, row in desk.links().items()}
    desk.sync(company.employees)
    mails = list(host.mails)
    made = host.accounts.keys() - before.keys()

    desk.undo(1)

    # What the LMS will not have back, such as an address that an account made by the run still has.
    stuck = {row.account_id for row in desk.rows(EntryRow) if row.run_id == 2 and row.outcome == "rejected"}
    after = {key: shown(one) for key, one in host.accounts.items()}
    assert left(desk) == {}
    assert {key: one for key, one in before.items() if key not in stuck} == {
        key: one for key, one in after.items() if key in before and key not in stuck
    }
    assert {AccountState.SUSPENDED} >= {after[key].state for key in made}
    assert mails == host.mails
    # Whoever's account has had our mark all along stays linked: that is what the mark says.
    marked = {one.external_id: key for key, one in before.items()}
    assert linked == {
        key: row.account_id
        for key, row in desk.links().items()
        if key in linked or not {row.account_id} & {*made, *stuck, marked.get(key)}
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
def test_undo_after_apply_gives_back_the_state_before(tmp_path: Path, company: Company) -> None:
    """Whatever the company, the portal and the day; accounts that were made cannot sign in."""
    engine = create_engine(f"sqlite:///{tmp_path / 'example.db'}")
    takes_back(engine, company)
    engine.dispose()


@pytest.mark.req("X6")
@settings(REAL, max_examples=6)
@given(companies())
def test_so_it_does_on_postgresql(postgres_url: str, company: Company) -> None:
    """The same over a few."""
    engine = create_engine(postgres_url)
    takes_back(engine, company)
    engine.dispose()
