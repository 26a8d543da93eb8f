"""Users of LearnUpon deleted, and invitations taken back: accounts in, one outcome each out."""

from collections.abc import Callable, Sequence

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.learnupon.api import LearnUponApi
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.outcomes import outcome_of_each, unknown_outcome

#: The portal does not list the invitation, so that it cannot be taken back.
NOT_LISTED = "invite.not_listed"


def delete_accounts(
    api: LearnUponApi, invites: Invites, accounts: Sequence[Account | None]
) -> Sequence[Outcome]:
    """Delete learners, and take back the invitations of pending ones; None is an account that does not exist."""
    return _each(api, invites, accounts, lambda account: _delete(api, account))


def withdraw_invites(
    api: LearnUponApi, invites: Invites, accounts: Sequence[Account | None]
) -> Sequence[Outcome]:
    """Take back the invitations of pending accounts; UNCHANGED for others; None is an account that does not exist."""
    return _each(api, invites, accounts, _unchanged)


def withdraw(invites: Invites, account: Account) -> Outcome:
    """Take back the invitation of a pending account."""
    if not account.is_learner:
        return checks.rejected(account, checks.NOT_A_LEARNER)
    reply = invites.cancel(account.account_id)
    if reply is None:
        return checks.rejected(account, NOT_LISTED)
    if reply.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
    return unknown_outcome(reply, account.account_id) or checks.rejected(account, reply.code)


def _each(
    api: LearnUponApi,
    invites: Invites,
    accounts: Sequence[Account | None],
    write_user: Callable[[Account], Outcome],
) -> Sequence[Outcome]:
    def write(account: Account | None) -> Outcome:
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        return withdraw(invites, account) if account.state is AccountState.PENDING else write_user(account)

    return outcome_of_each(api, accounts, write)


def _unchanged(account: Account) -> Outcome:
    return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)


def _delete(api: LearnUponApi, account: Account) -> Outcome:
    if not account.is_learner:
        return checks.rejected(account, checks.NOT_A_LEARNER)
    reply = api.write("DELETE", f"/users/{account.account_id}")
    if reply.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id)
    return unknown_outcome(reply, account.account_id) or checks.rejected(account, reply.code)
