"""Making users: rows in, users made without a mail, an outcome a row out.

A create is all or nothing, and does not say whose fault it was. So whoever is there already is looked up beforehand,
and a batch that is refused is halved until the row stands alone; only then is its address looked up in all letters.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from connector.core.model.account import Account
from connector.core.ports.host import Key, NewAccount, Outcome, OutcomeStatus
from connector.errors import HostAuthError, HostContractError, HostUnavailable
from connector.hosts import checks
from connector.hosts.keys import KeyIndex, wanted
from connector.hosts.moodle.api import CREATE, MoodleReply, Site, shaped
from connector.hosts.moodle.batches import LOST, Courier, in_rounds
from connector.hosts.moodle.lookup import Directory
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import FIELD_DROPPED, dropped, new_user, usernames


class _Made(msgspec.Struct, gc=False):
    id: int


class Creator:
    """Makes users of one site."""

    def __init__(self, settings: MoodleSettings, site: Site, directory: Directory) -> None:
        self._settings = settings
        self._site = site
        self._directory = directory

    def create(self, rows: Sequence[NewAccount]) -> list[Outcome]:
        """CREATED, EXISTS or REJECTED; UNKNOWN when no answer came, and RETRY when Moodle went away in between."""
        return in_rounds(rows, _marks, self._round)

    def _round(self, rows: list[NewAccount]) -> list[Outcome]:
        """Rows of which no two want the same."""
        index = KeyIndex()
        found = self._directory.listed([key for row in rows for key in _wanted(row)])
        for account in {account.account_id: account for account in found}.values():
            index.put(account)
        refused = [self._refused(row, index) for row in rows]
        courier = Courier(self._site.capacity, self._argument, self._attempt, self._alone)
        new = [row for row, outcome in zip(rows, refused, strict=True) if outcome is None]
        made = iter(self._with_versions(new, courier.send(new)))
        return [outcome or next(made) for outcome in refused]

    def _refused(self, row: NewAccount, index: KeyIndex) -> Outcome | None:
        taken = index.taken(_wanted(row))
        if taken is not None:
            return checks.exists(taken)
        refusal = checks.create_refusal(self._settings.fields, row)
        return checks.rejected(None, refusal) if refusal else None

    def _argument(self, row: NewAccount) -> dict[str, object]:
        return new_user(self._settings, row, usernames(row)[0])

    def _attempt(self, rows: Sequence[NewAccount]) -> list[Outcome] | str:
        reply = self._site.write(CREATE, {"users": [self._argument(row) for row in rows]})
        return reply.refusal or _created(reply, len(rows))

    def _alone(self, row: NewAccount, code: str) -> Outcome:
        """What is wrong with a row that Moodle refuses by itself, which it does not say."""
        index = KeyIndex()
        for accounts in self._directory.find(_wanted(row)).values():
            for account in accounts:
                index.put(account)
        taken = index.taken(_wanted(row))
        if taken is not None:
            return checks.exists(taken)
        for username in usernames(row)[1:]:
            # The address may be somebody else's user name.
            reply = self._site.write(CREATE, {"users": [new_user(self._settings, row, username)]})
            if not reply.refusal:
                return _created(reply, 1)[0]
        return checks.rejected(None, f"moodle.{code}")

    def _with_versions(self, rows: Sequence[NewAccount], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes as they can be seen now."""
        ids = [outcome.account_id for outcome in outcomes if outcome.account_id and outcome.status.is_done]
        try:
            made = self._directory.accounts(ids)
        except HostUnavailable:
            # They are made; the next sync reads their versions.
            made = {}
        return [_seen(row, outcome, made) for row, outcome in zip(rows, outcomes, strict=True)]


def _wanted(row: NewAccount) -> list[Key]:
    return wanted(row.external_id, row.email)


def _marks(row: NewAccount) -> set[object]:
    return set(_wanted(row))


def _created(reply: MoodleReply, count: int) -> list[Outcome]:
    """The outcomes of a create that was not refused: Moodle answers in the order of the rows."""
    if not reply.sure:
        return [LOST] * count
    try:
        made = shaped(reply.value, list[_Made])
    except HostContractError:
        made = []
    return (
        [Outcome(OutcomeStatus.CREATED, str(one.id)) for one in made]
        if len(made) == count
        else [LOST] * count
    )


def _seen(row: NewAccount, outcome: Outcome, made: dict[str, Account]) -> Outcome:
    account = made.get(outcome.account_id or "")
    if account is None or outcome.status is not OutcomeStatus.CREATED:
        return outcome
    if account.external_id is None:
        raise HostAuthError(
            "The connector's account at Moodle does not see ID numbers, by which it knows whom it has made. Give it"
            " moodle/user:viewalldetails in the system context."
        )
    code = FIELD_DROPPED if dropped(row.fields, account.fields) else ""
    return replace(outcome, version=account.version, code=code)
