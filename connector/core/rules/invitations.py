"""How somebody gets in: the state of their account and the mail about it, as chosen and as far as the host can."""

from connector.core.model.account import AccountState, Link, Mail
from connector.core.model.operation import Finding
from connector.core.model.settings import AddAs, Settings
from connector.core.ports.host import Capabilities


def first_state(settings: Settings, can: Capabilities) -> AccountState:
    """The state of a new account (rule A38): without pending accounts, or with SSO, it is active."""
    waits = settings.policy.add_as is AddAs.PENDING_INVITATION and not settings.sso
    return AccountState.PENDING if waits and can.pending else AccountState.ACTIVE


def first_mail(settings: Settings, can: Capabilities) -> Mail:
    """The mail about a new account: none where learners sign in elsewhere (rule A16) or the host mails nobody."""
    return settings.policy.add_as.mail if can.invite and not settings.sso else Mail.NONE


def state_again(link: Link, settings: Settings, can: Capabilities) -> AccountState:
    """The state in which a suspended account comes back (rule D9): who never answered is still to answer."""
    waits = link.unanswered and can.pending and not settings.sso
    return AccountState.PENDING if waits else AccountState.ACTIVE


def invitation_findings(settings: Settings, can: Capabilities) -> list[Finding]:
    """What the invite configuration asks for and this host cannot do."""
    add_as = settings.policy.add_as
    if settings.sso:
        return []
    lacking = {
        "mail_not_offered": add_as.mail is not Mail.NONE and not can.invite,
        "pending_not_offered": add_as is AddAs.PENDING_INVITATION and not can.pending,
    }
    return [Finding(code) for code, lacks in lacking.items() if lacks]
