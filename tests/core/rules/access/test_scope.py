"""Who is synced at all: named people, rules, what is not known, and several jobs of one person."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.model.account import Account, AccountState, Link
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Value
from connector.core.model.settings import Condition, OnLeave, Operator, Outside, Scope
from connector.core.rules.access.scope import ScopeVerdict, scope_verdict, unknown_attributes
from tests.core.make import (
    account,
    day,
    employee,
    link,
    operation_of,
    person,
    scene,
    settings,
    stranger,
    summary,
)
from tests.core.world import Scene, applied, decided

IN, OUT, UNKNOWN = ScopeVerdict
NURSES = Condition("job_title", Operator.EQUALS, ("Nurse",))
TEMPS = Condition("employment_type", Operator.EQUALS, ("Temp",))
RULES = Scope(only=(NURSES,), never=(TEMPS,))


def worker(title: str = "Nurse", kind: Value = "Regular", **values: Any) -> Employee:
    """Somebody with a job title and an employment type."""
    return employee(attributes={"job_title": title, "employment_type": kind}, **values)


def known_of(**attributes: Value) -> Employee:
    """Somebody of whom these attributes alone are known."""
    return employee(attributes=attributes)


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("somebody", "scope", "expected"),
    [
        pytest.param(worker(), Scope(), IN, id="no scope at all"),
        pytest.param(known_of(), Scope(), IN, id="no scope, nothing known"),
        pytest.param(worker(), RULES, IN, id="a nurse"),
        pytest.param(worker("Cook"), RULES, OUT, id="a cook"),
        pytest.param(worker(kind="Temp"), RULES, OUT, id="a nurse for a time"),
        pytest.param(worker(kind=None), RULES, IN, id="a nurse whose type is known to be empty"),
        pytest.param(known_of(employment_type="Regular"), RULES, UNKNOWN, id="title not known"),
        pytest.param(known_of(job_title="Nurse"), RULES, UNKNOWN, id="type not known"),
        pytest.param(known_of(job_title="Cook"), RULES, OUT, id="a cook, type not known"),
        pytest.param(known_of(employment_type="Temp"), RULES, OUT, id="for a time, title not known"),
        pytest.param(known_of(), RULES, UNKNOWN, id="nothing known"),
        pytest.param(worker("Cook"), replace(RULES, people_in=("e1",)), IN, id="a cook who is named in"),
        pytest.param(known_of(), replace(RULES, people_in=("e1",)), IN, id="not known, but named in"),
        pytest.param(worker(), replace(RULES, people_out=("e1",)), OUT, id="a nurse who is named out"),
        pytest.param(worker(), Scope(people_in=("e1",), people_out=("e1",)), OUT, id="named both ways"),
        pytest.param(worker(), Scope(people_in=("e2",)), IN, id="somebody else is named"),
    ],
)
def test_named_people_come_before_rules(somebody: Employee, scope: Scope, expected: ScopeVerdict) -> None:
    """All of `only`, none of `never`; whoever is named out is out, and what is not known pushes nobody out."""
    assert scope_verdict(somebody, Facts(), scope) is expected


@pytest.mark.req("X13", "B12")
def test_a_scope_may_ask_what_everybody_together_gives() -> None:
    """Having reports is known of whoever has one, and of others only where positions come."""
    scope = Scope(only=(Condition("supervisor", Operator.EQUALS, ("Yes",)),))
    unplaced = employee(has_position=False)

    assert [scope_verdict(employee(), Facts(reports=n), scope) for n in (1, 0)] == [IN, OUT]
    assert scope_verdict(unplaced, Facts(), scope) is UNKNOWN


def test_what_has_to_be_known_is_named() -> None:
    """In the order in which the scope asks."""
    assert list(unknown_attributes(known_of(), Facts(), RULES)) == ["job_title", "employment_type"]
    assert list(unknown_attributes(known_of(job_title="Nurse"), Facts(), RULES)) == ["employment_type"]


COOK, NOBODY_KNOWS = worker("Cook"), known_of()
GONE = worker("Cook", status=EmploymentStatus.SEPARATED, termination_date=day(-9))


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("somebody", "outside", "none", "unlinked", "linked"),
    [
        pytest.param(worker(), Outside.SUSPEND, "create", "link", "unchanged", id="within"),
        pytest.param(COOK, Outside.LEAVE_ALONE, *["out_of_scope"] * 3, id="outside: left alone"),
        pytest.param(
            COOK, Outside.SUSPEND, "out_of_scope", "out_of_scope", "suspend", id="outside: suspended"
        ),
        pytest.param(NOBODY_KNOWS, Outside.LEAVE_ALONE, *["scope_unknown"] * 3, id="not known"),
        pytest.param(NOBODY_KNOWS, Outside.SUSPEND, *["scope_unknown"] * 3, id="not known: not suspended"),
        pytest.param(GONE, Outside.LEAVE_ALONE, *["out_of_scope"] * 3, id="outside, and left"),
        pytest.param(
            employee(problem="x"), Outside.SUSPEND, *["unreadable"] * 3, id="unreadable before anything else"
        ),
    ],
)
def test_being_out_of_scope_meets_the_account(
    somebody: Employee, outside: Outside, none: str, unlinked: str, linked: str
) -> None:
    """Nobody outside gets an account, and a linked one is left alone or suspended, as is chosen."""
    chosen = settings(scope=replace(RULES, outside=outside))
    cases: list[tuple[tuple[Account, ...], Link | None]] = [
        ((), None),
        ((stranger(),), None),
        ((account(),), link()),
    ]
    found = [scene(*accounts, of=somebody, linked=linked, chosen=chosen) for accounts, linked in cases]

    assert [summary(decided(one)) for one in found] == [none, unlinked, linked]


@pytest.mark.req("X13", "D9")
def test_a_suspension_for_being_outside_ends_with_it() -> None:
    """Whoever comes back into the scope comes back to the same account."""
    chosen = settings(scope=replace(RULES, outside=Outside.SUSPEND))
    left = scene(account(), of=COOK, linked=link(), chosen=chosen)
    gone = applied(left, operation_of(left))
    back = replace(gone, case=replace(gone.case, person=person(worker())))

    assert gone.accounts[-1].state is AccountState.SUSPENDED
    assert operation_of(back).after == {"state": "active"}


def test_a_finding_names_the_attribute_that_is_lacking() -> None:
    """Whoever mends it reads its name, not its key."""
    skipped = decided(scene(of=NOBODY_KNOWS, chosen=settings(scope=RULES))).skipped

    assert skipped is not None
    assert skipped.subject == "Job title"


#: The same human's other employment.
OTHER: dict[str, Any] = {"employee_id": "e2", "legal_entity_id": 102}
ENDED: dict[str, Any] = {"status": EmploymentStatus.SEPARATED, "termination_date": day(-9)}


@pytest.mark.req("X13", "D3")
@pytest.mark.parametrize(
    ("first", "second", "outside", "expected"),
    [
        pytest.param(COOK, worker(**OTHER), Outside.SUSPEND, "unchanged", id="one within keeps the account"),
        pytest.param(
            COOK,
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "out_of_scope",
            id="only the one outside is left",
        ),
        pytest.param(
            COOK, worker(**OTHER, **ENDED), Outside.SUSPEND, "suspend", id="only the one outside: suspended"
        ),
        pytest.param(
            GONE,
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "suspend",
            id="over outside as well as within",
        ),
        pytest.param(
            replace(NOBODY_KNOWS, **ENDED),
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "suspend",
            id="over, and in scope or not: as well as within",
        ),
        pytest.param(
            NOBODY_KNOWS, worker(**OTHER, **ENDED), Outside.SUSPEND, "scope_unknown", id="the other not known"
        ),
        pytest.param(
            NOBODY_KNOWS, worker(**OTHER), Outside.SUSPEND, "unchanged", id="not known, and one within"
        ),
        pytest.param(COOK, replace(COOK, **OTHER), Outside.LEAVE_ALONE, "out_of_scope", id="both outside"),
    ],
)
def test_each_employment_is_asked_by_itself(
    first: Employee, second: Employee, outside: Outside, expected: str
) -> None:
    """A second job within the scope keeps the account; one outside that is over keeps nobody in."""
    chosen = settings(scope=replace(RULES, outside=outside))
    shown: Scene = scene(account(), of=person(first, second), linked=link(), chosen=chosen)

    assert summary(decided(shown)) == expected


@pytest.mark.req("X13", "D3", "D5")
def test_on_leave_outside_the_scope_is_not_over() -> None:
    """Where leave suspends, the account of somebody whose other job has ended is still left alone."""
    chosen = settings(scope=RULES, on_leave=OnLeave.SUSPEND)
    away = person(replace(COOK, status=EmploymentStatus.ON_LEAVE), worker(**OTHER, **ENDED))

    assert summary(decided(scene(account(), of=away, linked=link(), chosen=chosen))) == "out_of_scope"
