"""One Moodle site as a host: `core.ports.host.Host` with groups and deleting."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from connector.core.model.account import Field, Group
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Found,
    Invitation,
    Key,
    NewAccount,
    Outcome,
    Unknown,
)
from connector.core.ports.optional import Membership
from connector.errors import HostContractError
from connector.hosts.moodle import invite
from connector.hosts.moodle.api import MoodleApi
from connector.hosts.moodle.create import MoodleCreator
from connector.hosts.moodle.delete import delete_accounts
from connector.hosts.moodle.fields import with_limits
from connector.hosts.moodle.groups import MoodleGroups
from connector.hosts.moodle.lookup import MoodleLookup
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.update import MoodleUpdater
from connector.hosts.remote import Remote

#: A batch of creates takes Moodle a while.
TIMEOUT_S = 120.0
#: A site has a handful of PHP workers, and its learners need them.
CONNECTIONS = 8


class MoodleHost:
    """One site, which is one portal."""

    def __init__(self, settings: MoodleSettings, remote: Remote, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._remote = remote
        self._api = MoodleApi(settings, remote)
        self._lookup = MoodleLookup(settings, self._api, clock)
        self._creator = MoodleCreator(settings, self._api, self._lookup)
        self._updater = MoodleUpdater(settings, self._api, self._lookup)
        self._groups = MoodleGroups(settings, self._api)

    def capabilities(self) -> Capabilities:
        """Moodle lists no profile fields, reports no edits, and has no pending accounts."""
        return Capabilities(
            invite=self._settings.welcome == "password_reset",
            pending=False,
            changed_since=False,
            reports_last_mailed_at=False,
            lists_fields=False,
            keeps_external_id=self._settings.owns_id_number,
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that have each key, in the order of their ids."""
        return self._lookup.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create learners without a mail; EXISTS where another account has the external id or the email."""
        self._lookup.forget()
        return self._creator.create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make sparse changes; REJECTED for the connector's own account, and for the access of others than learners."""
        self._lookup.forget()
        return self._updater.update(changes)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Send Moodle's mail for choosing a password, where the settings say so."""
        return invite.invite(self._settings, self._api, self._lookup, invitations)

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Delete learners for good, with their learning records."""
        return delete_accounts(self._api, self._lookup, account_ids)

    def fields(self) -> Sequence[Field]:
        """The custom profile fields that the settings name."""
        return self._settings.fields

    def groups(self) -> Sequence[Group]:
        """The cohorts."""
        return self._groups.groups()

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Add accounts to cohorts and remove them."""
        return self._groups.members(memberships)

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Not offered. Raises HostContractError."""
        raise HostContractError("Moodle does not report edits: its web services give no time of an edit.")

    def close(self) -> None:
        """Close the pooled connections."""
        self._remote.close()


def host(
    settings: MoodleSettings,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> MoodleHost:
    """The host of a site; no call is made before its first use."""
    remote = Remote(
        settings.url, headers={}, name="Moodle", timeout_s=TIMEOUT_S, connections=CONNECTIONS, sleep=sleep
    )
    return MoodleHost(replace(settings, fields=with_limits(settings.fields)), remote, clock)
