"""Why somebody is in the state they are in: the trace says what `decide` decides, and names each finding."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from connector.core.model.account import AccountState
from connector.core.model.employee import EmploymentStatus
from connector.core.model.operation import Finding
from connector.core.model.override import Override, OverrideKind
from connector.core.rules import correlation
from connector.core.rules.decide import DecisionContext
from connector.core.rules.why import TraceInput, TraceStep, trace, trace_unlisted
from tests.core.make import ENDED, GRANTED, KEPT, LEAVING, NOW, account, employee, link, scene, stranger
from tests.core.world import Scene, decided, find, scenes, standing

SINCE = NOW - timedelta(days=3)


def traced(one: Scene) -> tuple[TraceStep, ...]:
    """The trace of the human of a scene; every finding was first made three days ago."""
    due = standing(one)
    found = find(one.accounts, correlation.keys(due.employee, one.case.link))
    owners = dict(one.owners)
    if one.case.link:
        owners[one.case.link.account_id] = one.case.person.key
    world = DecisionContext(one.settings, {field.key: field for field in one.fields}, one.now, one.can)
    decision = decided(one)
    codes = [finding.code for finding in (*decision.findings, decision.skipped) if finding]
    return trace(TraceInput(one.case, due, found, owners, world, dict.fromkeys(codes, SINCE)))


def by_name(steps: tuple[TraceStep, ...], name: str) -> list[TraceStep]:
    """The steps of a name, in order."""
    return [step for step in steps if step.name == name]


@pytest.mark.req("X8")
@given(scenes())
def test_a_trace_ends_with_what_is_decided(one: Scene) -> None:
    """Skipped with its code, unchanged, or the operation by its kind; for anybody in any situation."""
    decision, last = decided(one), traced(one)[-1]

    if decision.skipped:
        expected = ("decision", "skipped", decision.skipped.code)
    elif decision.operation:
        expected = ("decision", decision.operation.kind.value, ", ".join(sorted(decision.operation.after)))
    else:
        expected = ("decision", "unchanged", "")
    assert (last.name, last.value, last.rule if decision.skipped else last.subject) == expected


@pytest.mark.req("X8")
@given(scenes())
def test_every_finding_of_a_decision_has_its_step(one: Scene) -> None:
    """With its code, its subject, since when, and, where somebody can mend it, what to do."""
    decision = decided(one)
    findings = [*decision.findings, *([decision.skipped] if decision.skipped else [])]

    steps = {(step.rule, step.subject): step for step in traced(one) if step.name in ("finding", "decision")}

    for finding in findings:
        step = steps[finding.code, finding.subject]
        assert step.since == SINCE
        assert step.advice


@pytest.mark.req("X8", "A4")
@given(scenes())
def test_fields_are_shown_as_they_are_to_be(one: Scene) -> None:
    """Whatever an operation writes into a field, the trace has it."""
    decision, steps = decided(one), traced(one)
    shown = {step.subject: step.value for step in by_name(steps, "field")}

    operation = decision.operation
    written = {} if operation is None else operation.after
    for name, value in written.items():
        if name.startswith("field:"):
            assert shown[name.removeprefix("field:")] == (value or "empty")


@pytest.mark.parametrize(
    ("of", "accounts", "expected"),
    [
        (GRANTED, (stranger(is_learner=False),), ("account", "disputed", "not_a_learner", "admin")),
        (GRANTED, (stranger(),), ("account", "unlinked, active", "D1", "nobody")),
        (ENDED, (), ("due", "end", "inactive", "nobody")),
        (LEAVING, (), ("due", "retain", "leaving", "nobody")),
        (KEPT, (), ("due", "keep", "ambiguous_status", "hr")),
        (employee(email=None), (), ("decision", "skipped", "no_work_email", "hr")),
    ],
)
def test_the_step_that_decides_names_who_can_mend_it(
    of: object, accounts: tuple[object, ...], expected: tuple[str, ...]
) -> None:
    """Each where it arises: at the record, at what is due, at the account."""
    steps = traced(scene(*accounts, of=of))  # type: ignore[arg-type]
    name = expected[0]

    (step,) = by_name(steps, name)

    assert (step.name, step.value, step.rule, step.who) == expected


def test_the_record_is_told_with_its_dates() -> None:
    """The status in Paycor's words, the dates, and what follows from them."""
    one = employee(status=EmploymentStatus.CURRENT, status_text="Active", termination_date=date(2026, 3, 20))

    steps = traced(scene(account(), of=one, linked=link()))

    told = [(step.name, step.value) for step in steps]
    assert told[:6] == [
        ("record", "listed"),
        ("status", "Active"),
        ("hire_date", "2020-01-06"),
        ("termination_date", "2026-03-20"),
        ("begins", "2020-01-06"),
        ("ends", "2026-03-20"),
    ]


@pytest.mark.req("X16")
def test_an_exception_is_a_step_while_it_holds() -> None:
    """And what it makes of the decision is the last one."""
    one = scene(account(), of=GRANTED, linked=link(AccountState.ACTIVE))
    protected = Override(OverrideKind.PROTECT, NOW.date())
    over = Override(OverrideKind.PROTECT, NOW.date() - timedelta(days=1))

    def with_overrides(*overrides: Override) -> tuple[TraceStep, ...]:
        return traced(replace(one, case=replace(one.case, overrides=overrides)))

    assert [step.value for step in by_name(with_overrides(protected, over), "override")] == [
        f"protect until {NOW.date()}"
    ]
    assert with_overrides(protected)[-1].rule == "protected"
    assert by_name(with_overrides(over), "override") == []


def test_whom_the_list_never_had_has_a_trace_too() -> None:
    """Somebody being onboarded, an account with nobody behind it."""
    onboarded = trace_unlisted(Finding("onboarding", "o1"), None, SINCE)
    stray = trace_unlisted(None, stranger(), None)

    assert [(step.name, step.rule, step.value) for step in onboarded] == [
        ("record", "onboarding", "onboarding"),
        ("account", "D1", "none"),
        ("decision", "onboarding", "skipped"),
    ]
    assert {step.since for step in onboarded} == {SINCE, None}
    assert [(step.name, step.value, step.subject) for step in stray] == [
        ("record", "not listed", ""),
        ("account", "active", "a1"),
        ("decision", "skipped", ""),
    ]
