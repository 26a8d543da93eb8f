"""The order of things, written once: settle, read, plan, guard, apply, mail.

It knows the steps and no edge. What goes in is a `Parts`; what comes out is what became of the plan. Nothing is
decided here: decisions are `core.rules.decide`'s, and what they mean is written to the ledger.
"""

from connector.core.ports.ledger import AppliedRun
from connector.engine.apply import apply
from connector.engine.context import RunContext, RunEnding, RunResult
from connector.engine.mail import send_mail
from connector.engine.plan import make_plan, recheck
from connector.engine.read import read
from connector.engine.settle import settle
from connector.engine.undo import plan_undo
from connector.errors import UnsafePlan


def preview(parts: RunContext) -> RunResult:
    """Read and plan; the LMS is not touched. Whatever would hold the plan is told."""
    settle(parts)
    heard = read(parts)
    digest, held = make_plan(parts, heard, tell_effect=True)
    return RunResult(RunEnding.PREVIEWED, digest, heard.count, held)


def run(parts: RunContext) -> RunResult:
    """Read, plan, and apply what the guard lets through."""
    settle(parts)
    started_at = parts.clock()
    heard = read(parts)
    digest, held = make_plan(parts, heard)
    if held:
        return RunResult(RunEnding.HELD, digest, heard.count, held)
    apply(parts)
    send_mail(parts)
    if heard.only is None:
        parts.ledger.applied(started_at)
    return RunResult(RunEnding.APPLIED, digest, heard.count)


def apply_plan(parts: RunContext, approved: str | None) -> RunResult:
    """Apply rows of a plan that was stored earlier and has been approved: what is not due any more is left out.

    `approved` is the digest of the whole plan, None when some of its rows are applied. Raises UnsafePlan when the rows
    are not those that were looked at.
    """
    settle(parts)
    digest = recheck(parts)
    if approved is not None and digest != approved:
        raise UnsafePlan(
            "The stored plan is not the one that was approved. Nothing was changed; preview again."
        )
    apply(parts)
    send_mail(parts)
    return RunResult(RunEnding.APPLIED, digest, 0)


def undo(parts: RunContext, past: AppliedRun) -> RunResult:
    """Take back what an earlier run has done, where it still stands; no mail goes out, and none can be taken back."""
    settle(parts)
    digest = plan_undo(parts, past)
    apply(parts)
    return RunResult(RunEnding.APPLIED, digest, 0)


def mail_only(parts: RunContext) -> RunResult:
    """Send the mails that are owed, and nothing else."""
    settle(parts)
    send_mail(parts)
    return RunResult(RunEnding.APPLIED, "", 0)
