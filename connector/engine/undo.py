"""Undo: everything that an earlier run has done and that still stands is planned to be taken back (rule X6)."""

from collections.abc import Sequence

from connector.core.model.run import RunPhase
from connector.core.ports.host import Host, Key, KeyKind
from connector.core.ports.ledger import AppliedEntry, AppliedRun, Reversal
from connector.core.rules import plan, undo
from connector.engine.context import RunContext
from connector.engine.settle import find


def plan_undo(parts: RunContext, past: AppliedRun) -> str:
    """Store how the rows of an earlier run are taken back, the last that was applied first; gives the plan's digest."""
    parts.ledger.progress(RunPhase.PLAN)
    digest, done = plan.PlanDigest(), 0
    for rows in past.done():
        planned = reversals(parts.host, rows)
        digest.add(one.operation for one in planned if not one.left)
        parts.ledger.store_reversals(planned)
        done += len(rows)
        parts.ledger.progress(RunPhase.PLAN, done)
    parts.ledger.planned(digest.text)
    return digest.text


def reversals(host: Host, rows: Sequence[AppliedEntry]) -> list[Reversal]:
    """How these rows are taken back, as their accounts are now; nothing is changed."""
    wanted = [Key(KeyKind.ID, row.operation.account_id or "") for row in rows]
    found = find(host, wanted)
    accounts = [found.get(key, ()) for key in wanted]
    return [
        undo.reverse(row, theirs[0] if theirs else None) for row, theirs in zip(rows, accounts, strict=True)
    ]
