"""Why somebody is in the state they are in (rule X8): the way from the Paycor record to the account, step by step.

In: what a decision is made of. Out: the steps as plain values, the decision last. Nothing is decided here: each step
is the answer of the very function that decides, so that a trace cannot say anything else than what is done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from connector.core.model.account import Account
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee
from connector.core.model.findings import FINDINGS, Who
from connector.core.model.operation import FIELD, Decision, Finding, OperationKind, Situation
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


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the way. `name` says which, `value` what was seen there, `subject` of what, if of one thing of many:
    of an operation, the names of the values it writes.

    `rule` is the code of a finding where there is one, else of the rule. `since` is when it was first found so, where
    that is known. Of a finding, `who` can mend it, and `advice` says how.
    """

    name: str
    rule: str = ""
    value: str = ""
    subject: str = ""
    since: datetime | None = None
    who: Who = "nobody"
    advice: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TraceInput:
    """What a decision is made of, as `decide` is given it. `since` says by code when each finding was first made."""

    case: DecisionInput
    due: Entitlement
    found: Found
    owners: Mapping[str, str]
    world: DecisionContext
    since: Mapping[str, datetime]


def trace(asked: TraceInput) -> tuple[TraceStep, ...]:
    """The steps from the records of one human to what is decided about them, which is the last one."""
    case, due = asked.case, asked.due
    apart = case.separated_accounts
    match = correlate(due.employee, case.link, case.facts, asked.found, asked.owners, apart)
    decision = decide(case, due, asked.found, asked.owners, asked.world)
    return (
        *_records(case, due),
        *_record(due.employee, asked.world),
        *_overrides(asked),
        _due(asked),
        _account(asked, match),
        *_fields(asked, match, decision),
        *(_finding("finding", one, asked) for one in decision.findings),
        _decision(asked, decision),
    )


def trace_unlisted(
    onboarding: Finding | None, account: Account | None, since: datetime | None
) -> tuple[TraceStep, ...]:
    """The steps for somebody whom Paycor's list has never had: still being onboarded, or known to the LMS alone."""
    code = onboarding.code if onboarding else ""
    return (
        _step("record", code or "D1", "onboarding" if code else "not listed", since=since),
        _step("account", "D1", account.state.value, account.account_id)
        if account
        else _step("account", "D1", "none"),
        _step("decision", code or "D1", "skipped", since=since),
    )


def _records(case: DecisionInput, due: Entitlement) -> Iterator[TraceStep]:
    """Every employment, the one that decides for all first."""
    rule = "D3" if len(case.person.employees) > 1 else "D1"
    others = [one for one in case.person.employees if one != due.employee]
    for employee in (due.employee, *others):
        reads = case.person.absent_reads.get(employee.employee_id, 0)
        value = f"missing from {reads} complete reads in a row" if reads else "listed"
        yield _step("record", "D10" if reads else rule, value, employee.employee_id)


def _record(employee: Employee, world: DecisionContext) -> Iterator[TraceStep]:
    """Status and dates of the employment that decides, with the days on which it begins and ends."""
    if employee.problem:
        yield _step("problem", "unreadable", employee.problem)
    yield _step("status", "D4", employee.status_text or "none", employee.status.value)
    dates = (employee.hire_date, employee.rehire_date, employee.termination_date)
    for name, day in zip(("hire_date", "rehire_date", "termination_date"), dates, strict=True):
        if day:
            yield TraceStep(name, "D7" if name == "termination_date" else "D8", day.isoformat())
    if not employee.problem:
        today = days.today(world.now, days.zone_of(employee, world.settings))
        yield from _day("begins", "A37", starts_on(employee, world.settings.policy, today))
        yield from _day("ends", "A22", ends_on(employee, today))


def _day(name: str, rule: str, day: date | None) -> Iterator[TraceStep]:
    if day:
        yield TraceStep(name, rule, day.isoformat())


def _overrides(asked: TraceInput) -> Iterator[TraceStep]:
    zone = days.zone_of(asked.due.employee, asked.world.settings)
    for one in overrides.in_force(asked.case.overrides, asked.world.now, zone):
        yield _step("override", "X16", f"{one.kind.value} until {one.until.isoformat()}", one.name)


def _due(asked: TraceInput) -> TraceStep:
    """What they are due, and why; within the scope or not is a part of it."""
    due, code = asked.due, asked.due.reason
    where = scope.scope_verdict(due.employee, asked.case.facts, asked.world.settings.policy.scope)
    return _step("due", code or "X13", due.access.value, where.value, asked.since.get(code))


def _account(asked: TraceInput, match: Match) -> TraceStep:
    account = match.account
    subject = account.account_id if account else asked.case.link.account_id if asked.case.link else ""
    value = f"{match.situation.value}, {account.state.value}" if account else match.situation.value
    return _step("account", match.reason or "D1", value, subject, asked.since.get(match.reason))


def _fields(asked: TraceInput, match: Match, decision: Decision) -> Iterator[TraceStep]:
    """The value that each mapped field is to have, unless nothing is done about the person or access ends."""
    due, world = asked.due, asked.world
    if decision.skipped or due.access is Access.END:
        return
    zone = days.zone_of(due.employee, world.settings)
    in_force = overrides.in_force(asked.case.overrides, world.now, zone)
    held = {name.removeprefix(FIELD) for name in replace(asked.case, overrides=in_force).held_values}
    values, _ = desired_fields(
        due.employee,
        asked.case.facts,
        world.settings,
        world.fields,
        is_first=match.situation in (Situation.UNLINKED, Situation.UNMATCHED),
        held=held,
    )
    for row in world.settings.mapping:
        seen = (values[row.field_key] or "empty") if row.field_key in values else "left as it is"
        yield _step("field", "D11" if row.field_key not in values else "A4", seen, row.field_key)


def _finding(name: str, finding: Finding, asked: TraceInput) -> TraceStep:
    code, since = finding.code, asked.since.get(finding.code)
    return _step(name, code, finding.detail, finding.subject, since, finding.hint)


def _decision(asked: TraceInput, decision: Decision) -> TraceStep:
    if decision.skipped:
        code, subject = decision.skipped.code, decision.skipped.subject
        return _step("decision", code, "skipped", subject, asked.since.get(code))
    operation = decision.operation
    if operation is None:
        return _step("decision", "A2", "unchanged")
    return _step("decision", _RULES[operation.kind], operation.kind.value, ", ".join(sorted(operation.after)))


def _step(
    name: str, rule: str, value: str, subject: str = "", since: datetime | None = None, hint: str = ""
) -> TraceStep:
    """A step; where its rule is a finding's code, with whose move it is and what to do."""
    kind = FINDINGS.get(rule)
    who, advice = (kind.who, kind.advice) if kind else ("nobody", "")
    return TraceStep(name, rule, value, subject, since, who, advice, hint)
