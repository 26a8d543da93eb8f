"""Changing users: sparse changes in, users changed, an outcome a change out.

An update is done row by row, and only the rows that were not done are named. What is as it was asked is not sent; what
was sent is read back, because Moodle drops what it does not know without a word.
"""

from collections.abc import Mapping, Sequence

import msgspec

from connector.core.model.account import Account
from connector.core.ports.host import Change, Key, Outcome, OutcomeStatus
from connector.errors import HostContractError, HostUnavailable
from connector.hosts import checks
from connector.hosts.keys import KeyIndex, wanted
from connector.hosts.moodle.api import UPDATE, Site, shaped
from connector.hosts.moodle.batches import LOST, Courier, in_rounds
from connector.hosts.moodle.lookup import Directory
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import FIELD_DROPPED, dropped, edited, is_suspended

#: Moodle's reasons for leaving a row out that mean that there is no such account.
_GONE = frozenset({"invaliduserid", "usernotupdateddeleted"})
#: Its reasons that are known here under other names; others are told as they are.
_REASONS = {"useremailduplicate": "email.taken", "usernotupdatedadmin": checks.NOT_A_LEARNER}


class _Warning(msgspec.Struct, gc=False):
    itemid: int = 0
    warningcode: str = ""


class _Updated(msgspec.Struct, gc=False):
    warnings: list[_Warning] = []


class _Pair(msgspec.Struct, frozen=True, gc=False):
    """A change, and what of it is new to the account."""

    change: Change
    user: dict[str, object]


class MoodleUpdater:
    """Changes users of one site."""

    def __init__(self, settings: MoodleSettings, site: Site, directory: Directory) -> None:
        self._settings = settings
        self._site = site
        self._directory = directory

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """UPDATED, UNCHANGED, NOT_FOUND or REJECTED; UNKNOWN when no answer came, RETRY when Moodle went away."""
        return in_rounds(changes, _marks, self._round)

    def _round(self, changes: list[Change]) -> list[Outcome]:
        """Changes of which no two are of one account or want the same."""
        before = self._directory.accounts([change.account_id for change in changes])
        index = self._carriers(changes, before)
        done = [self._settled(change, before.get(change.account_id), index) for change in changes]
        courier = Courier(self._site.capacity, lambda pair: pair.user, self._attempt, self._alone)
        pairs = [
            _Pair(change, {"id": change.account_id, **edited(before[change.account_id], change)})
            for change, outcome in zip(changes, done, strict=True)
            if outcome is None
        ]
        sent = iter(self._as_seen(pairs, courier.send(pairs), before))
        return [outcome or next(sent) for outcome in done]

    def _carriers(self, changes: Sequence[Change], before: Mapping[str, Account]) -> KeyIndex:
        """Who has the keys that are new to those who want them."""
        index = KeyIndex()
        keys = []
        for change in changes:
            account = before.get(change.account_id)
            if account is not None:
                had = wanted(account.external_id, account.email)
                keys += [key for key in _wanted(change) if key not in had]
        for account in {one.account_id: one for one in self._directory.listed(keys)}.values():
            index.put(account)
        return index

    def _settled(self, change: Change, account: Account | None, index: KeyIndex) -> Outcome | None:
        """The outcome of a change that need not be sent, or must not; None for one that is to be sent."""
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        user = edited(account, change)
        if account.account_id == self._site.own_id and user:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        if "suspended" in user and not account.is_learner:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        taken = index.taken(_wanted(change), account.account_id)
        refusal = checks.change_refusal(self._settings.fields, account, change, taken)
        if refusal:
            return checks.rejected(account, refusal)
        return None if user else Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)

    def _attempt(self, pairs: Sequence[_Pair]) -> list[Outcome] | str:
        reply = self._site.write(UPDATE, {"users": [pair.user for pair in pairs]})
        if reply.refusal:
            return reply.refusal
        if not reply.sure:
            return [LOST] * len(pairs)
        try:
            warnings = shaped(reply.value, _Updated).warnings
        except HostContractError:
            return [LOST] * len(pairs)
        codes = {str(warning.itemid): warning.warningcode.lower() for warning in warnings}
        return [self._outcome(pair.change.account_id, codes.get(pair.change.account_id)) for pair in pairs]

    def _outcome(self, account_id: str, code: str | None) -> Outcome:
        if code is None:
            return Outcome(OutcomeStatus.UPDATED, account_id)
        if code in _GONE:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        reason = _REASONS.get(code, f"moodle.{code}" if code.isalnum() else "moodle.refused")
        if reason == checks.NOT_A_LEARNER:
            self._directory.admins.add(account_id)
        return Outcome(OutcomeStatus.REJECTED, account_id, code=reason)

    def _alone(self, pair: _Pair, code: str) -> Outcome:
        return Outcome(OutcomeStatus.REJECTED, pair.change.account_id, code=f"moodle.{code}")

    def _as_seen(
        self, pairs: Sequence[_Pair], outcomes: Sequence[Outcome], before: Mapping[str, Account]
    ) -> list[Outcome]:
        """The outcomes as they can be seen now, with versions."""
        ids = [one.account_id for one in outcomes if one.account_id and one.status is OutcomeStatus.UPDATED]
        try:
            after = self._directory.accounts(ids)
        except HostUnavailable:
            # They are changed; the next sync reads their versions.
            return list(outcomes)
        return [
            _seen(pair.change, outcome, before[pair.change.account_id], after)
            for pair, outcome in zip(pairs, outcomes, strict=True)
        ]


def _wanted(change: Change) -> list[Key]:
    """The keys a change asks for; the empty one is no key, it takes ours off."""
    return [key for key in wanted(change.external_id, change.email) if key.value]


def _marks(change: Change) -> set[object]:
    return {change.account_id, *_wanted(change)}


def _seen(change: Change, outcome: Outcome, before: Account, after: Mapping[str, Account]) -> Outcome:
    if outcome.status is OutcomeStatus.REJECTED:
        return checks.rejected(before, outcome.code)
    if outcome.status is not OutcomeStatus.UPDATED:
        return outcome
    account = after.get(change.account_id)
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    if dropped(change.fields, account.fields):
        return checks.rejected(account, FIELD_DROPPED)
    if change.state is not None and is_suspended(change.state) != is_suspended(account.state):
        return checks.rejected(account, "moodle.state")
    return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
