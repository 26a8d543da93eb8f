"""Plan: decide about everybody who has to be decided about, and store it; or look whether a stored plan still holds."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from connector.core.model.decision_input import DecisionInput
from connector.core.model.limits import PlanHold
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.model.run import RunPhase
from connector.core.model.settings import Settings
from connector.core.ports.host import Host
from connector.core.ports.optional import Effect, SupportsEffectPreview, SupportsGroups
from connector.core.rules import limits, plan
from connector.core.rules.access import entitlement
from connector.core.rules.correlation import keys
from connector.core.rules.decide import DecisionContext, decide
from connector.engine.context import RunContext
from connector.engine.read import ReadSummary
from connector.engine.settle import find
from connector.errors import HostContractError


def make_plan(
    parts: RunContext, heard: ReadSummary, *, tell_effect: bool = False
) -> tuple[str, PlanHold | None]:
    """Decide about everybody who is dirty, or `heard.only`; gives the plan's digest and why it is held, if it is.

    With `tell_effect` the host is asked what each row would do to somebody's training, where it can say (rule X3).
    """
    parts.ledger.progress(RunPhase.PLAN)
    if heard.only is None:
        _mark_edits(parts)
    world, digest = decision_context(parts.host, parts.settings, parts.clock()), plan.PlanDigest()
    planned, done = limits.tally(()), 0
    for cases in parts.mirror.cases(heard.only):
        decisions = _decide_chunk(parts, cases, world)
        operations = [decision.operation for decision in decisions if decision.operation]
        digest.add(operations)
        planned.update(limits.tally(operations))
        parts.ledger.store(decisions, _effects(parts, operations) if tell_effect else ())
        done += len(cases)
        parts.ledger.progress(RunPhase.PLAN, done)
    counts = parts.ledger.planned(digest.text)
    over = limits.check_limits(
        planned, counts.week, counts.linked, parts.settings.policy.limits, first=counts.first
    )
    return digest.text, limits.with_feed_warning(over, heard.doubt)


def recheck(parts: RunContext) -> str:
    """Decide anew about everybody in a plan that was stored earlier, and drop the rows that are not due any more.

    Gives the digest of what was approved: that of the rows as they were stored.
    """
    parts.ledger.progress(RunPhase.PLAN)
    world = decision_context(parts.host, parts.settings, parts.clock())
    digest, done = plan.PlanDigest(), 0
    for entries in parts.ledger.approved():
        digest.add(entry.operation for entry in entries)
        decisions = [
            decision
            for cases in parts.mirror.cases([entry.operation.person_key for entry in entries])
            for decision in _decide_chunk(parts, cases, world)
        ]
        due = {decision.person_key: decision.operation for decision in decisions}
        moved = [entry for entry in entries if due.get(entry.operation.person_key) != entry.operation]
        parts.ledger.drop(moved)
        done += len(entries)
        parts.ledger.progress(RunPhase.PLAN, done)
    return digest.text


def _effects(parts: RunContext, operations: Sequence[Operation]) -> Sequence[Effect]:
    """One effect an operation; none when the host cannot say."""
    if not operations or not isinstance(parts.host, SupportsEffectPreview):
        return ()
    asked = [
        plan.new_account(one) if one.kind is OperationKind.CREATE else plan.change(one) for one in operations
    ]
    effects = parts.host.effect(asked)
    if len(effects) != len(operations):
        raise HostContractError(
            f"The Host class told {len(effects)} effects of {len(operations)} rows; it owes one each."
        )
    return effects


def decision_context(host: Host, settings: Settings, now: datetime) -> DecisionContext:
    """What all decisions about this portal share; the host is asked for its groups once, when one is needed."""

    @cache
    def groups() -> frozenset[str]:
        return (
            frozenset(group.group_id for group in host.groups())
            if isinstance(host, SupportsGroups)
            else frozenset()
        )

    fields = {field.key: field for field in host.fields()}
    return DecisionContext(settings, fields, now, host.capabilities(), groups)


def _mark_edits(parts: RunContext) -> None:
    since = parts.ledger.edits_seen_at()
    if since and parts.host.capabilities().changed_since:
        parts.mirror.mark_edited(parts.host.changed_since(since))
    else:
        parts.mirror.mark_edited(None)


def _decide_chunk(
    parts: RunContext, cases: Sequence[DecisionInput], world: DecisionContext
) -> list[Decision]:
    dues = [entitlement.entitlement_of(case.person, world.settings, world.now, case.facts) for case in cases]
    pairs = list(zip(cases, dues, strict=True))
    found = find(parts.host, [key for case, due in pairs for key in keys(due.employee, case.link)])
    owners = parts.mirror.owners(sorted({one.account_id for accounts in found.values() for one in accounts}))
    return [decide(case, due, found, owners, world) for case, due in pairs]
