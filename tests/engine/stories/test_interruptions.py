"""Runs that are killed, come at the same time, or lose their lease."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connector.core.model.account import Account, AccountState
from connector.engine.plan import make_plan
from connector.engine.read import read
from connector.errors import LeaseLost, RunInProgress
from connector.hosts.memory import MemoryHost
from connector.store.runs import lease
from connector.store.tables.runs import EntryRow, Lease
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, SETTINGS, leaver, worker
from tests.engine.workbench import Desk, Feed


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


class MortalHost(MemoryHost):
    """Counts down the calls that change anything, and dies before or after the last one."""

    lives = 10**9
    after = False

    def _each(self, call, rows, answer):  # type: ignore[no-untyped-def]
        type(self).lives -= 1
        if self.lives == 0 and not self.after:
            raise Killed
        outcomes = super()._each(call, rows, answer)
        if self.lives == 0 and self.after:
            raise Killed
        return outcomes


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 6))
def test_killed_run_is_finished_by_the_next(engine: Engine, clock: Clock, call: int, after: bool) -> None:
    """Killed at any call, the next run ends as if nothing had happened: no account or mail twice."""
    existing = [Account("7", "p3@example.com", "A", "B", AccountState.ACTIVE, is_learner=True)]
    host = MortalHost(FIELDS, existing, clock=clock)
    desk = Desk(engine, host, clock, SETTINGS)
    desk.sync(COMPANY[:3])
    changed = [replace(COMPANY[0], first_name="New"), leaver(COMPANY[1]), *COMPANY[2:], worker(8), worker(9)]
    MortalHost.lives, MortalHost.after = call, after

    try:
        desk.sync(changed)
    except Killed:
        _expire_lease(desk, clock)
    MortalHost.lives = 10**9
    desk.sync(changed)
    last = desk.sync(changed)

    undisturbed = {"First2", "New", *(f"First{number}" for number in range(3, 10))}
    assert undisturbed == {one.first_name for one in host.accounts.values()}
    assert len(host.accounts) == 9
    assert [one.email for one in host.accounts.values() if one.state is AccountState.SUSPENDED] == [
        "p2@example.com"
    ]
    assert len(host.mails) == len({mail.account_id for mail in host.mails}) == 8
    assert (last.read, 0, 0) == (last.unchanged, last.mails, len(desk.entries()))
    assert set() == desk.dirty()


def _expire_lease(desk: Desk, clock: Clock) -> None:
    """After kill -9 the lease is never released; it expires."""
    clock.advance(timedelta(seconds=lease.TTL_S + 1))


def test_second_run_of_one_connection_is_refused(desk: Desk) -> None:
    """The error says which run holds the lease and until when."""
    with (
        desk.run_context("sync", None),
        pytest.raises(RunInProgress, match="until") as refused,
        desk.run_context("sync", None),
    ):
        pytest.fail("two runs hold one lease")

    assert "test pid" in refused.value.owner


def test_run_without_its_lease_writes_nothing_more(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """A run that wakes up after another took over cannot overwrite its results."""
    with desk.run_context("sync", Feed(COMPANY)) as context:
        summary = read(context)
        clock.advance(timedelta(seconds=lease.TTL_S + 1))
        with desk.database.writing() as session:
            session.get_one(Lease, desk.connection_id).token += 1

        with pytest.raises(LeaseLost):
            make_plan(context, summary)

    assert desk.rows(EntryRow) == []
