"""One LearnUpon portal as a host: `core.ports.host.Host` with groups, withdrawing and deleting."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from connector.core.model.account import Account, Field, Group
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
    Unknown,
)
from connector.core.ports.optional import Membership
from connector.errors import HostContractError
from connector.hosts.learnupon import groups
from connector.hosts.learnupon.api import LearnUponApi
from connector.hosts.learnupon.create import LearnUponCreator
from connector.hosts.learnupon.delete import delete_accounts, withdraw_invites
from connector.hosts.learnupon.fields import Definitions
from connector.hosts.learnupon.invite import PREFIX, Invites, invite_outcome
from connector.hosts.learnupon.lookup import LearnUponLookup
from connector.hosts.learnupon.rate_limit import LearnUponRateLimit
from connector.hosts.learnupon.settings import LearnUponSettings
from connector.hosts.learnupon.update import LearnUponUpdater
from connector.hosts.remote import Remote

BATCH_SIZE = 500

#: The names that the list of definitions may have in an answer; the second has LearnUpon's own typing error.
_DEFINITIONS = ("customDataFieldDefinitions", "customDataFieldDefintions", "custom_data_field_definitions")


class LearnUponHost:
    """One portal. Its custom user data fields are read once per host."""

    def __init__(self, settings: LearnUponSettings, api: LearnUponApi, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._api = api
        self._read_definitions: Definitions | None = None
        self._lookup = LearnUponLookup(api, self._definitions, clock)
        self._invites = Invites(api, settings.base_url, clock)

    def capabilities(self) -> Capabilities:
        """What LearnUpon and the settings allow; docs/hosts/learnupon.md explains each."""
        return Capabilities(
            batch_size=BATCH_SIZE,
            invite=self._settings.invites,
            pending=self._settings.invites,
            mails_pending=self._settings.invites,
            keeps_external_id=bool(self._settings.external_id_label),
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that have each key; a pending account is found by its id only."""
        found = self._lookup.find(keys)
        invited = self._invited([key.value for key in keys if key.kind is KeyKind.ID])
        return found | {Key(KeyKind.ID, one): [account] for one, account in invited.items()}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create learners without a mail; a pending one is an invitation, which LearnUpon mails: PENDING."""
        if not rows:
            return []
        invites = self._invites if self._settings.invites else None
        return LearnUponCreator(self._api, self._lookup, self._definitions(), invites).create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make sparse changes and read them back; PENDING for an account whose invitation is not accepted yet."""
        if not changes:
            return []
        updater = LearnUponUpdater(self._api, self._lookup, self._definitions(), self._invites, self._current)
        return updater.update(changes)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """PENDING for a pending account, which LearnUpon has mailed; LearnUpon offers no other mail."""
        current = self._current([one.account_id for one in invitations])
        return [invite_outcome(current.get(one.account_id)) for one in invitations]

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Take back the invitations of pending accounts, where the portal lists them."""
        current = self._current(account_ids)
        return withdraw_invites(self._api, self._invites, [current.get(one) for one in account_ids])

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Delete learners for good, with their learning records; the invitations of pending ones are taken back."""
        current = self._current(account_ids)
        outcomes = delete_accounts(self._api, self._invites, [current.get(one) for one in account_ids])
        self._lookup.forget()
        return outcomes

    def fields(self) -> Sequence[Field]:
        """The custom user data fields, without the one that stores the external id."""
        return self._definitions().fields

    def groups(self) -> Sequence[Group]:
        """All groups."""
        return groups.groups(self._api)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Add learners to groups and remove them."""
        current = self._current([one.account_id for one in memberships])
        return groups.members(self._api, memberships, current)

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Not offered. Raises HostContractError."""
        raise HostContractError(
            "LearnUpon does not report edits, so the connector looks at all accounts instead."
        )

    def close(self) -> None:
        """Close the pooled connections."""
        self._api.close()

    def _definitions(self) -> Definitions:
        if self._read_definitions is None:
            rows = self._api.single("/users/customuserdata", *_DEFINITIONS)
            self._read_definitions = Definitions(rows, self._settings.external_id_label)
        return self._read_definitions

    def _current(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """The current accounts by these ids; the id of an accepted invitation leads to its user."""
        users = self._lookup.accounts([one for one in account_ids if not one.startswith(PREFIX)])
        return users | self._invited(account_ids)

    def _invited(self, account_ids: Sequence[str]) -> dict[str, Account]:
        ids = [one for one in account_ids if one.startswith(PREFIX)]
        if not ids:
            return {}
        found = self._invites.find(ids, self._lookup.all_accounts())
        if len(found) == len(set(ids)):
            return found
        # An invitation may have been accepted since the list was read.
        self._lookup.forget()
        return self._invites.find(ids, self._lookup.all_accounts())


def host(
    settings: LearnUponSettings, *, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> LearnUponHost:
    """The host of a portal; no call is made before its first use."""
    remote = Remote(
        settings.base_url,
        headers={},
        name="LearnUpon",
        connections=settings.connections,
        sleep=sleep,
        auth=(settings.key, settings.secret),
    )
    return LearnUponHost(settings, LearnUponApi(remote, LearnUponRateLimit(clock, sleep)), clock)
