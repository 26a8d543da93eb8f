"""Mail: its own step with its own outcome, apart from what became of the account, and at the portal's own pace."""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.run import RunPhase
from connector.core.ports.host import Invitation, Outcome, OutcomeStatus
from connector.core.ports.ledger import OwedMail
from connector.core.rules import mail_pace
from connector.engine.apply import expect
from connector.engine.context import RunContext
from connector.engine.settle import mails_by_lookup


def send_mail(parts: RunContext) -> None:
    """Send every mail that is owed and may go out now; the others stay owed (rule X14)."""
    capabilities = parts.host.capabilities()
    left = _allowance(parts)
    if not capabilities.invite or left == 0:
        return
    done = 0
    for mails in parts.mails.owed(capabilities.batch_size):
        now = mails if left is None else mails[: left - done]
        if not now:
            return
        parts.mails.begin(now)
        parts.mails.record(now, _send(parts, now))
        done += len(now)
        parts.ledger.progress(RunPhase.MAIL, done)


def _send(parts: RunContext, mails: Sequence[OwedMail]) -> Sequence[Outcome]:
    """The outcomes of one batch. A mail that the LMS is not sure of is looked for on the account, never sent again."""
    began_at = parts.clock()
    outcomes = list(parts.host.invite([Invitation(mail.account_id, mail.mail) for mail in mails]))
    expect(len(mails), outcomes)
    unclear = [place for place, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    begun = [replace(mails[place], begun_at=began_at) for place in unclear]
    looked = mails_by_lookup(parts.host, begun) if begun else []
    for place, outcome in zip(unclear, looked, strict=True):
        # What is not there yet may still be on its way.
        outcomes[place] = outcome if outcome.status.is_done else outcomes[place]
    return outcomes


def _allowance(parts: RunContext) -> int | None:
    settings, now = parts.settings, parts.clock()
    capped = settings.policy.mail_pace.per_hour
    sent = parts.mails.begun_since(now - mail_pace.SPAN) if capped else 0
    return mail_pace.allowance(settings.policy.mail_pace, sent, now, settings.time_zone)
