"""The order of the steps of a run: settle, read, plan, check limits, apply, mail.

It knows the steps and no edge: a `RunContext` goes in, a `RunResult` comes out. Nothing is decided here: decisions are
`core.rules.decide`'s, and the ledger stores them.
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


def preview(context: RunContext) -> RunResult:
    """Read and plan; the LMS is not changed. The result says why the plan would be held."""
    settle(context)
    summary = read(context)
    digest, hold = make_plan(context, summary, with_effects=True)
    return RunResult(RunEnding.PREVIEWED, digest, summary.count, hold)


def run(context: RunContext) -> RunResult:
    """Read, plan, and apply what is not held of the plan."""
    settle(context)
    started_at = context.clock()
    summary = read(context)
    digest, hold = make_plan(context, summary)
    if hold and hold.holds_all:
        return RunResult(RunEnding.HELD, digest, summary.count, hold)
    if hold:
        context.ledger.hold_excess(hold.rooms)
    apply(context)
    while hold and context.ledger.admit(hold.rooms):
        apply(context)
    send_mail(context)
    if summary.only is None:
        context.ledger.mark_applied(started_at)
    return RunResult(RunEnding.PARTLY_HELD if hold else RunEnding.APPLIED, digest, summary.count, hold)


def apply_plan(context: RunContext, approved: str | None) -> RunResult:
    """Apply approved rows of a stored plan; rows that no longer fit are left out.

    `approved` is the digest of the whole plan, None when only some of its rows are applied. Raises UnsafePlan when the
    stored plan is not the approved one.
    """
    settle(context)
    digest = recheck(context)
    if approved is not None and digest != approved:
        raise UnsafePlan(
            "The stored plan is not the one that was approved, so nothing was changed. Start a new preview."
        )
    apply(context)
    send_mail(context)
    return RunResult(RunEnding.APPLIED, digest, 0)


def undo(context: RunContext, past: AppliedRun) -> RunResult:
    """Take back what an earlier run did, where it was not edited since; mails are neither taken back nor sent."""
    settle(context)
    digest = plan_undo(context, past)
    apply(context)
    return RunResult(RunEnding.APPLIED, digest, 0)


def mail_only(context: RunContext) -> RunResult:
    """Send the mails that are owed, and nothing else."""
    settle(context)
    send_mail(context)
    return RunResult(RunEnding.APPLIED, "", 0)
