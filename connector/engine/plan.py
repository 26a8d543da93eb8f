"""Plan: decide about everyone who needs a decision and store the plan; or check whether a stored plan still fits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from connector.core.model.decision_input import DecisionInput
from connector.core.model.findings import REST_ON_OTHER_ACCOUNTS
from connector.core.model.limits import PlanHold
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.model.run import RunPhase
from connector.core.model.settings import Settings
from connector.core.ports.host import Found, Host, KeyKind
from connector.core.ports.optional import Effect, SupportsEffectPreview, SupportsGroups
from connector.core.rules import limits, plan
from connector.core.rules.access.entitlement import entitlement_of
from connector.core.rules.correlation import keys
from connector.core.rules.decide import DecisionContext, decide
from connector.core.rules.values.lms_texts import usable_ids
from connector.engine.accounts import mark_by_accounts
from connector.engine.answers import check_count
from connector.engine.context import RunContext
from connector.engine.read import ReadSummary
from connector.engine.settle import find


def make_plan(
    context: RunContext, summary: ReadSummary, *, with_effects: bool = False
) -> tuple[str, PlanHold | None]:
    """Decide about everyone who is dirty, or about `summary.only`; returns the plan's digest and why it is held.

    With `with_effects`, the host says what its own rules would do with each row, if it can (rule X3).
    """
    context.progress(RunPhase.PLAN)
    if summary.only is None:
        mark_by_accounts(context)
    # A run about some people only, asked for by an admin or an event, sends again what was refused.
    sends_refused = context.only_employee_ids is not None
    shared = decision_context(context.host, context.settings, context.clock(), sends_refused=sends_refused)
    digest = plan.PlanDigest()
    planned, done = limits.tally(()), 0
    for decisions in _decisions(context, summary.only, shared):
        operations = [decision.operation for decision in decisions if decision.operation]
        digest.add(operations)
        planned.update(limits.tally(operations))
        context.ledger.store(decisions, _effects(context.host, operations) if with_effects else ())
        done += len(decisions)
        context.progress(RunPhase.PLAN, done)
    counts = context.ledger.close_plan(digest.text)
    hold = limits.check_limits(
        planned, counts.week, counts.linked, context.settings.policy.limits, first=counts.first
    )
    return digest.text, limits.with_feed_warning(hold, summary.feed_warning)


def _decisions(
    context: RunContext, only: Sequence[str] | None, shared: DecisionContext
) -> Iterator[list[Decision]]:
    """The decisions, a chunk at a time; last about people who wait for an account that the plan may move (rule D26)."""
    waiting = list[str]()
    for chunk in context.mirror.decision_inputs(only):
        decisions = _decide_chunk(context, chunk, shared)
        last = {
            one.person_key for one in decisions if one.skipped and one.skipped.code in REST_ON_OTHER_ACCOUNTS
        }
        waiting += sorted(last)
        yield [one for one in decisions if one.person_key not in last]
    for chunk in context.mirror.decision_inputs(waiting):
        yield _decide_chunk(context, chunk, shared)


def recheck(context: RunContext) -> str:
    """Decide again about everyone in a stored plan, and mark the rows that no longer fit as outdated.

    Returns the digest of the rows as they were stored, which is what was approved.
    """
    context.progress(RunPhase.PLAN)
    shared = decision_context(context.host, context.settings, context.clock())
    digest, done = plan.PlanDigest(), 0
    for entries in context.ledger.approved():
        digest.add(entry.operation for entry in entries)
        decisions = [
            decision
            for chunk in context.mirror.decision_inputs([entry.operation.person_key for entry in entries])
            for decision in _decide_chunk(context, chunk, shared)
        ]
        operations = {decision.person_key: decision.operation for decision in decisions}
        outdated = [one for one in entries if operations.get(one.operation.person_key) != one.operation]
        context.ledger.mark_outdated(outdated)
        done += len(entries)
        context.progress(RunPhase.PLAN, done)
    return digest.text


def _effects(host: Host, operations: Sequence[Operation]) -> Sequence[Effect]:
    """One effect per operation; none when the host cannot say."""
    if not operations or not isinstance(host, SupportsEffectPreview):
        return ()
    rows = [
        plan.new_account(one) if one.kind is OperationKind.CREATE else plan.change(one) for one in operations
    ]
    effects = host.effect(rows)
    check_count(len(rows), effects, "effects")
    return effects


def decision_context(
    host: Host, settings: Settings, now: datetime, *, sends_refused: bool = False
) -> DecisionContext:
    """What all decisions about this portal share; the host's groups are read once, and only if they are needed."""

    @cache
    def groups() -> frozenset[str]:
        return (
            frozenset(group.group_id for group in host.groups())
            if isinstance(host, SupportsGroups)
            else frozenset()
        )

    fields = {field.key: field for field in host.fields()}
    return DecisionContext(settings, fields, now, host.capabilities(), groups, sends_refused)


def _decide_chunk(
    context: RunContext, chunk: Sequence[DecisionInput], shared: DecisionContext
) -> list[Decision]:
    pairs = [(one, entitlement_of(one.person, shared.settings, shared.now, one.facts)) for one in chunk]
    found = find(
        context.host,
        [key for one, entitlement in pairs for key in keys(entitlement.employee, one.link)],
    )
    account_ids = sorted({one.account_id for accounts in found.values() for one in accounts})
    account_ids = usable_ids(account_ids)
    owners = context.mirror.owners(account_ids)
    found = _once_moved(context, found, owners)
    return [decide(one, entitlement, found, owners, shared) for one, entitlement in pairs]


def _once_moved(context: RunContext, found: Found, owners: Mapping[str, str]) -> Found:
    """The accounts found by email, without those from which a row of this plan takes that address.

    Only accounts that are somebody's can be in the plan already; usually no address leads to such an account.
    """
    owned = {
        key.value
        for key, accounts in found.items()
        if key.kind is KeyKind.EMAIL and any(one.external_id or one.account_id in owners for one in accounts)
    }
    freed = context.ledger.freed(owned) if owned else {}
    if not freed:
        return found
    return {
        key: [
            one
            for one in accounts
            if key.kind is not KeyKind.EMAIL or one.account_id not in freed.get(key.value, ())
        ]
        for key, accounts in found.items()
    }
