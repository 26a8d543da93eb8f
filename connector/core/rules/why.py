"""Why a person has the status they have (rule X8): the way from the Paycor record to the account, step by step.

In: what a decision depends on; out: the steps as plain values, the decision last. Nothing is decided here: each step
calls the same function that decides, so a trace cannot differ from what a sync does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from connector.core.model.account import Account, AccountHolder
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee
from connector.core.model.findings import FINDINGS, FixedBy
from connector.core.model.operation import FIELD, Decision, Finding, MatchSituation, OperationKind
from connector.core.ports.host import Found
from connector.core.rules.access import days, overrides, scope
from connector.core.rules.access.entitlement import Access, Entitlement, ends_on, starts_on
from connector.core.rules.correlation import Match, correlate
from connector.core.rules.decide import DecisionContext, decide
from connector.core.rules.values.mapping import desired_fields

#: The rule behind each kind of operation.
_RULES = {
    OperationKind.CREATE: "A5",
    OperationKind.LINK: "A9",
    OperationKind.UPDATE: "A2",
    OperationKind.SUSPEND: "A22",
    OperationKind.REACTIVATE: "D9",
    OperationKind.UNLINK: "X6",
}


class StepName(StrEnum):
    """What a step of a trace is about."""

    RECORD = "record"
    PROBLEM = "problem"
    STATUS = "status"
    HIRE_DATE = "hire_date"
    REHIRE_DATE = "rehire_date"
    TERMINATION_DATE = "termination_date"
    BEGINS = "begins"
    ENDS = "ends"
    OVERRIDE = "override"
    ENTITLEMENT = "due"
    ACCOUNT = "account"
    HOLDER = "holder"
    FIELD = "field"
    FINDING = "finding"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step. `value` is what was seen, `subject` the one thing of several that it is about (of an operation, the
    names of the values it writes).

    `rule` is the code of the finding if there is one, otherwise of the rule. `since` is when the finding was first
    made, None when unknown. `who` can fix the finding; `hint` is the value that was probably meant.
    """

    name: StepName
    rule: str = ""
    value: str = ""
    subject: str = ""
    since: datetime | None = None
    who: FixedBy = FixedBy.NOBODY
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TraceInput:
    """The arguments of `decide`. `since` says when each finding of the person was first made, by code.

    `holder` is the other person who holds the account, if there is one.
    """

    inputs: DecisionInput
    entitlement: Entitlement
    found: Found
    owners: Mapping[str, str]
    context: DecisionContext
    since: Mapping[str, datetime]
    holder: AccountHolder | None = None


def trace(trace_input: TraceInput) -> tuple[TraceStep, ...]:
    """The steps from the records of one person to the decision about them, which is the last step."""
    inputs, entitlement = trace_input.inputs, trace_input.entitlement
    found, owners = trace_input.found, trace_input.owners
    match = correlate(
        entitlement.employee, inputs.link, inputs.facts, found, owners, inputs.separated_accounts
    )
    decision = decide(inputs, entitlement, found, owners, trace_input.context)
    return (
        *_employments(inputs, entitlement),
        *_status_and_dates(entitlement.employee, trace_input.context),
        *_overrides(trace_input),
        _entitlement(trace_input),
        _account(trace_input, match),
        *_holder(trace_input, match),
        *_fields(trace_input, match, decision),
        *(_finding(StepName.FINDING, one, trace_input) for one in decision.findings),
        _decision(trace_input, decision),
    )


def trace_unlisted(
    onboarding: Finding | None, account: Account | None, since: datetime | None
) -> tuple[TraceStep, ...]:
    """The steps for a person who was never in Paycor's list: still being onboarded, or known only to the LMS."""
    code = onboarding.code if onboarding else ""
    return (
        _step(StepName.RECORD, code or "D1", "onboarding" if code else "not listed", since=since),
        _step(StepName.ACCOUNT, "D1", account.state.value, account.account_id)
        if account
        else _step(StepName.ACCOUNT, "D1", "none"),
        _step(StepName.DECISION, code or "D1", "skipped", since=since),
    )


def _employments(inputs: DecisionInput, entitlement: Entitlement) -> Iterator[TraceStep]:
    """Every employment, the one that decides first."""
    rule = "D3" if len(inputs.person.employees) > 1 else "D1"
    others = [one for one in inputs.person.employees if one != entitlement.employee]
    for employee in (entitlement.employee, *others):
        reads = inputs.person.absent_reads.get(employee.employee_id, 0)
        value = f"missing from {reads} complete reads in a row" if reads else "listed"
        yield _step(StepName.RECORD, "D10" if reads else rule, value, employee.employee_id)


