"""Undo: plan to take back everything that an earlier run did and that was not edited since (rule X6)."""

from collections.abc import Sequence

from connector.core.model.run import RunPhase
from connector.core.ports.host import Host, Key, KeyKind
from connector.core.ports.ledger import AppliedEntry, AppliedRun, Reversal
from connector.core.rules import plan, undo
from connector.engine.context import RunContext
from connector.engine.settle import find


def plan_undo(context: RunContext, past: AppliedRun) -> str:
    """Store how the rows of an earlier run are taken back, last applied first; returns the plan's digest."""
    context.progress(RunPhase.PLAN)
    digest, done = plan.PlanDigest(), 0
    for rows in past.done():
        planned = reversals(context.host, rows)
        digest.add(one.operation for one in planned if not one.left)
        context.ledger.store_reversals(planned)
        done += len(rows)
        context.progress(RunPhase.PLAN, done)
    context.ledger.close_plan(digest.text)
    return digest.text


def reversals(host: Host, rows: Sequence[AppliedEntry]) -> list[Reversal]:
    """How these rows are taken back, given their accounts as they are now; nothing is changed."""
    keys = [Key(KeyKind.ID, row.operation.account_id or "") for row in rows]
    found = find(host, keys)
    return [
        undo.reverse(row, next(iter(found.get(key, ())), None)) for row, key in zip(rows, keys, strict=True)
    ]
