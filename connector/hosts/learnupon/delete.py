"""Invitations taken back and users removed: accounts in, one outcome each out."""

from collections.abc import Callable, Sequence

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.learnupon.api import Api
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.outcomes import each, unclear

#: The invitation is in no list of the portal's, so that it cannot be taken back.
NOT_LISTED = "invite.not_listed"


def withdraw(api: Api, invites: Invites, accounts: Sequence[Account | None]) -> Sequence[Outcome]:
    """Take back the invitations of those who wait, and leave everybody else alone; None is nobody."""
    return _ended(api, invites, accounts, _left_alone)


def delete(api: Api, invites: Invites, accounts: Sequence[Account | None]) -> Sequence[Outcome]:
    """Remove learners, and take back the invitations of those who wait; None is nobody."""
    return _ended(api, invites, accounts, lambda account: _deleted(api, account))


def cancel(invites: Invites, account: Account) -> Outcome:
    """Take back the invitation of somebody who waits."""
    if not account.is_learner:
        return checks.rejected(account, checks.NOT_A_LEARNER)
    written = invites.cancel(account.account_id)
    if written is None:
        return checks.rejected(account, NOT_LISTED)
    if written.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
    return unclear(written, account.account_id) or checks.rejected(account, written.code)


def _ended(
    api: Api, invites: Invites, accounts: Sequence[Account | None], end: Callable[[Account], Outcome]
) -> Sequence[Outcome]:
    def one(account: Account | None) -> Outcome:
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        return cancel(invites, account) if account.state is AccountState.PENDING else end(account)

    return each(api, accounts, one)


def _left_alone(account: Account) -> Outcome:
    return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)


def _deleted(api: Api, account: Account) -> Outcome:
    if not account.is_learner:
        return checks.rejected(account, checks.NOT_A_LEARNER)
    written = api.write("DELETE", f"/users/{account.account_id}")
    if written.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id)
    return unclear(written, account.account_id) or checks.rejected(account, written.code)
