"""Users of Moodle created: rows in, one outcome per row out; no mail is sent.

Moodle creates all users of a call or none, and does not say which row is at fault. So existing users are looked up
beforehand, and a refused call is halved until the row is alone; only then is its address searched for in any case.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from connector.core.model.account import Account
from connector.core.ports.host import Key, NewAccount, Outcome, OutcomeStatus
from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, unique_keys
from connector.hosts.moodle.api import CREATE, MoodleApi, MoodleReply, converted
from connector.hosts.moodle.batches import NO_ANSWER, BatchWriter
from connector.hosts.moodle.fields import FIELD_DROPPED, is_dropped
from connector.hosts.moodle.lookup import MoodleLookup
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import identity_refusals, new_user, usernames
from connector.hosts.rounds import in_rounds


class _Created(msgspec.Struct, gc=False):
    id: int


class MoodleCreator:
    """Creates users of one site."""

    def __init__(self, settings: MoodleSettings, api: MoodleApi, lookup: MoodleLookup) -> None:
        self._settings = settings
        self._api = api
        self._lookup = lookup

    def create(self, rows: Sequence[NewAccount]) -> list[Outcome]:
        """CREATED, EXISTS or REJECTED; UNKNOWN without an answer, RETRY when Moodle became unavailable."""
        return in_rounds(rows, _keys, self._create_round)

    def _create_round(self, rows: list[NewAccount]) -> list[Outcome]:
        """Rows that share no key."""
        index = KeyIndex()
        existing = self._lookup.exact_matches([key for row in rows for key in _keys(row)])
        for account in {account.account_id: account for account in existing}.values():
            index.put(account)
        refusals = [self._refusal(row, index) for row in rows]
        writer = BatchWriter(self._api.capacity, self._argument, self._write, self._refused)
        new = [row for row, refusal in zip(rows, refusals, strict=True) if refusal is None]
        created = iter(self._with_versions(new, writer.send(new)))
        return [refusal or next(created) for refusal in refusals]

    def _refusal(self, row: NewAccount, index: KeyIndex) -> Outcome | None:
        conflict = index.conflict(_keys(row))
        if conflict is not None:
            return checks.exists(conflict)
        reasons = {**checks.create_refusal(self._settings.fields, row), **identity_refusals(row)}
        return checks.rejected(None, reasons) if reasons else None

    def _argument(self, row: NewAccount) -> dict[str, object]:
        return new_user(self._settings, row, usernames(row)[0])

    def _write(self, rows: Sequence[NewAccount]) -> list[Outcome] | str:
        reply = self._api.write(CREATE, {"users": [self._argument(row) for row in rows]})
        return reply.refusal or _outcomes(reply, len(rows))

    def _refused(self, row: NewAccount, code: str) -> Outcome:
        """The outcome of a row that Moodle refused alone; the reason has to be found out, as Moodle gives none."""
        index = KeyIndex()
        for accounts in self._lookup.find(_keys(row)).values():
            for account in accounts:
                index.put(account)
        conflict = index.conflict(_keys(row))
        if conflict is not None:
            return checks.exists(conflict)
        for username in usernames(row)[1:]:
            # The address may be another user's user name.
            reply = self._api.write(CREATE, {"users": [new_user(self._settings, row, username)]})
            if not reply.refusal:
                return _outcomes(reply, 1)[0]
        return checks.rejected(None, f"moodle.{code}")

    def _with_versions(self, rows: Sequence[NewAccount], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes with the versions of the accounts as they are read back."""
        ids = [outcome.account_id for outcome in outcomes if outcome.account_id and outcome.status.is_done]
        try:
            created = self._lookup.accounts(ids)
            return [
                self._read_back(row, outcome, created) for row, outcome in zip(rows, outcomes, strict=True)
            ]
        except HostUnavailable:
            # The users are created; the next sync reads their versions.
            return list(outcomes)
        except HostError as error:
            # What was created stays known, and nothing more is.
            self._lookup.stopped_by = error
            return list(outcomes)

    def _read_back(self, row: NewAccount, outcome: Outcome, created: dict[str, Account]) -> Outcome:
        account = created.get(outcome.account_id or "")
        if account is None or outcome.status is not OutcomeStatus.CREATED:
            return outcome
        if self._settings.owns_id_number and account.external_id is None:
            raise HostAuthError(
                "The connector's account at Moodle does not see ID numbers, so the connector could not find the"
                " accounts that it creates. Give the account moodle/user:viewalldetails in the system context."
            )
        code = FIELD_DROPPED if is_dropped(row.fields, account.fields) else ""
        return replace(outcome, version=account.version, code=code)


def _keys(row: NewAccount) -> list[Key]:
    return unique_keys(row.external_id, row.email)


def _outcomes(reply: MoodleReply, count: int) -> list[Outcome]:
    """The outcomes of a create that was not refused: Moodle answers in the order of the rows."""
    if not reply.sure:
        return [NO_ANSWER] * count
    try:
        created = converted(reply.value, list[_Created])
    except HostContractError:
        created = []
    if len(created) != count:
        return [NO_ANSWER] * count
    return [Outcome(OutcomeStatus.CREATED, str(one.id)) for one in created]
