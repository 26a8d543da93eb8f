"""Undo: everything that an earlier run has done and that still stands is planned to be taken back (rule X6)."""

from collections.abc import Sequence

from connector.core import plan, undoing
from connector.core.ledger import Done, Past, Reversal
from connector.core.ports import Host, Key, KeyKind
from connector.steps.parts import Parts
from connector.steps.settling import find


def plan_undo(parts: Parts, past: Past) -> str:
    """Store how the rows of an earlier run are taken back, the last that was applied first; gives the plan's digest."""
    parts.ledger.progress("plan")
    digest, done = plan.PlanDigest(), 0
    for rows in past.done():
        planned = reversals(parts.host, rows)
        digest.add(one.operation for one in planned if not one.left)
        parts.ledger.store_reversals(planned)
        done += len(rows)
        parts.ledger.progress("plan", done)
    parts.ledger.planned(digest.text)
    return digest.text


def reversals(host: Host, rows: Sequence[Done]) -> list[Reversal]:
    """How these rows are taken back, as their accounts are now; nothing is changed."""
    wanted = [Key(KeyKind.ID, row.operation.account_id or "") for row in rows]
    found = find(host, wanted)
    accounts = [found.get(key, ()) for key in wanted]
    return [
        undoing.reverse(row, theirs[0] if theirs else None)
        for row, theirs in zip(rows, accounts, strict=True)
    ]
