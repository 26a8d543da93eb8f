"""Whole runs against an LMS with an account that cannot be read or stored, on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Found, Key, Unknown
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, SETTINGS, leaver, worker
from tests.engine.workbench import Desk

#: What a host answers for a user that its own code cannot read.
UNREADABLE = {"problem": "hook", "first_name": "", "last_name": "", "is_learner": False}
#: Texts that one database or the other does not take.
NUL = {"first_name": "Ann\0a"}
SURROGATE = {"fields": {"title": "\ud83d"}}
HUGE = {"last_name": "x" * 200_000}


class HauntedHost(MemoryHost):
    """`broken` has, by the email of an account, what the host says about it instead."""

    broken: dict[str, dict[str, object]]

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """As a host does, but for broken accounts."""
        found = super().find(keys)
        assert not isinstance(found, Unknown)
        return {key: [self._seen(one) for one in accounts] for key, accounts in found.items()}

    def _seen(self, account: Account) -> Account:
        return replace(account, **self.broken.get(account.email, {}))  # type: ignore[arg-type]


@pytest.fixture
def host(clock: Clock) -> HauntedHost:
    """An LMS with the accounts of two people; one of them is not linked yet."""
    host = HauntedHost(FIELDS, clock=clock)
    host.broken = {}
    host._put(Account("77", "p2@example.com", "First2", "Last2", AccountState.ACTIVE, is_learner=True))
    return host


@pytest.fixture
def desk(engine: Engine, host: HauntedHost, clock: Clock) -> Desk:
    """A connected portal of that LMS."""
    return Desk(engine, host, clock, SETTINGS)


@pytest.mark.req("D22")
@pytest.mark.parametrize(
    "broken", [UNREADABLE, NUL, SURROGATE, HUGE], ids=["hook", "nul", "surrogate", "huge"]
)
def test_account_that_cannot_be_read_costs_only_its_person(
    desk: Desk, host: HauntedHost, broken: dict[str, object]
) -> None:
    """Nobody gets a second account, and the person is synced as soon as the account can be read."""
    host.broken = {"p2@example.com": broken}

    report = desk.sync(COMPANY)
    accounts = len(host.accounts)
    host.broken = {}
    host.edit("77", first_name="Corrected")
    desk.settings = replace(SETTINGS, version=2)
    again = desk.sync(COMPANY)

    assert (report.created, report.skipped_by) == (6, {"account_unreadable": 1})
    assert (accounts, len(host.accounts), again.linked) == (7, 7, 1)


@pytest.mark.req("D22", "A22")
def test_leaver_whose_account_cannot_be_read_is_listed(desk: Desk, host: HauntedHost) -> None:
    """Access cannot be ended, so the operator is told; the others' access ends."""
    two = [worker(1), worker(2)]
    desk.sync(two)
    host.broken = {"p2@example.com": UNREADABLE}
    desk.settings = replace(SETTINGS, version=2)

    report = desk.sync([leaver(one) for one in two])

    assert (report.suspended, report.skipped_by) == (1, {"account_unreadable": 1})
    assert host.accounts["77"].state is AccountState.ACTIVE


@pytest.mark.req("D22")
def test_long_version_of_an_account_is_no_edit(desk: Desk, host: HauntedHost) -> None:
    """It is kept as its digest, in the link and wherever it is compared."""
    desk.sync([worker(1)])
    host._edits = 10**200
    desk.sync([replace(worker(1), last_name="King")])

    report = desk.sync([replace(worker(1), last_name="King")])

    assert len(desk.links()["p001"].version) == 64
    assert (report.updated, desk.dirty()) == (0, set())
