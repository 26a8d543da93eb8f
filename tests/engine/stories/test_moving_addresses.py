"""Addresses that move between people arrive in one run, and nobody is ever given another's account (rule D26)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee
from connector.core.model.settings import Limit, Limits, MailPace, Policy, Settings
from connector.core.ports.host import Change, Outcome
from connector.core.rules.address_order import is_parking_address
from connector.core.rules.refusals import RETRY_AFTER
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.runs import lease
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.engine.company import FIELDS, MAPPING, worker
from tests.engine.workbench import Desk

SETTINGS = Settings(1, "America/New_York", Policy(limits=Limits(emails=Limit(9, 9))), MAPPING)
COMPANY = [worker(number) for number in range(1, 6)]


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


class MortalHost(MemoryHost):
    """Dies before or after an update; `updates` has the changes of each call that it answered."""

    dies_at = 0
    after = False
    calls = 0

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """As the host does it, unless this is the last call."""
        self.calls += 1
        if self.calls == self.dies_at and not self.after:
            raise Killed
        outcomes = super().update(changes)
        if self.calls == self.dies_at:
            raise Killed
        return outcomes


@pytest.fixture
def host(clock: Clock) -> MortalHost:
    """An LMS with the mapped fields."""
    return MortalHost(FIELDS, clock=clock)


@pytest.fixture
def desk(engine: Engine, host: MortalHost, clock: Clock) -> Desk:
    """A portal with five synced learners; a day has passed since."""
    made = Desk(engine, host, clock, SETTINGS)
    made.sync(COMPANY)
    clock.advance(timedelta(days=1))
    return made


def with_address_of(number: int, other: int) -> Employee:
    """An employee who has the address that another one had."""
    return replace(worker(number), email=f"p{other}@example.com")


def addresses(desk: Desk) -> dict[str, str]:
    """The address of each person's account, by person key."""
    return {key: desk.host.accounts[link.account_id].email for key, link in desk.links().items()}


def account_ids(desk: Desk) -> dict[str, str]:
    """The account of each person, by person key."""
    return {key: link.account_id for key, link in desk.links().items()}


def expected(employees: Sequence[Employee]) -> dict[str, str]:
    """The addresses as Paycor has them."""
    return {one.person_key: one.email or "" for one in employees}


MOVES = {
    "swap": [with_address_of(1, 2), with_address_of(2, 1)],
    "ring of three": [with_address_of(1, 2), with_address_of(2, 3), with_address_of(3, 1)],
    "chain": [with_address_of(1, 2), with_address_of(2, 3), replace(worker(3), email="new@example.com")],
    "chain, the other way": [
        replace(worker(1), email="new@example.com"),
        with_address_of(2, 1),
        with_address_of(3, 2),
    ],
    "two swaps": [with_address_of(1, 2), with_address_of(2, 1), with_address_of(3, 4), with_address_of(4, 3)],
}


@pytest.mark.req("D26")
@pytest.mark.parametrize("moved", MOVES.values(), ids=MOVES)
def test_addresses_that_move_arrive_in_one_run(desk: Desk, moved: list[Employee]) -> None:
    """Everybody keeps their account, and the next night has nothing to do."""
    before, mails = account_ids(desk), len(desk.host.mails)
    employees = [*moved, *COMPANY[len(moved) :]]

    report = desk.sync(employees)
    last = desk.sync(employees)

    assert addresses(desk) == expected(employees)
    assert (report.skipped_by, account_ids(desk), len(desk.host.mails)) == ({}, before, mails)
    assert (last.unchanged, desk.entries(), desk.dirty()) == (5, [], set())


@pytest.mark.req("D26", "D24")
@pytest.mark.parametrize("number", [0, 9], ids=["decided first", "decided last"])
def test_an_address_is_handed_on_to_a_new_hire_in_one_run(desk: Desk, number: int) -> None:
    """The new hire gets an account of their own with it, whatever the order of the ids."""
    before = account_ids(desk)
    employees = [
        replace(worker(1), email="new@example.com"),
        *COMPANY[1:],
        replace(worker(number), email="p1@example.com"),
    ]

    report = desk.sync(employees)

    assert (report.created, report.updated, report.skipped_by) == (1, 1, {})
    assert addresses(desk) == expected(employees)
    assert account_ids(desk).items() >= before.items()
    assert desk.host.accounts[desk.host.mails[-1].account_id].email == "p1@example.com"


@pytest.mark.req("D26", "X2")
def test_a_preview_of_a_handed_on_address_is_applied_as_it_was_shown(desk: Desk) -> None:
    """Checked again before it is applied, the plan still fits."""
    employees = [*MOVES["swap"], replace(worker(3), email="new@example.com"), *COMPANY[3:]]
    employees.append(replace(worker(6), email="p3@example.com"))
    desk.preview(employees)

    report = desk.apply(desk.run_id)

    assert (report.created, report.updated) == (1, 3)
    assert addresses(desk) == expected(employees)


@pytest.mark.req("D26", "A9")
def test_of_two_accounts_with_an_address_the_one_that_keeps_it_is_matched_in_one_run(
    engine: Engine, clock: Clock
) -> None:
    """The other one moves away in the same plan, so there is no doubt any more whose account it is."""
    unlinked = Account("7", "other@example.com", "A", "B", AccountState.ACTIVE, True)
    desk = Desk(engine, MemoryHost(FIELDS, [unlinked], clock=clock), clock, SETTINGS)
    desk.sync(COMPANY)
    desk.host.edit("7", email="p1@example.com")

    report = desk.sync(
        [
            replace(worker(1), email="new@example.com"),
            *COMPANY[1:],
            replace(worker(0), email="p1@example.com"),
        ]
    )

    assert (report.linked, report.updated, report.skipped_by) == (1, 1, {})
    assert account_ids(desk)["p000"] == "7"


