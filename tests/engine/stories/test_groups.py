"""Group rules in whole runs, for a host without rules of its own (rule X24), and effects in a preview (rule X3)."""

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
from tests.engine.company import COMPANY, leaver, worker
from tests.engine.workbench import Desk

OHIO = GroupRule("1", (Condition("work_state", Operator.EQUALS, ("OH",)),))


def with_rules(*rules: GroupRule, version: int = 1) -> Settings:
    """The settings of a portal with these group rules."""
    return Settings(version, "America/New_York", Policy(group_rules=rules))


class EffectHost(MemoryHost):
    """A host that says what its rules would do; `calls` counts how often its groups were read."""

    calls = 0

    def groups(self) -> Sequence[Group]:
        """The groups of the host."""
        self.calls += 1
        return super().groups()

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """Every new account would join the newcomers."""
        return [
            Effect(groups_gained=("Newcomers",)) if isinstance(row, NewAccount) else Effect() for row in rows
        ]


@pytest.fixture
def host(clock: Clock) -> EffectHost:
    """An LMS with two groups."""
    return EffectHost(groups=[Group("1", "Ohio"), Group("2", "Texas")], clock=clock)


@pytest.fixture
def desk(host: MemoryHost, clock: Clock) -> Desk:
    """A portal whose people in Ohio are in a group."""
    return Desk(create_engine("sqlite://"), host, clock, with_rules(OHIO))


def in_ohio(host: MemoryHost) -> int:
    """How many accounts are in the first group."""
    return sum(group_id == "1" for group_id, _ in host.memberships)


@pytest.mark.req("X24")
def test_people_join_and_leave_groups_as_they_move(desk: Desk, host: MemoryHost) -> None:
    """A new account is in its group at once and leaves it when the person moves; then nothing is left to do."""
    desk.sync(COMPANY)
    joined = in_ohio(host)
    moved = worker(1, attributes={"job_title": "Nurse", "work_state": "TX"}, work_state="TX")
    report = desk.sync([moved, *COMPANY[1:]])

    assert (joined, in_ohio(host), report.updated) == (7, 6, 1)
    assert desk.sync([moved, *COMPANY[1:]]).unchanged == 7


@pytest.mark.req("X24")
def test_groups_are_read_only_where_a_rule_needs_them(desk: Desk, host: EffectHost) -> None:
    """No call is spent on a list that no decision uses."""
    desk.settings = with_rules()
    desk.sync(COMPANY)
    without = host.calls
    desk.settings = with_rules(OHIO, version=2)
    desk.sync(COMPANY)

    assert (without, host.calls) == (0, 2)


@pytest.mark.req("X24")
def test_membership_made_by_hand_is_left_alone(desk: Desk, host: MemoryHost) -> None:
    """The connector did not grant it, and no rule names its group."""
    desk.sync(COMPANY)
    account_id = desk.links()["p001"].account_id
    host.memberships.add(("2", account_id))
    desk.sync(COMPANY)

    assert ("2", account_id) in host.memberships


@pytest.mark.req("X24")
def test_removed_rule_takes_its_memberships_back(desk: Desk, host: MemoryHost) -> None:
    """Only once."""
    desk.sync(COMPANY)
    desk.settings = with_rules(version=2)
    first = desk.sync(COMPANY)
    second = desk.sync(COMPANY)

    assert (in_ohio(host), first.updated, second.updated) == (0, 7, 0)


@pytest.mark.req("X24")
@pytest.mark.parametrize("failure", [Failure.RETRY, Failure.REFUSED, Failure.UNKNOWN])
def test_failed_group_does_not_cost_the_account(desk: Desk, host: MemoryHost, failure: Failure) -> None:
    """The account is created, and the next run fills the group; no account is created twice."""
    host.faults.append(Fault("members", failure, 0))
    desk.sync(COMPANY)
    dirty = sorted(desk.dirty())
    desk.sync(COMPANY)

    assert (dirty, len(host.accounts), in_ohio(host)) == (["e001"], 7, 7)
    assert desk.dirty() == set()


@pytest.mark.req("X24")
def test_interrupted_run_fills_the_groups_later(desk: Desk, host: MemoryHost) -> None:
    """The accounts exist and their groups are unknown: they are sent again, which does no harm."""
    host.faults.append(Fault("create", Failure.UNKNOWN))
    desk.sync(COMPANY)
    desk.sync(COMPANY)

    assert (len(host.accounts), in_ohio(host)) == (7, 7)
    assert {tuple(link.groups or ()) for link in desk.links().values()} == {("1",)}


@pytest.mark.req("X24")
def test_deleted_group_is_listed_and_stops_nothing(desk: Desk, host: MemoryHost) -> None:
    """The rest of the plan is applied."""
    desk.settings = with_rules(OHIO, replace(OHIO, group_id="gone"))
    report = desk.sync(COMPANY)

    assert (report.created, report.findings_by["group_missing"], in_ohio(host)) == (7, 1, 7)


@pytest.mark.req("X3")
def test_preview_shows_the_effects_of_the_rules_of_the_lms(desk: Desk) -> None:
    """One per row; a sync does not ask for them."""
    desk.preview(COMPANY)
    predicted = [row.effect for row in desk.rows(EntryRow)]
    desk.sync(COMPANY)
    done = [row.effect for row in desk.rows(EntryRow) if row.run_id == desk.run_id]

    assert [one["groups_gained"] for one in predicted] == [["Newcomers"]] * 7
    assert done == [None] * 7


@pytest.mark.req("X24", "A22")
def test_leaver_keeps_their_groups(desk: Desk, host: MemoryHost) -> None:
    """Access ends, and the groups are still there if the person comes back."""
    desk.sync(COMPANY)
    desk.sync([leaver(COMPANY[0]), *COMPANY[1:]])

    assert in_ohio(host) == 7


@pytest.mark.req("X6", "X24")
def test_undo_takes_back_the_groups(desk: Desk, host: MemoryHost) -> None:
    """People that the run added to a group are out of it again; the next sync would add them again."""
    away = [worker(number, attributes={"job_title": "Nurse", "work_state": "TX"}) for number in range(1, 8)]
    desk.sync(away)
    desk.sync(COMPANY)
    joined = in_ohio(host)
    desk.undo(desk.run_id)
    after_undo = in_ohio(host)
    desk.sync(COMPANY)

    assert (joined, after_undo, in_ohio(host)) == (7, 0, 7)


@pytest.mark.req("D29", "X24")
def test_groups_that_cannot_be_filled_discard_no_outcome(desk: Desk, host: MemoryHost) -> None:
    """The accounts are linked; their groups are filled by the next sync."""
    host.faults.append(Fault("members", Failure.UNAVAILABLE))

    first = desk.sync(COMPANY)
    members_then = in_ohio(host)
    desk.sync(COMPANY)

    assert (first.created, len(desk.links()), members_then) == (7, 7, 0)
    assert in_ohio(host) > 0
