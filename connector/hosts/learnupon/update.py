"""Users of LearnUpon changed: sparse changes in, one outcome per change out.

LearnUpon answers yes to changes that it does not make, so every change is read back.
"""

from collections.abc import Callable, Mapping, Sequence

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Change, Key, KeyKind, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.accounts import unique_keys
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import GONE, LearnUponApi
from connector.hosts.learnupon.delete import withdraw
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.lookup import LearnUponLookup, PortalAccounts
from connector.hosts.learnupon.outcomes import (
    INVITED,
    NO_ANSWER,
    NOT_KEPT,
    outcome_of_each,
    unknown_outcome,
)
from connector.hosts.rounds import in_rounds

#: Account ids, of users or invitations -> the current accounts.
CurrentAccounts = Callable[[Sequence[str]], Mapping[str, Account]]


class LearnUponUpdater:
    """Changes users of one portal; `current` reads accounts by id."""

    def __init__(
        self,
        api: LearnUponApi,
        lookup: LearnUponLookup,
        definitions: Definitions,
        invites: Invites,
        current: CurrentAccounts,
    ) -> None:
        self._api = api
        self._lookup = lookup
        self._definitions = definitions
        self._invites = invites
        self._current = current

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """UPDATED, UNCHANGED, PENDING, NOT_FOUND, REJECTED, RETRY, or UNKNOWN without an answer."""
        return in_rounds(changes, _claims, self._update_round)

    def _update_round(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Changes that share no account and no key."""
        current = self._current([change.account_id for change in changes])
        has_keys = any(change.email or change.external_id for change in changes)
        portal = self._lookup.all_accounts() if has_keys else None
        outcomes = outcome_of_each(
            self._api, changes, lambda change: self._update(change, current.get(change.account_id), portal)
        )
        return self._read_back(changes, outcomes, current)

    def _update(self, change: Change, account: Account | None, portal: PortalAccounts | None) -> Outcome:
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if account.state is AccountState.PENDING:
            return self._update_pending(change, account)
        new = self._reduced(account, change)
        refusal = self._refusal(account, new, portal)
        if refusal:
            return checks.rejected(account, refusal)
        body = users.changed_user(new, self._definitions)
        if not body:
            return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
        reply = self._api.write("PUT", f"/users/{account.account_id}", {"User": body})
        if reply.ok:
            return Outcome(OutcomeStatus.UPDATED, account.account_id)
        if reply.status == GONE:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        return unknown_outcome(reply, account.account_id) or checks.rejected(account, reply.code)

    def _update_pending(self, change: Change, account: Account) -> Outcome:
        """A pending account cannot be changed; when it is suspended, its invitation is taken back."""
        if change.state is AccountState.SUSPENDED:
            return withdraw(self._invites, account)
        return Outcome(OutcomeStatus.PENDING, account.account_id, account.version, INVITED)

    def _reduced(self, account: Account, change: Change) -> Change:
        return users.reduced(account, change, bool(self._definitions.external_id_key))

    def _refusal(
        self, account: Account, change: Change, portal: PortalAccounts | None
    ) -> str | checks.Reasons:
        keys = unique_keys(change.external_id or None, change.email)
        conflict = portal.index.conflict(keys, account.account_id) if portal else None
        if change.state is not None and not account.is_learner:
            return checks.NOT_A_LEARNER
        return checks.change_refusal(self._definitions.fields, account, change, conflict)

    def _read_back(
        self, changes: Sequence[Change], outcomes: Sequence[Outcome], current: Mapping[str, Account]
    ) -> list[Outcome]:
        """The outcomes by what is there now, with versions."""
        ids = [one.account_id for one in outcomes if _is_unverified(one) and one.account_id]
        if any(one.status is OutcomeStatus.UNKNOWN for one in outcomes):
            self._lookup.forget()
        try:
            after = self._lookup.accounts_after_write(ids)
            return [
                self._verified(change, outcome, current, after)
                for change, outcome in zip(changes, outcomes, strict=True)
            ]
        except HostUnavailable:
            self._lookup.forget()
            return [
                Outcome(OutcomeStatus.UNKNOWN, one.account_id, code=NO_ANSWER) if _is_unverified(one) else one
                for one in outcomes
            ]

    def _verified(
        self, change: Change, outcome: Outcome, current: Mapping[str, Account], after: Mapping[str, Account]
    ) -> Outcome:
        account_id = outcome.account_id
        if not _is_unverified(outcome) or account_id is None:
            return outcome
        new = self._reduced(current[change.account_id], change)
        account = after.get(account_id)
        if account is None or not users.is_kept(account, new):
            # A list may have fewer values than the single user, which decides.
            account = self._lookup.account(account_id)
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if not users.is_kept(account, new):
            return checks.rejected(account, NOT_KEPT)
        return Outcome(OutcomeStatus.UPDATED, account_id, account.version)


def _is_unverified(outcome: Outcome) -> bool:
    """Whether a user was written and not read back; an invitation that was taken back has its version already."""
    return outcome.status is OutcomeStatus.UPDATED and not outcome.version


def _claims(change: Change) -> list[Key]:
    return [Key(KeyKind.ID, change.account_id), *unique_keys(change.external_id or None, change.email)]