@pytest.mark.req("D26")
@pytest.mark.parametrize("number", [1, 2])
def test_nobody_is_parked_for_an_address_that_somebody_else_keeps(
    engine: Engine, clock: Clock, number: int
) -> None:
    """The swap cannot succeed, and the old address could not be given back: both keep what they have."""
    unlinked = Account("7", "other@example.com", "A", "B", AccountState.ACTIVE, True)
    desk = Desk(engine, MemoryHost(FIELDS, [unlinked], clock=clock), clock, SETTINGS)
    desk.sync(COMPANY)
    desk.host.edit("7", email=f"p{number}@example.com")

    desk.sync([*MOVES["swap"], *COMPANY[2:]])

    assert addresses(desk) == expected(COMPANY)


@pytest.mark.req("D26", "D24")
def test_an_address_that_its_owner_keeps_is_given_to_nobody(
    desk: Desk, host: MortalHost, clock: Clock
) -> None:
    """The LMS refuses the owner's new address: the new hire waits until it is tried again, a week later (D29)."""
    employees = [replace(worker(1), email="new@example.com"), *COMPANY[1:]]
    employees.append(replace(worker(6), email="p1@example.com"))
    host.faults.append(Fault("update", Failure.REFUSED))

    refused = desk.sync(employees)
    between = addresses(desk)
    clock.advance(RETRY_AFTER)
    desk.sync(employees)

    assert (refused.created, between) == (0, expected(COMPANY))
    assert addresses(desk) == expected(employees)


@pytest.mark.req("D26", "X6")
def test_an_undo_swaps_the_addresses_back(desk: Desk) -> None:
    """It is a ring as well."""
    desk.sync([*MOVES["ring of three"], *COMPANY[3:]])

    desk.undo(desk.run_id)

    assert addresses(desk) == expected(COMPANY)


@pytest.mark.req("D26")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_run_that_is_killed_while_addresses_move_is_finished_by_the_next(
    desk: Desk, host: MortalHost, clock: Clock, call: int, after: bool
) -> None:
    """A parked account gets its right address, also if the killed run was the only one that knew of it."""
    before, mails = account_ids(desk), len(host.mails)
    employees = [*MOVES["ring of three"], *COMPANY[3:]]
    host.dies_at, host.after = host.calls + call, after

    with pytest.raises(Killed):
        desk.sync(employees)
    clock.advance(timedelta(seconds=lease.TTL_S + 1))
    desk.sync(employees)

    assert addresses(desk) == expected(employees)
    assert (account_ids(desk), len(host.mails)) == (before, mails)
    assert not any(link.is_parked for link in desk.links().values())


@pytest.mark.req("D26")
def test_a_parked_account_gets_no_mail(engine: Engine, host: MortalHost, clock: Clock) -> None:
    """Its learner is mailed once it has their own address again."""
    slow = replace(SETTINGS, policy=replace(SETTINGS.policy, mail_pace=MailPace(per_hour=1)))
    desk = Desk(engine, host, clock, slow)
    desk.sync(COMPANY[:2])
    clock.advance(timedelta(hours=2))
    host.dies_at, host.after = host.calls + 1, True
    with pytest.raises(Killed):
        desk.sync(MOVES["swap"])
    clock.advance(timedelta(hours=2))
    parked = [account.account_id for account in host.accounts.values() if is_parking_address(account.email)]

    desk.run_due_dates()
    mailed_while_parked = [mail.account_id for mail in host.mails]
    for _ in range(2):
        clock.advance(timedelta(hours=2))
        desk.sync(MOVES["swap"])

    assert len(parked) == 1
    assert not set(parked) & set(mailed_while_parked[1:])
    assert sorted(mail.account_id for mail in host.mails) == sorted(host.accounts)
    assert addresses(desk) == expected(MOVES["swap"])


@pytest.mark.req("D26", "X6")
def test_no_undo_brings_a_parking_address_back(desk: Desk, host: MortalHost, clock: Clock) -> None:
    """The run that finished the work of a killed one found the parking address; its undo leaves the right one."""
    employees = [*MOVES["swap"], *COMPANY[2:]]
    host.dies_at, host.after = host.calls + 1, True
    with pytest.raises(Killed):
        desk.sync(employees)
    clock.advance(timedelta(seconds=lease.TTL_S + 1))
    desk.sync(employees)

    desk.undo(desk.run_id)

    assert not any(is_parking_address(account.email) for account in host.accounts.values())


@pytest.mark.req("D26")
def test_a_refused_swap_leaves_everybody_their_address(desk: Desk, host: MortalHost) -> None:
    """The account that was parked gets its old address back in the same run."""
    refuse_second_of_two = Fault("update", Failure.RETRY), Fault("update", Failure.RETRY)
    employees = [*MOVES["swap"], *COMPANY[2:]]
    parking = host.update

    def update(changes: Sequence[Change]) -> Sequence[Outcome]:
        outcomes = parking(changes)
        host.update = parking  # type: ignore[method-assign]
        host.faults.extend(refuse_second_of_two)
        return outcomes

    host.update = update  # type: ignore[method-assign]
    desk.sync(employees)
    between = addresses(desk)
    desk.sync(employees)

    assert between == expected(COMPANY)
    assert addresses(desk) == expected(employees)
    assert desk.rows(RunRow)[-1].status == "done"
