"""Changed people in a LearnUpon portal: sparse changes in, one outcome a row out.

LearnUpon answers yes to much that it does not do, so that every change is read back before it is called one.
"""

from collections.abc import Callable, Mapping, Sequence

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Change, Key, KeyKind, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.keys import wanted
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import Api
from connector.hosts.learnupon.create import INVITED
from connector.hosts.learnupon.delete import cancel
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import Invites
from connector.hosts.learnupon.lookup import Everybody, Roster
from connector.hosts.learnupon.outcomes import NOT_KEPT, UNANSWERED, each, in_waves, unclear

Current = Callable[[Sequence[str]], Mapping[str, Account]]


class LearnUponUpdater:
    """Changes accounts; `current` gives them as they are, by the ids that they are asked for."""

    def __init__(
        self, api: Api, roster: Roster, definitions: Definitions, invites: Invites, current: Current
    ) -> None:
        self._api = api
        self._roster = roster
        self._definitions = definitions
        self._invites = invites
        self._current = current

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change, suspend and reactivate accounts."""
        return in_waves(changes, _keys, self._update)

    def _update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        current = self._current([change.account_id for change in changes])
        moves = any(change.email or change.external_id for change in changes)
        everybody = self._roster.everybody() if moves else None
        outcomes = each(
            self._api, changes, lambda change: self._one(change, current.get(change.account_id), everybody)
        )
        return self._read_back(changes, outcomes, current)

    def _one(self, change: Change, account: Account | None, everybody: Everybody | None) -> Outcome:
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if account.state is AccountState.PENDING:
            return self._waiting(change, account)
        asked = self._wanted(account, change)
        refusal = self._refusal(account, asked, everybody)
        if refusal:
            return checks.rejected(account, refusal)
        body = users.changed_user(asked, self._definitions)
        if not body:
            return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
        written = self._api.write("PUT", f"/users/{account.account_id}", {"User": body})
        if written.ok:
            return Outcome(OutcomeStatus.UPDATED, account.account_id)
        if written.status == 404:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        return unclear(written, account.account_id) or checks.rejected(account, written.code)

    def _waiting(self, change: Change, account: Account) -> Outcome:
        """Whoever has not accepted cannot be changed, only be kept from accepting."""
        if change.state is AccountState.SUSPENDED:
            return cancel(self._invites, account)
        return Outcome(OutcomeStatus.PENDING, account.account_id, account.version, INVITED)

    def _wanted(self, account: Account, change: Change) -> Change:
        return users.wanted(account, change, bool(self._definitions.external_id_key))

    def _refusal(self, account: Account, asked: Change, everybody: Everybody | None) -> str:
        keys = wanted(asked.external_id or None, asked.email)
        taken = everybody.index.taken(keys, account.account_id) if everybody else None
        if asked.state is not None and not account.is_learner:
            return checks.NOT_A_LEARNER
        return checks.change_refusal(self._definitions.fields, account, asked, taken)

    def _read_back(
        self, changes: Sequence[Change], outcomes: Sequence[Outcome], current: Mapping[str, Account]
    ) -> list[Outcome]:
        done = [one.account_id for one in outcomes if _is_to_be_read(one) and one.account_id]
        if any(one.status is OutcomeStatus.UNKNOWN for one in outcomes):
            self._roster.forget()
        try:
            after = self._roster.after_writing(done)
            return [
                self._judged(change, outcome, current, after)
                for change, outcome in zip(changes, outcomes, strict=True)
            ]
        except HostUnavailable:
            self._roster.forget()
            return [
                Outcome(OutcomeStatus.UNKNOWN, one.account_id, code=UNANSWERED)
                if _is_to_be_read(one)
                else one
                for one in outcomes
            ]

    def _judged(
        self, change: Change, outcome: Outcome, current: Mapping[str, Account], after: Mapping[str, Account]
    ) -> Outcome:
        """The outcome, by what is there now."""
        account_id = outcome.account_id
        if not _is_to_be_read(outcome) or account_id is None:
            return outcome
        asked = self._wanted(current[change.account_id], change)
        account = after.get(account_id)
        if account is None or not users.is_kept(account, asked):
            # A list may tell less than a user does: the user has the last word.
            account = self._roster.one(account_id)
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if not users.is_kept(account, asked):
            return checks.rejected(account, NOT_KEPT)
        return Outcome(OutcomeStatus.UPDATED, account_id, account.version)


def _is_to_be_read(outcome: Outcome) -> bool:
    """Whether a user was written; an invitation that was taken back has its version already."""
    return outcome.status is OutcomeStatus.UPDATED and not outcome.version


def _keys(change: Change) -> list[Key]:
    return [Key(KeyKind.ID, change.account_id), *wanted(change.external_id or None, change.email)]
