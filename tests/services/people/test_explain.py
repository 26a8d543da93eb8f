"""Why somebody is in the state they are in, and what was done to them: for anybody, known to Paycor or not."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.account import Account, AccountState, Group
from connector.core.model.settings import Condition, GroupRule, Operator, Policy
from connector.hosts.memory import MemoryHost
from connector.services.people.explain import Explanations
from connector.services.views.pages import PAGE_SIZE
from connector.services.views.person import Explanation
from connector.store.tables.people import FindingRow
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire
from tests.services.stored import add


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """Four people have been synced: two of them with one email, one without any."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.employs(
        hire(1), hire(2, email="both@example.com"), hire(3, email="Both@example.com"), hire(4, email=None)
    )
    portal.sync()
    return portal


def why(portal: ConnectedPortal, who: str) -> Explanation | None:
    """Why `who` is in the state they are in."""
    return Explanations(portal.wiring).why("a", who)


@pytest.mark.req("X8")
@pytest.mark.parametrize("who", ["e1", " e1 ", "p1@example.com", "P1@Example.com", "account"])
def test_anybody_is_found_by_what_is_at_hand(portal: ConnectedPortal, who: str) -> None:
    """Their id at Paycor or in the LMS, or their work email in any spelling."""
    wanted = next(iter(portal.host.accounts)) if who == "account" else who

    explained = why(portal, wanted)

    assert explained is not None
    assert (explained.employee_id, explained.person.email) == ("e1", "p1@example.com")
    assert explained.steps[-1].value == "unchanged"
    assert explained.account_id in portal.host.accounts
    assert explained.mail is not None
    assert explained.mail.state == "sent"
    assert [change.entry.kind for change in explained.changes] == ["create"]


@pytest.mark.req("X8")
def test_an_employee_number_is_found_where_it_is_mapped(portal: ConnectedPortal) -> None:
    """It stands in the record then; a part of one finds nobody."""
    portal.employs(hire(1, attributes={"employee_number": "1007"}))
    portal.sync(trigger="operator")

    found = why(portal, "1007")

    assert found is not None
    assert found.employee_id == "e1"
    assert why(portal, "100") is None


@pytest.mark.req("X8")
def test_a_reason_is_told_with_its_beginning_and_with_who_can_mend_it(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Since the sync in which it was first found."""
    found_at = clock()
    clock.advance(timedelta(days=2))

    explained = why(portal, "e4")

    assert explained is not None
    last = explained.steps[-1]
    assert (last.value, last.rule, last.who, last.since) == ("skipped", "no_work_email", "hr", found_at)
    assert [finding.code for finding in explained.findings] == ["no_work_email"]


def test_several_people_with_one_email_are_listed(portal: ConnectedPortal) -> None:
    """One is explained, the others are named."""
    explained = why(portal, "both@example.com")

    assert explained is not None
    assert explained.employee_id == "e2"
    assert [one.employee_id for one in explained.also] == ["e3"]
    assert explained.steps[-1].rule == "email_shared"


@pytest.mark.req("X8")
def test_whom_the_list_does_not_have_is_explained_too(portal: ConnectedPortal) -> None:
    """Somebody being onboarded, an account nobody at Paycor has, and nobody at all."""
    onboarding = FindingRow(
        connection_id=portal.connection.id,
        person_key="",
        employee_id="o1",
        code="onboarding",
        subject="",
        detail="",
        is_skip=False,
        since=portal.clock(),
    )
    add(portal.database, onboarding)
    stray = Account("x9", "x@example.com", "X", "Y", AccountState.ACTIVE, is_learner=True)
    portal.lms.shared = MemoryHost(accounts=[*portal.host.accounts.values(), stray], clock=portal.clock)

    onboarded, by_id, by_email = why(portal, "o1"), why(portal, "x9"), why(portal, "X@example.com")

    assert onboarded is not None
    assert onboarded.steps[-1].rule == "onboarding"
    assert by_id is not None
    assert by_id.steps[0].value == "not listed"
    assert (by_id.account_id, by_id.person.name) == ("x9", "X Y")
    assert by_email == by_id
    assert [why(portal, nobody) for nobody in ("e99", "", "nobody@example.com")] == [None] * 3
    assert Explanations(portal.wiring).why("b", "e1") is None


@pytest.mark.req("X9")
def test_a_timeline_has_every_value_with_its_run_and_who_asked(portal: ConnectedPortal, clock: Clock) -> None:
    """Newest first; what was only previewed is no part of it."""
    clock.advance(timedelta(hours=2))
    portal.employs(gone(1), hire(2), hire(3))
    portal.sync("preview")
    portal.sync()

    rows = Explanations(portal.wiring).timeline("a", "p1").rows

    assert [(row.entry.kind, row.run_id, row.trigger, row.asked_by) for row in rows] == [
        ("suspend", 3, "manual", "admin"),
        ("create", 1, "manual", "admin"),
    ]
    assert (rows[0].entry.before, rows[0].entry.after) == ({"state": "active"}, {"state": "suspended"})
    assert rows[0].entry.at == clock()
    assert Explanations(portal.wiring).timeline("b", "p1").rows == ()


@pytest.mark.req("X9")
def test_a_timeline_comes_a_page_at_a_time(portal: ConnectedPortal) -> None:
    """By key: no row is twice on it, and none is missing."""
    rows = [
        EntryRow(
            run_id=1,
            person_key="p1",
            employee_id="e1",
            kind="update",
            before={},
            after={},
            mail="none",
            outcome="updated",
        )
        for _ in range(PAGE_SIZE)
    ]
    add(portal.database, *rows)
    explaining = Explanations(portal.wiring)

    first = explaining.timeline("a", "p1")
    second = explaining.timeline("a", "p1", first.next_key)

    assert (len(first.rows), len(second.rows), second.next_key) == (PAGE_SIZE, 1, None)
    assert second.rows[0].entry.kind == "create"


@pytest.mark.req("X8", "X24")
def test_group_rules_are_part_of_what_is_decided(portal: ConnectedPortal) -> None:
    """A trace knows of the host what a plan knows of it: who is to join a group is not unchanged."""
    portal.lms.shared = MemoryHost(
        accounts=portal.host.accounts.values(), groups=[Group("1", "Ohio")], clock=portal.clock
    )
    rule = GroupRule("1", (Condition("work_state", Operator.EQUALS, ("OH",)),))
    portal.employs(hire(1, attributes={"work_state": "OH"}))
    portal.sync(trigger="operator")
    portal.chooses(Policy(group_rules=(rule,)))

    explained = why(portal, "e1")

    assert explained is not None
    assert explained.steps[-1].value == "update"
