"""Why a person has the status they have: the trace ends with the decision and shows each finding."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from connector.core.model.account import AccountState
from connector.core.model.employee import EmploymentStatus
from connector.core.model.findings import FINDINGS
from connector.core.model.operation import Finding
from connector.core.model.override import Override, OverrideKind
from connector.core.rules import correlation
from connector.core.rules.decide import DecisionContext
from connector.core.rules.why import TraceInput, TraceStep, trace, trace_unlisted
from tests.core.builders import (
    ENDED,
    GRANTED,
    KEPT,
    LEAVING,
    NOW,
    account,
    employee,
    link,
    scene,
    unowned_account,
)
from tests.core.scenes import Scene, decision_of, entitlement_in, find, scenes

SINCE = NOW - timedelta(days=3)


def trace_of(one: Scene) -> tuple[TraceStep, ...]:
    """The trace of the person of a scene; every finding was first made three days ago."""
    entitlement = entitlement_in(one)
    found = find(one.accounts, correlation.keys(entitlement.employee, one.inputs.link))
    owners = dict(one.owners)
    if one.inputs.link:
        owners[one.inputs.link.account_id] = one.inputs.person.key
    context = DecisionContext(
        one.settings, {field.key: field for field in one.fields}, one.now, one.capabilities
    )
    decision = decision_of(one)
    finding_codes = [finding.code for finding in (*decision.findings, decision.skipped) if finding]
    return trace(
        TraceInput(one.inputs, entitlement, found, owners, context, dict.fromkeys(finding_codes, SINCE))
    )


def by_name(steps: tuple[TraceStep, ...], name: str) -> list[TraceStep]:
    """The steps with a name, in order."""
    return [step for step in steps if step.name == name]


@pytest.mark.req("X8")
@given(scenes())
def test_trace_ends_with_the_decision(one: Scene) -> None:
    """Skipped with its code, unchanged, or the kind of operation; for any person in any situation."""
    decision, last = decision_of(one), trace_of(one)[-1]

    if decision.skipped:
        expected = ("decision", "skipped", decision.skipped.code)
    elif decision.operation:
        expected = ("decision", decision.operation.kind.value, ", ".join(sorted(decision.operation.after)))
    else:
        expected = ("decision", "unchanged", "")
    assert (last.name, last.value, last.rule if decision.skipped else last.subject) == expected


@pytest.mark.req("X8")
@given(scenes())
def test_every_finding_of_a_decision_has_a_step(one: Scene) -> None:
    """With its code, its subject, since when, and who can fix it."""
    decision = decision_of(one)
    findings = [*decision.findings, *([decision.skipped] if decision.skipped else [])]

    steps = {
        (step.rule, step.subject): step for step in trace_of(one) if step.name in ("finding", "decision")
    }

    for finding in findings:
        step = steps[finding.code, finding.subject]
        assert step.since == SINCE
        assert step.who is FINDINGS[finding.code].fixed_by


@pytest.mark.req("X8", "A4")
@given(scenes())
def test_trace_shows_every_field_that_is_written(one: Scene) -> None:
    """With the value that the operation writes."""
    decision, steps = decision_of(one), trace_of(one)
    shown = {step.subject: step.value for step in by_name(steps, "field")}

    operation = decision.operation
    written = {} if operation is None else operation.after
    for name, value in written.items():
        if name.startswith("field:"):
            assert shown[name.removeprefix("field:")] == (value or "empty")


@pytest.mark.parametrize(
    ("of", "accounts", "expected"),
    [
        (GRANTED, (unowned_account(is_learner=False),), ("account", "disputed", "not_a_learner", "admin")),
        (GRANTED, (unowned_account(),), ("account", "unlinked, active", "D1", "nobody")),
        (ENDED, (), ("due", "end", "inactive", "nobody")),
        (LEAVING, (), ("due", "retain", "leaving", "nobody")),
        (KEPT, (), ("due", "keep", "ambiguous_status", "hr")),
        (employee(email=None), (), ("decision", "skipped", "no_work_email", "hr")),
    ],
)
def test_step_that_decides_says_who_can_fix_it(
    of: object, accounts: tuple[object, ...], expected: tuple[str, ...]
) -> None:
    """Each finding is at its own step: the record, the entitlement, the account."""
    steps = trace_of(scene(*accounts, of=of))  # type: ignore[arg-type]
    name = expected[0]

    (step,) = by_name(steps, name)

    assert (step.name, step.value, step.rule, step.who) == expected


def test_trace_shows_the_record_with_its_dates() -> None:
    """The status in Paycor's words, the dates, and the start and end that follow from them."""
    one = employee(status=EmploymentStatus.CURRENT, status_text="Active", termination_date=date(2026, 3, 20))

    steps = trace_of(scene(account(), of=one, linked=link()))

    values = [(step.name, step.value) for step in steps]
    assert values[:6] == [
        ("record", "listed"),
        ("status", "Active"),
        ("hire_date", "2020-01-06"),
        ("termination_date", "2026-03-20"),
        ("begins", "2020-01-06"),
        ("ends", "2026-03-20"),
    ]


@pytest.mark.req("X16")
def test_override_is_a_step_while_it_is_in_force() -> None:
    """The last step is the decision that it causes."""
    one = scene(account(), of=GRANTED, linked=link(AccountState.ACTIVE))
    protected = Override(OverrideKind.PROTECT, NOW.date())
    expired = Override(OverrideKind.PROTECT, NOW.date() - timedelta(days=1))

    def with_overrides(*overrides: Override) -> tuple[TraceStep, ...]:
        return trace_of(replace(one, inputs=replace(one.inputs, overrides=overrides)))

    assert [step.value for step in by_name(with_overrides(protected, expired), "override")] == [
        f"protect until {NOW.date()}"
    ]
    assert with_overrides(protected)[-1].rule == "protected"
    assert by_name(with_overrides(expired), "override") == []


def test_person_who_was_never_in_the_list_has_a_trace() -> None:
    """Someone in onboarding, and an account without an employee."""
    onboarded = trace_unlisted(Finding("onboarding", "o1"), None, SINCE)
    unmatched = trace_unlisted(None, unowned_account(), None)

    assert [(step.name, step.rule, step.value) for step in onboarded] == [
        ("record", "onboarding", "onboarding"),
        ("account", "D1", "none"),
        ("decision", "onboarding", "skipped"),
    ]
    assert {step.since for step in onboarded} == {SINCE, None}
    assert [(step.name, step.value, step.subject) for step in unmatched] == [
        ("record", "not listed", ""),
        ("account", "active", "a1"),
        ("decision", "skipped", ""),
    ]
