"""The user API of one LearnUpon portal, as `core.ports.host.Host` wants it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from connector.core.model.account import Account, AccountState, Field, Group
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Found,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.core.ports.optional import Membership
from connector.errors import HostContractError
from connector.hosts import checks
from connector.hosts.learnupon import delete, groups
from connector.hosts.learnupon.api import Api
from connector.hosts.learnupon.create import INVITED, Maker
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import PREFIX, Invites
from connector.hosts.learnupon.lookup import FEW, Roster
from connector.hosts.learnupon.pace import LearnUponPace
from connector.hosts.learnupon.settings import LearnUponSettings
from connector.hosts.learnupon.update import LearnUponUpdater
from connector.hosts.remote import Remote

BATCH_SIZE = 500

#: LearnUpon has no call that mails a user who is there already.
NO_SUCH_MAIL = "mail.not_offered"

_DEFINITIONS = ("customDataFieldDefinitions", "customDataFieldDefintions", "custom_data_field_definitions")


def host(
    settings: LearnUponSettings, *, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> "LearnUponHost":
    """The host of a portal; `close` it to give its connections back."""
    remote = Remote(
        settings.base_url,
        headers={},
        name="LearnUpon",
        connections=settings.connections,
        sleep=sleep,
        auth=(settings.key, settings.secret),
    )
    return LearnUponHost(settings, Api(remote, LearnUponPace(clock, sleep)), clock)


class LearnUponHost:
    """One portal. Its custom user data fields are read once; make another host to see new ones."""

    def __init__(self, settings: LearnUponSettings, api: Api, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._api = api
        self._known: Definitions | None = None
        self._roster = Roster(api, self._definitions, clock)
        self._invites = Invites(api, settings.base_url, clock)

    def capabilities(self) -> Capabilities:
        """What the settings and LearnUpon allow; see docs/hosts/learnupon.md for each."""
        return Capabilities(
            batch_size=BATCH_SIZE,
            invite=self._settings.invites,
            pending=self._settings.invites,
            mails_pending=self._settings.invites,
            keeps_external_id=bool(self._settings.external_id_label),
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that carry each key; who has not accepted an invitation is found by its id alone."""
        by_list = len(keys) > FEW or any(key.kind is KeyKind.EXTERNAL_ID for key in keys)
        found = self._roster.listed(keys) if by_list else self._roster.asked(keys)
        invited = self._invited([key.value for key in keys if key.kind is KeyKind.ID])
        return found | {Key(KeyKind.ID, one): [account] for one, account in invited.items()}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Make learners without a mail; a pending one is invited, which LearnUpon mails, and answered PENDING."""
        if not rows:
            return []
        invites = self._invites if self._settings.invites else None
        return Maker(self._api, self._roster, self._definitions(), invites).create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change accounts and read them back; whoever has not accepted an invitation yet stays PENDING."""
        if not changes:
            return []
        definitions = self._definitions()
        return LearnUponUpdater(self._api, self._roster, definitions, self._invites, self._current).update(
            changes
        )

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """PENDING for whoever is invited already; no other mail can be asked of LearnUpon."""
        current = self._current([one.account_id for one in invitations])
        return [_mailed(current.get(one.account_id)) for one in invitations]

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Cancel the invitations of pending accounts, where the portal lists them."""
        current = self._current(account_ids)
        return delete.withdraw(self._api, self._invites, [current.get(one) for one in account_ids])

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Remove learners for good, with everything they have learnt; whoever waits is not waited for any more."""
        current = self._current(account_ids)
        outcomes = delete.delete(self._api, self._invites, [current.get(one) for one in account_ids])
        self._roster.forget()
        return outcomes

    def fields(self) -> Sequence[Field]:
        """The custom user data fields, without the connector's own."""
        return self._definitions().fields

    def groups(self) -> Sequence[Group]:
        """The groups there are."""
        return groups.groups(self._api)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put learners into groups and take them out."""
        current = self._current([one.account_id for one in memberships])
        return groups.join_and_leave(self._api, memberships, current)

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Not offered. Raises HostContractError."""
        raise HostContractError(
            "LearnUpon does not say who was edited since: everybody is looked at instead."
        )

    def close(self) -> None:
        """Give the connections back."""
        self._api.close()

    def _definitions(self) -> Definitions:
        if self._known is None:
            rows = self._api.one("/users/customuserdata", *_DEFINITIONS)
            self._known = Definitions(rows, self._settings.external_id_label)
        return self._known

    def _current(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """Accounts as they are, by the ids that they are asked for: an invitation's leads to whoever accepted it."""
        users = self._roster.by_ids([one for one in account_ids if not one.startswith(PREFIX)])
        return users | self._invited(account_ids)

    def _invited(self, account_ids: Sequence[str]) -> dict[str, Account]:
        ids = [one for one in account_ids if one.startswith(PREFIX)]
        if not ids:
            return {}
        found = self._invites.find(ids, self._roster.everybody())
        if len(found) == len(set(ids)):
            return found
        # Somebody may have accepted since everybody was read.
        self._roster.forget()
        return self._invites.find(ids, self._roster.everybody())


def _mailed(account: Account | None) -> Outcome:
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    if account.state is AccountState.SUSPENDED:
        return checks.rejected(account, checks.SUSPENDED)
    if account.state is AccountState.PENDING:
        return Outcome(OutcomeStatus.PENDING, account.account_id, account.version, INVITED)
    return checks.rejected(account, NO_SUCH_MAIL)
