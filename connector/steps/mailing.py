"""Mail: its own step with its own outcome, apart from what became of the account, and at the portal's own pace."""

from connector.core import pace
from connector.core.ports import Invitation
from connector.steps.applying import expect
from connector.steps.parts import Parts


def send_mail(parts: Parts) -> None:
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
        outcomes = parts.host.invite([Invitation(mail.account_id, mail.mail) for mail in now])
        expect(len(now), outcomes)
        parts.mails.record(now, outcomes)
        done += len(now)
        parts.ledger.progress("mail", done)


def _allowance(parts: Parts) -> int | None:
    settings, now = parts.settings, parts.clock()
    capped = settings.policy.mail_pace.per_hour
    sent = parts.mails.begun_since(now - pace.SPAN) if capped else 0
    return pace.allowance(settings.policy.mail_pace, sent, now, settings.time_zone)
