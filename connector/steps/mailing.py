"""Mail: its own step with its own outcome, apart from what became of the account."""

from connector.core.ports import Invitation
from connector.steps.applying import expect
from connector.steps.parts import Parts


def send_mail(parts: Parts) -> None:
    """Send every mail that is owed."""
    capabilities = parts.host.capabilities()
    if not capabilities.invite:
        return
    done = 0
    for mails in parts.mails.owed(capabilities.batch_size):
        parts.mails.begin(mails)
        outcomes = parts.host.invite([Invitation(mail.account_id, mail.mail) for mail in mails])
        expect(len(mails), outcomes)
        parts.mails.record(mails, outcomes)
        done += len(mails)
        parts.ledger.progress("mail", done)
