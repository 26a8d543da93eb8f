"""Plan: decide about everybody who has to be decided about, and store it; or look whether a stored plan still holds."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from connector.core import guard, lifecycle, plan
from connector.core.correlation import keys
from connector.core.decide import World, decide
from connector.core.guard import Held
from connector.core.ledger import Case
from connector.core.offers import Effect, KeepsGroups, TellsEffect
from connector.core.ports import Host
from connector.core.records import Decision, Kind, Operation
from connector.core.settings import Settings
from connector.errors import HostContractError
from connector.steps.parts import Parts
from connector.steps.reading import Heard
from connector.steps.settling import find


def make_plan(parts: Parts, heard: Heard, *, tell_effect: bool = False) -> tuple[str, Held | None]:
    """Decide about everybody who is dirty, or `heard.only`; gives the plan's digest and why it is held, if it is.

    With `tell_effect` the host is asked what each row would do to somebody's training, where it can say (rule X3).
    """
    parts.ledger.progress("plan")
    if heard.only is None:
        _notice_edits(parts)
    world, digest = world_of(parts.host, parts.settings, parts.clock()), plan.PlanDigest()
    planned, done = guard.tally(()), 0
    for cases in parts.mirror.cases(heard.only):
        decisions = _decide_chunk(parts, cases, world)
        operations = [decision.operation for decision in decisions if decision.operation]
        digest.add(operations)
        planned.update(guard.tally(operations))
        parts.ledger.store(decisions, _effects(parts, operations) if tell_effect else ())
        done += len(cases)
        parts.ledger.progress("plan", done)
    counts = parts.ledger.planned(digest.text)
    over = guard.held(planned, counts.week, counts.linked, parts.settings.policy.limits, first=counts.first)
    return digest.text, guard.doubted(over, heard.doubt)


def recheck(parts: Parts) -> str:
    """Decide anew about everybody in a plan that was stored earlier, and drop the rows that are not due any more.

    Gives the digest of what was approved: that of the rows as they were stored.
    """
    parts.ledger.progress("plan")
    world = world_of(parts.host, parts.settings, parts.clock())
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
        parts.ledger.progress("plan", done)
    return digest.text


def _effects(parts: Parts, operations: Sequence[Operation]) -> Sequence[Effect]:
    """One effect an operation; none when the host cannot say."""
    if not operations or not isinstance(parts.host, TellsEffect):
        return ()
    asked = [plan.new_account(one) if one.kind is Kind.CREATE else plan.change(one) for one in operations]
    effects = parts.host.effect(asked)
    if len(effects) != len(operations):
        raise HostContractError(
            f"The Host class told {len(effects)} effects of {len(operations)} rows; it owes one each."
        )
    return effects


def world_of(host: Host, settings: Settings, now: datetime) -> World:
    """What all decisions about this portal share; the host is asked for its groups once, when one is needed."""

    @cache
    def groups() -> frozenset[str]:
        return (
            frozenset(group.group_id for group in host.groups())
            if isinstance(host, KeepsGroups)
            else frozenset()
        )

    fields = {field.key: field for field in host.fields()}
    return World(settings, fields, now, host.capabilities(), groups)


def _notice_edits(parts: Parts) -> None:
    since = parts.ledger.edits_seen_at()
    if since and parts.host.capabilities().changed_since:
        parts.mirror.mark_edited(parts.host.changed_since(since))
    else:
        parts.mirror.mark_edited(None)


def _decide_chunk(parts: Parts, cases: Sequence[Case], world: World) -> list[Decision]:
    dues = [lifecycle.standing(case.person, world.settings, world.now, case.facts) for case in cases]
    pairs = list(zip(cases, dues, strict=True))
    found = find(parts.host, [key for case, due in pairs for key in keys(due.employee, case.link)])
    owners = parts.mirror.owners(sorted({one.account_id for accounts in found.values() for one in accounts}))
    return [decide(case, due, found, owners, world) for case, due in pairs]
