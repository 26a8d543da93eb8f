"""How a new account starts: its state and the mail about it, as configured and as far as the host can."""

from connector.core.model.account import AccountState, Link, Mail
from connector.core.model.operation import Finding
from connector.core.model.settings import AddAs, Settings
from connector.core.ports.host import Capabilities


def first_state(settings: Settings, capabilities: Capabilities) -> AccountState:
    """The state of a new account (rule A38): active with SSO or where the host has no pending accounts."""
    is_pending = settings.policy.add_as is AddAs.PENDING_INVITATION and not settings.sso
    return AccountState.PENDING if is_pending and capabilities.pending else AccountState.ACTIVE


def first_mail(settings: Settings, capabilities: Capabilities) -> Mail:
    """The mail about a new account: none with SSO (rule A16) or where the host sends no mail."""
    return settings.policy.add_as.mail if capabilities.invite and not settings.sso else Mail.NONE


def restored_state(link: Link, settings: Settings, capabilities: Capabilities) -> AccountState:
    """The state of a reactivated account (rule D9): pending again if its invitation was never answered."""
    is_pending = link.unanswered and capabilities.pending and not settings.sso
    return AccountState.PENDING if is_pending else AccountState.ACTIVE


def repeated_mail(link: Link, settings: Settings, capabilities: Capabilities) -> Mail:
    """The mail about a reactivated account (rule D28): a new invitation if it waits for an answer to an old one.

    None while its mail is held: then an admin decides when it goes out.
    """
    is_pending = restored_state(link, settings, capabilities) is AccountState.PENDING
    is_repeated = is_pending and capabilities.invite and not link.mail_held
    return Mail.INVITATION if is_repeated else Mail.NONE


def invitation_findings(settings: Settings, capabilities: Capabilities) -> list[Finding]:
    """What the invite configuration needs and this host cannot do."""
    add_as = settings.policy.add_as
    if settings.sso:
        return []
    lacks = {
        "mail_not_offered": add_as.mail is not Mail.NONE and not capabilities.invite,
        "pending_not_offered": add_as is AddAs.PENDING_INVITATION and not capabilities.pending,
    }
    return [Finding(code) for code, is_lacking in lacks.items() if is_lacking]