def _status_and_dates(employee: Employee, context: DecisionContext) -> Iterator[TraceStep]:
    """Status and dates of the employment that decides, with the days on which it starts and ends."""
    if employee.problem:
        yield _step(StepName.PROBLEM, "unreadable", employee.problem)
    yield _step(StepName.STATUS, "D4", employee.status_text or "none", employee.status.value)
    dates = (employee.hire_date, employee.rehire_date, employee.termination_date)
    for name, day in zip(
        (StepName.HIRE_DATE, StepName.REHIRE_DATE, StepName.TERMINATION_DATE), dates, strict=True
    ):
        if day:
            yield TraceStep(name, "D7" if name is StepName.TERMINATION_DATE else "D8", day.isoformat())
    if not employee.problem:
        today = days.today(context.now, days.zone_of(employee, context.settings))
        yield from _day(StepName.BEGINS, "A37", starts_on(employee, context.settings.policy, today))
        yield from _day(StepName.ENDS, "A22", ends_on(employee, today))


def _day(name: StepName, rule: str, day: date | None) -> Iterator[TraceStep]:
    if day:
        yield TraceStep(name, rule, day.isoformat())


def _overrides(trace_input: TraceInput) -> Iterator[TraceStep]:
    zone = days.zone_of(trace_input.entitlement.employee, trace_input.context.settings)
    for one in overrides.in_force(trace_input.inputs.overrides, trace_input.context.now, zone):
        yield _step(StepName.OVERRIDE, "X16", f"{one.kind.value} until {one.until.isoformat()}", one.name)


def _entitlement(trace_input: TraceInput) -> TraceStep:
    """The entitlement and its reason, with the scope verdict that is part of it."""
    entitlement, policy = trace_input.entitlement, trace_input.context.settings.policy
    verdict = scope.scope_verdict(entitlement.employee, trace_input.inputs.facts, policy.scope)
    code, access = entitlement.reason, entitlement.access.value
    return _step(StepName.ENTITLEMENT, code or "X13", access, verdict.value, trace_input.since.get(code))


def _account(trace_input: TraceInput, match: Match) -> TraceStep:
    account, link = match.account, trace_input.inputs.link
    subject = account.account_id if account else link.account_id if link else ""
    value = f"{match.situation.value}, {account.state.value}" if account else match.situation.value
    return _step(StepName.ACCOUNT, match.reason or "D1", value, subject, trace_input.since.get(match.reason))


def _holder(trace_input: TraceInput, match: Match) -> Iterator[TraceStep]:
    """Who holds the account, and what Paycor says about them, where that is why nothing is done."""
    holder = trace_input.holder
    if holder and match.reason in ("account_taken", "email_shared"):
        names = (holder.name, holder.employee_id or holder.person_key)
        yield _step(StepName.HOLDER, "D25", holder.status.value, ", ".join(filter(None, names)))


def _fields(trace_input: TraceInput, match: Match, decision: Decision) -> Iterator[TraceStep]:
    """The value that each mapped field should have, unless the person is skipped or access ends."""
    employee, context = trace_input.entitlement.employee, trace_input.context
    if decision.skipped or trace_input.entitlement.access is Access.END:
        return
    zone = days.zone_of(employee, context.settings)
    in_force = overrides.in_force(trace_input.inputs.overrides, context.now, zone)
    inputs = replace(trace_input.inputs, overrides=in_force)
    values, _ = desired_fields(
        employee,
        inputs.facts,
        context.settings,
        context.fields,
        is_first=match.situation in (MatchSituation.UNLINKED, MatchSituation.UNMATCHED),
        held_fields={name.removeprefix(FIELD) for name in inputs.held_values},
    )
    for row in context.settings.mapping:
        if row.field_key in values:
            yield _step(StepName.FIELD, "A4", values[row.field_key] or "empty", row.field_key)
        else:
            yield _step(StepName.FIELD, "D11", "left as it is", row.field_key)


def _finding(name: StepName, finding: Finding, trace_input: TraceInput) -> TraceStep:
    code, since = finding.code, trace_input.since.get(finding.code)
    return _step(name, code, finding.detail, finding.subject, since, finding.hint)


def _decision(trace_input: TraceInput, decision: Decision) -> TraceStep:
    if decision.skipped:
        code, subject = decision.skipped.code, decision.skipped.subject
        since = trace_input.since.get(code)
        return _step(StepName.DECISION, code, "skipped", subject, since, decision.skipped.hint)
    operation = decision.operation
    if operation is None:
        return _step(StepName.DECISION, "A2", "unchanged")
    return _step(
        StepName.DECISION, _RULES[operation.kind], operation.kind.value, ", ".join(sorted(operation.after))
    )


def _step(
    name: StepName, rule: str, value: str, subject: str = "", since: datetime | None = None, hint: str = ""
) -> TraceStep:
    """A step; with who can fix it where its rule is a finding's code."""
    who = FINDINGS[rule].fixed_by if rule in FINDINGS else FixedBy.NOBODY
    return TraceStep(name, rule, value, subject, since, who, hint)
