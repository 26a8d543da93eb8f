"""Users of Moodle changed: sparse changes in, one outcome per change out.

Moodle updates row by row and names only the rows that it did not update. Values that are already there are not sent;
what was sent is read back, because Moodle silently drops fields that it does not know.
"""

from collections.abc import Mapping, Sequence

import msgspec

from connector.core.model.account import Account
from connector.core.ports.host import Change, Key, Outcome, OutcomeStatus
from connector.errors import HostContractError, HostError, HostUnavailable
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, unique_keys
from connector.hosts.moodle.api import UPDATE, MoodleApi, converted
from connector.hosts.moodle.batches import NO_ANSWER, BatchWriter
from connector.hosts.moodle.fields import FIELD_DROPPED, is_dropped
from connector.hosts.moodle.lookup import MoodleLookup
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import changed_values, identity_refusals, is_suspended
from connector.hosts.rounds import in_rounds

#: Moodle's reasons for not updating a row that mean that there is no such account.
_GONE = frozenset({"invaliduserid", "usernotupdateddeleted"})
#: Moodle's reasons that have a code of the connector; others are passed on as they are.
_REASONS = {"useremailduplicate": "email.taken", "usernotupdatedadmin": checks.NOT_A_LEARNER}


class _Warning(msgspec.Struct, gc=False):
    itemid: int = 0
    warningcode: str = ""


class _Updated(msgspec.Struct, gc=False):
    warnings: list[_Warning] = []


class _Write(msgspec.Struct, frozen=True, gc=False):
    """A change, and its argument of an update: the values that differ from the account."""

    change: Change
    user: dict[str, object]


class MoodleUpdater:
    """Changes users of one site."""

    def __init__(self, settings: MoodleSettings, api: MoodleApi, lookup: MoodleLookup) -> None:
        self._settings = settings
        self._api = api
        self._lookup = lookup

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """UPDATED, UNCHANGED, NOT_FOUND, REJECTED; UNKNOWN without an answer, RETRY when Moodle became unavailable."""
        return in_rounds(changes, _claims, self._update_round)

    def _update_round(self, changes: list[Change]) -> list[Outcome]:
        """Changes that share no account and no key."""
        before = self._lookup.accounts([change.account_id for change in changes])
        index = self._owners(changes, before)
        unsent = [self._unsent_outcome(change, before.get(change.account_id), index) for change in changes]
        writer = BatchWriter(self._api.capacity, lambda write: write.user, self._write, self._refused)
        writes = [
            _Write(change, {"id": change.account_id, **self._values(change, before[change.account_id])})
            for change, outcome in zip(changes, unsent, strict=True)
            if outcome is None
        ]
        sent = iter(self._read_back(writes, writer.send(writes), before))
        return [outcome or next(sent) for outcome in unsent]

    def _owners(self, changes: Sequence[Change], before: Mapping[str, Account]) -> KeyIndex:
        """The accounts that have a key which a change would give to its account."""
        index = KeyIndex()
        keys = []
        for change in changes:
            account = before.get(change.account_id)
            if account is not None:
                own = unique_keys(account.external_id, account.email)
                keys += [key for key in _keys(change) if key not in own]
        for account in {one.account_id: one for one in self._lookup.exact_matches(keys)}.values():
            index.put(account)
        return index

    def _unsent_outcome(self, change: Change, account: Account | None, index: KeyIndex) -> Outcome | None:
        """The outcome of a change that must not or need not be sent; None for a change to send."""
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        user = self._values(change, account)
        if account.account_id == self._api.own_id and user:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        if "suspended" in user and not account.is_learner:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        conflict = index.conflict(_keys(change), account.account_id)
        refusal = checks.change_refusal(self._settings.fields, account, change, conflict)
        refusal = {**refusal, **identity_refusals(change)}
        if refusal:
            return checks.rejected(account, refusal)
        return None if user else Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)

    def _values(self, change: Change, account: Account) -> dict[str, object]:
        return changed_values(self._settings, account, change)

    def _write(self, writes: Sequence[_Write]) -> list[Outcome] | str:
        reply = self._api.write(UPDATE, {"users": [write.user for write in writes]})
        if reply.refusal:
            return reply.refusal
        if not reply.sure:
            return [NO_ANSWER] * len(writes)
        try:
            warnings = converted(reply.value, _Updated).warnings
        except HostContractError:
            return [NO_ANSWER] * len(writes)
        codes = {str(warning.itemid): warning.warningcode.lower() for warning in warnings}
        account_ids = [write.change.account_id for write in writes]
        return [self._outcome(account_id, codes.get(account_id)) for account_id in account_ids]

    def _outcome(self, account_id: str, code: str | None) -> Outcome:
        if code is None:
            return Outcome(OutcomeStatus.UPDATED, account_id)
        if code in _GONE:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        reason = _REASONS.get(code, f"moodle.{code}" if code.isalnum() else "moodle.refused")
        if reason == checks.NOT_A_LEARNER:
            self._lookup.admins.add(account_id)
        return Outcome(OutcomeStatus.REJECTED, account_id, code=reason)

    def _refused(self, write: _Write, code: str) -> Outcome:
        return Outcome(OutcomeStatus.REJECTED, write.change.account_id, code=f"moodle.{code}")

    def _read_back(
        self, writes: Sequence[_Write], outcomes: Sequence[Outcome], before: Mapping[str, Account]
    ) -> list[Outcome]:
        """The outcomes by what is there now, with versions."""
        ids = [one.account_id for one in outcomes if one.account_id and one.status is OutcomeStatus.UPDATED]
        try:
            after = self._lookup.accounts(ids)
        except HostUnavailable:
            # The users are changed; the next sync reads their versions.
            return list(outcomes)
        except HostError as error:
            self._lookup.stopped_by = error
            return list(outcomes)
        return [
            _checked(write.change, outcome, before[write.change.account_id], after)
            for write, outcome in zip(writes, outcomes, strict=True)
        ]


def _keys(change: Change) -> list[Key]:
    """The keys that a change would give to its account."""
    return [key for key in unique_keys(change.external_id, change.email) if key.value]


def _claims(change: Change) -> set[object]:
    return {change.account_id, *_keys(change)}


def _checked(change: Change, outcome: Outcome, before: Account, after: Mapping[str, Account]) -> Outcome:
    if outcome.status is OutcomeStatus.REJECTED:
        return checks.rejected(before, outcome.code)
    if outcome.status is not OutcomeStatus.UPDATED:
        return outcome
    account = after.get(change.account_id)
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    if is_dropped(change.fields, account.fields):
        return checks.rejected(account, FIELD_DROPPED)
    if change.state is not None and is_suspended(change.state) != is_suspended(account.state):
        return checks.rejected(account, "moodle.state")
    return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
