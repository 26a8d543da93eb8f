"""Group rules over whole runs, for a host that has none of its own (rule X24); and what a preview tells (rule X3)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import Group
from connector.core.model.settings import Condition, GroupRule, Operator, Policy, Settings
from connector.core.ports.host import Change, NewAccount
from connector.core.ports.optional import Effect
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.engine.test_sync import COMPANY, gone, hire
from tests.engine.workbench import Desk

OHIO = GroupRule("1", (Condition("work_state", Operator.EQUALS, ("OH",)),))


def ruled(*rules: GroupRule, version: int = 1) -> Settings:
    """A portal with these group rules."""
    return Settings(version, "America/New_York", Policy(group_rules=rules))


class Telling(MemoryHost):
    """A host that can say what its rules would do; `asked` counts how often its groups were asked for."""

    asked = 0

    def groups(self) -> Sequence[Group]:
        """As the host has them."""
        self.asked += 1
        return super().groups()

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """Everybody new would join the newcomers."""
        return [
            Effect(groups_gained=("Newcomers",)) if isinstance(row, NewAccount) else Effect() for row in rows
        ]


@pytest.fixture
def host(clock: Clock) -> Telling:
    """An LMS with two groups."""
    return Telling(groups=[Group("1", "Ohio"), Group("2", "Texas")], clock=clock)


@pytest.fixture
def desk(host: MemoryHost, clock: Clock) -> Desk:
    """A portal whose people in Ohio are in a group."""
    return Desk(create_engine("sqlite://"), host, clock, ruled(OHIO))


def in_ohio(host: MemoryHost) -> int:
    """How many accounts are in the first group."""
    return sum(group_id == "1" for group_id, _ in host.memberships)


@pytest.mark.req("X24")
def test_people_join_and_leave_groups_as_they_move(desk: Desk, host: MemoryHost) -> None:
    """A new account is in its group at once; whoever moves away is taken out; planned again, nothing is left."""
    desk.sync(COMPANY)
    joined = in_ohio(host)
    moved = hire(1, attributes={"job_title": "Nurse", "work_state": "TX"}, work_state="TX")
    report = desk.sync([moved, *COMPANY[1:]])

    assert (joined, in_ohio(host), report.updated) == (7, 6, 1)
    assert desk.sync([moved, *COMPANY[1:]]).unchanged == 7


@pytest.mark.req("X24")
def test_groups_are_asked_for_only_where_a_rule_needs_them(desk: Desk, host: Telling) -> None:
    """Nobody pays for a list that nothing is decided by."""
    desk.settings = ruled()
    desk.sync(COMPANY)
    without = host.asked
    desk.settings = ruled(OHIO, version=2)
    desk.sync(COMPANY)

    assert (without, host.asked) == (0, 2)


@pytest.mark.req("X24")
def test_a_membership_made_by_hand_is_left_alone(desk: Desk, host: MemoryHost) -> None:
    """Groups that no rule names, and people whom the connector did not put there."""
    desk.sync(COMPANY)
    account_id = desk.links()["p001"].account_id
    host.memberships.add(("2", account_id))
    desk.sync(COMPANY)

    assert ("2", account_id) in host.memberships


@pytest.mark.req("X24")
def test_a_rule_that_is_removed_takes_back_what_it_gave(desk: Desk, host: MemoryHost) -> None:
    """And forgets it: nothing is taken twice."""
    desk.sync(COMPANY)
    desk.settings = ruled(version=2)
    first = desk.sync(COMPANY)
    second = desk.sync(COMPANY)

    assert (in_ohio(host), first.updated, second.updated) == (0, 7, 0)


@pytest.mark.req("X24")
@pytest.mark.parametrize("failure", [Failure.RETRY, Failure.REFUSED, Failure.UNKNOWN])
def test_a_group_that_fails_costs_nobody_the_account(desk: Desk, host: MemoryHost, failure: Failure) -> None:
    """The account is made, and the next run fills the group; nobody is made twice."""
    host.faults.append(Fault("members", failure, 0))
    desk.sync(COMPANY)
    left = sorted(desk.dirty())
    desk.sync(COMPANY)

    assert (left, len(host.accounts), in_ohio(host)) == (["e001"], 7, 7)
    assert desk.dirty() == set()


@pytest.mark.req("X24")
def test_a_run_that_was_cut_off_fills_the_groups_later(desk: Desk, host: MemoryHost) -> None:
    """The accounts were made, and nobody knows about the groups: they are asked for again, which harms nobody."""
    host.faults.append(Fault("create", Failure.UNKNOWN))
    desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert (len(host.accounts), in_ohio(host)) == (7, 7)
    assert {tuple(link.groups or ()) for link in desk.links().values()} == {("1",)}


@pytest.mark.req("X24")
def test_a_group_that_was_deleted_is_told_and_stops_nobody(desk: Desk, host: MemoryHost) -> None:
    """The rest of the plan goes on."""
    desk.settings = ruled(OHIO, replace(OHIO, group_id="gone"))
    report = desk.sync(COMPANY)

    assert (report.created, report.findings_by["group_missing"], in_ohio(host)) == (7, 1, 7)


@pytest.mark.req("X3")
def test_a_preview_tells_what_the_rules_of_the_lms_would_do(desk: Desk) -> None:
    """Beside each row; a sync does not ask."""
    desk.preview(COMPANY)
    foretold = [row.effect for row in desk.rows(EntryRow)]
    desk.sync(COMPANY)
    done = [row.effect for row in desk.rows(EntryRow) if row.run_id == desk.run_id]

    assert [one["groups_gained"] for one in foretold] == [["Newcomers"]] * 7
    assert done == [None] * 7


@pytest.mark.req("X24", "A22")
def test_a_leaver_keeps_groups_without_access(desk: Desk, host: MemoryHost) -> None:
    """Access ends; whoever comes back is where they were."""
    desk.sync(COMPANY)
    desk.sync([gone(COMPANY[0]), *COMPANY[1:]])

    assert in_ohio(host) == 7


@pytest.mark.req("X6", "X24")
def test_an_undo_takes_back_the_groups_too(desk: Desk, host: MemoryHost) -> None:
    """Who was put into a group by the run is out of it again, and would be put there by the next one."""
    away = [hire(number, attributes={"job_title": "Nurse", "work_state": "TX"}) for number in range(1, 8)]
    desk.sync(away)
    desk.sync(COMPANY)
    joined = in_ohio(host)
    desk.undo(desk.run_id)
    left = in_ohio(host)
    desk.sync(COMPANY)

    assert (joined, left, in_ohio(host)) == (7, 0, 7)
