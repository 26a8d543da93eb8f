"""Mail: a step of its own with outcomes of its own, separate from the accounts, and at the portal's pace."""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.run import RunPhase
from connector.core.ports.host import Invitation, Outcome, OutcomeStatus
from connector.core.ports.ledger import OwedMail
from connector.core.rules import mail_pace
from connector.core.rules.values.lms_texts import checked_outcome
from connector.engine.answers import check_count
from connector.engine.context import RunContext
from connector.engine.settle import mails_by_lookup


def send_mail(context: RunContext) -> None:
    """Send every mail that is owed and may go out now; the others stay owed (rule X14)."""
    capabilities = context.host.capabilities()
    allowed = _allowance(context)
    if not capabilities.invite or allowed == 0:
        return
    done = 0
    for owed in context.mails.owed(capabilities.batch_size):
        mails = owed if allowed is None else owed[: allowed - done]
        if not mails:
            return
        context.mails.begin(mails)
        context.mails.record(mails, _send(context, mails))
        done += len(mails)
        context.progress(RunPhase.MAIL, done)


def _send(context: RunContext, mails: Sequence[OwedMail]) -> Sequence[Outcome]:
    """The outcomes of one batch; a mail with an unknown outcome is looked up on its account, never sent again."""
    began_at = context.clock()
    answers = context.host.invite([Invitation(mail.account_id, mail.mail) for mail in mails])
    check_count(len(mails), answers)
    outcomes = [checked_outcome(outcome) for outcome in answers]
    unknown = [index for index, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    begun = [replace(mails[index], begun_at=began_at) for index in unknown]
    looked_up = mails_by_lookup(context.host, begun) if begun else []
    for index, outcome in zip(unknown, looked_up, strict=True):
        # A mail that the account does not show yet may still be on its way, so it stays unknown.
        outcomes[index] = outcome if outcome.status.is_done else outcomes[index]
    return outcomes


def _allowance(context: RunContext) -> int | None:
    settings, now = context.settings, context.clock()
    is_limited = settings.policy.mail_pace.per_hour
    sent = context.mails.begun_since(now - mail_pace.SPAN) if is_limited else 0
    return mail_pace.allowance(settings.policy.mail_pace, sent, now, settings.time_zone)
