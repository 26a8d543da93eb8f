"""Who is synced at all: named people, conditions, unknown attributes, and several jobs of one person."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.model.account import Account, AccountState, Link
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Value
from connector.core.model.settings import Condition, OnLeave, Operator, Outside, Scope
from connector.core.rules.access.scope import ScopeVerdict, scope_verdict, unknown_attributes
from tests.core.builders import (
    account,
    day,
    employee,
    link,
    operation_of,
    person,
    result,
    scene,
    settings,
    unowned_account,
)
from tests.core.scenes import Scene, apply_operation, decision_of

IN, OUT, UNKNOWN = ScopeVerdict
NURSES = Condition("job_title", Operator.EQUALS, ("Nurse",))
TEMPS = Condition("employment_type", Operator.EQUALS, ("Temp",))
RULES = Scope(only=(NURSES,), never=(TEMPS,))


def worker(title: str = "Nurse", kind: Value = "Regular", **values: Any) -> Employee:
    """An employee with a job title and an employment type."""
    return employee(attributes={"job_title": title, "employment_type": kind}, **values)


def with_attributes(**attributes: Value) -> Employee:
    """An employee with only these attributes known."""
    return employee(attributes=attributes)


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("record", "scope", "expected"),
    [
        pytest.param(worker(), Scope(), IN, id="no scope at all"),
        pytest.param(with_attributes(), Scope(), IN, id="no scope, nothing known"),
        pytest.param(worker(), RULES, IN, id="a nurse"),
        pytest.param(worker("Cook"), RULES, OUT, id="a cook"),
        pytest.param(worker(kind="Temp"), RULES, OUT, id="a temporary nurse"),
        pytest.param(worker(kind=None), RULES, IN, id="a nurse whose type is known to be empty"),
        pytest.param(with_attributes(employment_type="Regular"), RULES, UNKNOWN, id="unknown title"),
        pytest.param(with_attributes(job_title="Nurse"), RULES, UNKNOWN, id="unknown type"),
        pytest.param(with_attributes(job_title="Cook"), RULES, OUT, id="a cook, unknown type"),
        pytest.param(with_attributes(employment_type="Temp"), RULES, OUT, id="temporary, unknown title"),
        pytest.param(with_attributes(), RULES, UNKNOWN, id="nothing known"),
        pytest.param(worker("Cook"), replace(RULES, people_in=("e1",)), IN, id="a cook named in"),
        pytest.param(with_attributes(), replace(RULES, people_in=("e1",)), IN, id="unknown, but named in"),
        pytest.param(worker(), replace(RULES, people_out=("e1",)), OUT, id="a nurse named out"),
        pytest.param(worker(), Scope(people_in=("e1",), people_out=("e1",)), OUT, id="named both ways"),
        pytest.param(worker(), Scope(people_in=("e2",)), IN, id="another person is named"),
    ],
)
def test_named_people_go_before_conditions(record: Employee, scope: Scope, expected: ScopeVerdict) -> None:
    """All of `only`, none of `never`; named out goes first, and an unknown attribute does not exclude."""
    assert scope_verdict(record, Facts(), scope) is expected


@pytest.mark.req("X13", "B12")
def test_scope_may_use_attributes_derived_from_all_records() -> None:
    """Having no reports is known only where Paycor sends positions."""
    scope = Scope(only=(Condition("supervisor", Operator.EQUALS, ("Yes",)),))
    unplaced = employee(has_position=False)

    assert [scope_verdict(employee(), Facts(reports=n), scope) for n in (1, 0)] == [IN, OUT]
    assert scope_verdict(unplaced, Facts(), scope) is UNKNOWN


def test_unknown_attributes_are_named() -> None:
    """In the order of the scope."""
    assert list(unknown_attributes(with_attributes(), Facts(), RULES)) == ["job_title", "employment_type"]
    assert list(unknown_attributes(with_attributes(job_title="Nurse"), Facts(), RULES)) == ["employment_type"]


COOK, UNKNOWN_WORKER = worker("Cook"), with_attributes()
GONE = worker("Cook", status=EmploymentStatus.SEPARATED, termination_date=day(-9))


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("record", "outside", "none", "unlinked", "linked"),
    [
        pytest.param(worker(), Outside.SUSPEND, "create", "link", "unchanged", id="in scope"),
        pytest.param(COOK, Outside.LEAVE_ALONE, *["out_of_scope"] * 3, id="out of scope: left alone"),
        pytest.param(
            COOK, Outside.SUSPEND, "out_of_scope", "out_of_scope", "suspend", id="out of scope: suspended"
        ),
        pytest.param(UNKNOWN_WORKER, Outside.LEAVE_ALONE, *["scope_unknown"] * 3, id="unknown"),
        pytest.param(UNKNOWN_WORKER, Outside.SUSPEND, *["scope_unknown"] * 3, id="unknown: not suspended"),
        pytest.param(GONE, Outside.LEAVE_ALONE, *["out_of_scope"] * 3, id="out of scope, and left"),
        pytest.param(employee(problem="x"), Outside.SUSPEND, *["unreadable"] * 3, id="unreadable goes first"),
    ],
)
def test_decision_out_of_scope(
    record: Employee, outside: Outside, none: str, unlinked: str, linked: str
) -> None:
    """People out of scope get no account; a linked account is left alone or suspended, as set."""
    chosen = settings(scope=replace(RULES, outside=outside))
    portals: list[tuple[tuple[Account, ...], Link | None]] = [
        ((), None),
        ((unowned_account(),), None),
        ((account(),), link()),
    ]
    scenes = [scene(*accounts, of=record, linked=linked, chosen=chosen) for accounts, linked in portals]

    assert [result(decision_of(one)) for one in scenes] == [none, unlinked, linked]


@pytest.mark.req("X13", "D9")
def test_return_into_the_scope_restores_access() -> None:
    """To the same account."""
    chosen = settings(scope=replace(RULES, outside=Outside.SUSPEND))
    leaving = scene(account(), of=COOK, linked=link(), chosen=chosen)
    gone = apply_operation(leaving, operation_of(leaving))
    back = replace(gone, inputs=replace(gone.inputs, person=person(worker())))

    assert gone.accounts[-1].state is AccountState.SUSPENDED
    assert operation_of(back).after == {"state": "active"}


def test_finding_names_the_unknown_attribute() -> None:
    """By its label, not its key."""
    skipped = decision_of(scene(of=UNKNOWN_WORKER, chosen=settings(scope=RULES))).skipped

    assert skipped is not None
    assert skipped.subject == "Job title"


#: The same person's other employment.
OTHER: dict[str, Any] = {"employee_id": "e2", "legal_entity_id": 102}
ENDED: dict[str, Any] = {"status": EmploymentStatus.SEPARATED, "termination_date": day(-9)}


@pytest.mark.req("X13", "D3")
@pytest.mark.parametrize(
    ("first", "second", "outside", "expected"),
    [
        pytest.param(
            COOK, worker(**OTHER), Outside.SUSPEND, "unchanged", id="one in scope keeps the account"
        ),
        pytest.param(
            COOK,
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "out_of_scope",
            id="only one out of scope is left",
        ),
        pytest.param(
            COOK, worker(**OTHER, **ENDED), Outside.SUSPEND, "suspend", id="only one out of scope: suspended"
        ),
        pytest.param(
            GONE,
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "suspend",
            id="both ended, one out of scope",
        ),
        pytest.param(
            replace(UNKNOWN_WORKER, **ENDED),
            worker(**OTHER, **ENDED),
            Outside.LEAVE_ALONE,
            "suspend",
            id="both ended, one unknown",
        ),
        pytest.param(
            UNKNOWN_WORKER,
            worker(**OTHER, **ENDED),
            Outside.SUSPEND,
            "scope_unknown",
            id="one unknown, one ended",
        ),
        pytest.param(
            UNKNOWN_WORKER, worker(**OTHER), Outside.SUSPEND, "unchanged", id="one unknown, one in scope"
        ),
        pytest.param(
            COOK, replace(COOK, **OTHER), Outside.LEAVE_ALONE, "out_of_scope", id="both out of scope"
        ),
    ],
)
def test_each_employment_has_its_own_verdict(
    first: Employee, second: Employee, outside: Outside, expected: str
) -> None:
    """A second job in scope keeps the account; an ended job out of scope protects nothing."""
    chosen = settings(scope=replace(RULES, outside=outside))
    one: Scene = scene(account(), of=person(first, second), linked=link(), chosen=chosen)

    assert result(decision_of(one)) == expected


@pytest.mark.req("X13", "D3", "D5")
def test_leave_out_of_scope_does_not_end_access() -> None:
    """Although leave suspends and the other job has ended, the account is left alone."""
    chosen = settings(scope=RULES, on_leave=OnLeave.SUSPEND)
    away = person(replace(COOK, status=EmploymentStatus.ON_LEAVE), worker(**OTHER, **ENDED))

    assert result(decision_of(scene(account(), of=away, linked=link(), chosen=chosen))) == "out_of_scope"
