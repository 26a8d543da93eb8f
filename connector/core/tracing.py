"""Why somebody is in the state they are in (rule X8): the way from the Paycor record to the account, step by step.

In: what a decision is made of. Out: the steps as plain values, the decision last. Nothing is decided here: each step
is the answer of the very function that decides, so that a trace cannot say anything else than what is done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from connector.core import days, overrides, scope
from connector.core.correlation import Match, correlate
from connector.core.decide import World, decide
from connector.core.findings import FINDINGS, Who
from connector.core.ledger import Case
from connector.core.lifecycle import Access, Standing, ends_on, starts_on
from connector.core.mapping import desired_fields
from connector.core.plan import FIELD
from connector.core.ports import Found
from connector.core.records import Account, Decision, Employee, Finding, Kind, Situation

#: The rule behind each kind of operation.
_RULES = {
    Kind.CREATE: "A5",
    Kind.LINK: "A9",
    Kind.UPDATE: "A2",
    Kind.SUSPEND: "A22",
    Kind.REACTIVATE: "D9",
    Kind.UNLINK: "X6",
}


@dataclass(frozen=True, slots=True)
class Step:
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
class Asked:
    """What a decision is made of, as `decide` is given it. `since` says by code when each finding was first made."""

    case: Case
    due: Standing
    found: Found
    owners: Mapping[str, str]
    world: World
    since: Mapping[str, datetime]


def trace(asked: Asked) -> tuple[Step, ...]:
    """The steps from the records of one human to what is decided about them, which is the last one."""
    case, due = asked.case, asked.due
    apart = overrides.apart(case.overrides)
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
) -> tuple[Step, ...]:
    """The steps for somebody whom Paycor's list has never had: still being onboarded, or known to the LMS alone."""
    code = onboarding.code if onboarding else ""
    return (
        _step("record", code or "D1", "onboarding" if code else "not listed", since=since),
        _step("account", "D1", account.state.value, account.account_id)
        if account
        else _step("account", "D1", "none"),
        _step("decision", code or "D1", "skipped", since=since),
    )


def _records(case: Case, due: Standing) -> Iterator[Step]:
    """Every employment, the one that decides for all first."""
    rule = "D3" if len(case.person.employees) > 1 else "D1"
    others = [one for one in case.person.employees if one != due.employee]
    for employee in (due.employee, *others):
        reads = case.person.absent_reads.get(employee.employee_id, 0)
        value = f"missing from {reads} complete reads in a row" if reads else "listed"
        yield _step("record", "D10" if reads else rule, value, employee.employee_id)


def _record(employee: Employee, world: World) -> Iterator[Step]:
    """Status and dates of the employment that decides, with the days on which it begins and ends."""
    if employee.problem:
        yield _step("problem", "unreadable", employee.problem)
    yield _step("status", "D4", employee.status_text or "none", employee.status.value)
    dates = (employee.hire_date, employee.rehire_date, employee.termination_date)
    for name, day in zip(("hire_date", "rehire_date", "termination_date"), dates, strict=True):
        if day:
            yield Step(name, "D7" if name == "termination_date" else "D8", day.isoformat())
    if not employee.problem:
        today = days.today(world.now, days.zone_of(employee, world.settings))
        yield from _day("begins", "A37", starts_on(employee, world.settings.policy, today))
        yield from _day("ends", "A22", ends_on(employee, today))


def _day(name: str, rule: str, day: date | None) -> Iterator[Step]:
    if day:
        yield Step(name, rule, day.isoformat())


def _overrides(asked: Asked) -> Iterator[Step]:
    zone = days.zone_of(asked.due.employee, asked.world.settings)
    for one in overrides.in_force(asked.case.overrides, asked.world.now, zone):
        yield _step("override", "X16", f"{one.kind.value} until {one.until.isoformat()}", one.name)


def _due(asked: Asked) -> Step:
    """What they are due, and why; within the scope or not is a part of it."""
    due, code = asked.due, asked.due.reason
    where = scope.place(due.employee, asked.case.facts, asked.world.settings.policy.scope)
    return _step("due", code or "X13", due.access.value, where.value, asked.since.get(code))


def _account(asked: Asked, match: Match) -> Step:
    account = match.account
    subject = account.account_id if account else asked.case.link.account_id if asked.case.link else ""
    value = f"{match.situation.value}, {account.state.value}" if account else match.situation.value
    return _step("account", match.reason or "D1", value, subject, asked.since.get(match.reason))


def _fields(asked: Asked, match: Match, decision: Decision) -> Iterator[Step]:
    """The value that each mapped field is to have, unless nothing is done about the person or access ends."""
    due, world = asked.due, asked.world
    if decision.skipped or due.access is Access.END:
        return
    zone = days.zone_of(due.employee, world.settings)
    in_force = overrides.held(overrides.in_force(asked.case.overrides, world.now, zone))
    held = {name.removeprefix(FIELD) for name in in_force}
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


def _finding(name: str, finding: Finding, asked: Asked) -> Step:
    code, since = finding.code, asked.since.get(finding.code)
    return _step(name, code, finding.detail, finding.subject, since, finding.hint)


def _decision(asked: Asked, decision: Decision) -> Step:
    if decision.skipped:
        code, subject = decision.skipped.code, decision.skipped.subject
        return _step("decision", code, "skipped", subject, asked.since.get(code))
    operation = decision.operation
    if operation is None:
        return _step("decision", "A2", "unchanged")
    return _step("decision", _RULES[operation.kind], operation.kind.value, ", ".join(sorted(operation.after)))


def _step(
    name: str, rule: str, value: str, subject: str = "", since: datetime | None = None, hint: str = ""
) -> Step:
    """A step; where its rule is a finding's code, with whose move it is and what to do."""
    kind = FINDINGS.get(rule)
    who, advice = (kind.who, kind.advice) if kind else ("nobody", "")
    return Step(name, rule, value, subject, since, who, advice, hint)
