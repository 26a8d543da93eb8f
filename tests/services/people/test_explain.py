"""Why a person has the status they have, and what was done to their account, in Paycor's list or not."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.account import Account, AccountState, Group
from connector.core.model.settings import Condition, GroupRule, Operator, Policy
from connector.hosts.memory import MemoryHost
from connector.services.people.explain import explain, timeline
from connector.services.views.pages import PAGE_SIZE
from connector.services.views.person import Explanation
from connector.store.tables.people import FindingRow
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire
from tests.services.stored import add


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """Four synced people: two of them share an email, one has none."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.employs(
        hire(1), hire(2, email="both@example.com"), hire(3, email="Both@example.com"), hire(4, email=None)
    )
    portal.sync()
    return portal


def why(portal: ConnectedPortal, who: str) -> Explanation | None:
    """The explanation for the person that `who` names."""
    return explain(portal.wiring, "a", who)


@pytest.mark.req("X8")
@pytest.mark.parametrize("who", ["e1", " e1 ", "p1@example.com", "P1@Example.com", "account"])
def test_a_person_is_found_by_any_of_their_ids(portal: ConnectedPortal, who: str) -> None:
    """Their id at Paycor or in the LMS, or their work email in any case."""
    text = next(iter(portal.host.accounts)) if who == "account" else who

    explained = why(portal, text)

    assert explained is not None
    assert (explained.employee_id, explained.person.email) == ("e1", "p1@example.com")
    assert explained.steps[-1].value == "unchanged"
    assert explained.account_id in portal.host.accounts
    assert explained.mail is not None
    assert explained.mail.state == "sent"
    assert [change.entry.kind for change in explained.changes] == ["create"]


@pytest.mark.req("X8")
def test_an_employee_number_is_found_where_it_is_mapped(portal: ConnectedPortal) -> None:
    """The record has it then; a part of a number finds no one."""
    portal.employs(hire(1, attributes={"employee_number": "1007"}))
    portal.sync(trigger="operator")

    found = why(portal, "1007")

    assert found is not None
    assert found.employee_id == "e1"
    assert why(portal, "100") is None


@pytest.mark.req("X8")
def test_a_reason_has_its_first_day_and_who_can_fix_it(portal: ConnectedPortal, clock: Clock) -> None:
    """The day is that of the sync in which it was first found."""
    found_at = clock()
    clock.advance(timedelta(days=2))

    explained = why(portal, "e4")

    assert explained is not None
    last = explained.steps[-1]
    assert (last.value, last.rule, last.who, last.since) == ("skipped", "no_work_email", "hr", found_at)
    assert [finding.code for finding in explained.findings] == ["no_work_email"]


def test_several_people_with_one_email_are_listed(portal: ConnectedPortal) -> None:
    """One is explained, the others are listed."""
    explained = why(portal, "both@example.com")

    assert explained is not None
    assert explained.employee_id == "e2"
    assert [one.employee_id for one in explained.also] == ["e3"]
    assert explained.steps[-1].rule == "email_shared"


@pytest.mark.req("X8")
def test_people_who_are_not_in_the_list_are_explained_too(portal: ConnectedPortal) -> None:
    """A person being onboarded, an account without an employee, and no one at all."""
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
    assert [why(portal, text) for text in ("e99", "", "nobody@example.com")] == [None] * 3
    assert explain(portal.wiring, "b", "e1") is None


@pytest.mark.req("X9")
def test_a_timeline_has_every_value_with_its_run_and_its_requester(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Newest first; previews are left out."""
    clock.advance(timedelta(hours=2))
    portal.employs(gone(1), hire(2), hire(3))
    portal.sync("preview")
    portal.sync()

    rows = timeline(portal.wiring, "a", "p1").rows

    assert [(row.entry.kind, row.run_id, row.trigger, row.requested_by) for row in rows] == [
        ("suspend", 3, "manual", "admin"),
        ("create", 1, "manual", "admin"),
    ]
    assert (rows[0].entry.before, rows[0].entry.after) == ({"state": "active"}, {"state": "suspended"})
    assert rows[0].entry.at == clock()
    assert timeline(portal.wiring, "b", "p1").rows == ()


@pytest.mark.req("X9")
def test_a_timeline_comes_a_page_at_a_time(portal: ConnectedPortal) -> None:
    """By key: each row comes exactly once."""
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

    first = timeline(portal.wiring, "a", "p1")
    second = timeline(portal.wiring, "a", "p1", first.next_key)

    assert (len(first.rows), len(second.rows), second.next_key) == (PAGE_SIZE, 1, None)
    assert second.rows[0].entry.kind == "create"


@pytest.mark.req("X8", "X24")
def test_group_rules_are_part_of_the_explanation(portal: ConnectedPortal) -> None:
    """A trace uses the groups of the host as a plan does: a person who should join a group is not unchanged."""
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
