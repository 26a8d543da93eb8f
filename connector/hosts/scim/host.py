"""One SCIM service as a host: `core.ports.host.Host` with groups and deleting."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property

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
    OutcomeStatus,
    Unknown,
)
from connector.core.ports.optional import Membership
from connector.errors import HostContractError
from connector.hosts.remote import Remote
from connector.hosts.scim.api import ScimApi
from connector.hosts.scim.create import ScimCreator
from connector.hosts.scim.delete import delete_accounts
from connector.hosts.scim.discovery import Service, discover
from connector.hosts.scim.groups import ScimGroups
from connector.hosts.scim.lookup import ScimLookup, TermIndex, key_term
from connector.hosts.scim.outcomes import WriteVerifier
from connector.hosts.scim.pages import ListReader
from connector.hosts.scim.settings import ScimSettings
from connector.hosts.scim.update import ScimUpdater
from connector.hosts.scim.users import ScimReader

BATCH_SIZE = 500
#: SCIM has no such operation.
NOT_OFFERED = "not_offered"


class ScimHost:
    """One SCIM service, which is one portal. What it supports is read once."""

    def __init__(self, remote: Remote, settings: ScimSettings) -> None:
        self._remote = remote
        self._settings = settings

    def capabilities(self) -> Capabilities:
        """What SCIM defines, and what the schemas of the service say."""
        return Capabilities(
            batch_size=BATCH_SIZE,
            invite=False,
            pending=False,
            lists_fields=self._service.lists_fields,
            keeps_external_id=self._service.keeps_external_id,
        )

    def fields(self) -> Sequence[Field]:
        """The writable attributes of the schemas, or those that the settings name."""
        return [one.field for one in self._service.attributes]

    def groups(self) -> Sequence[Group]:
        """All groups."""
        return self._groups.groups()

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that have each key, in the order of their ids; Unknown when that is not certain."""
        terms = {key: key_term(key) for key in keys}
        users = self._lookup.users(terms.values())
        if users is None:
            return Unknown()
        index = TermIndex(users)
        return {key: [user.account for user in index.users(one)] for key, one in terms.items()}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create active learners; the service decides whether it sends a mail, as SCIM has no option for it."""
        return self._creator.create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make sparse changes; REJECTED for protected users and for the access of others than learners."""
        return self._updater.update(changes)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Add accounts to groups and remove them."""
        return self._groups.members(memberships)

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Delete learners for good."""
        return delete_accounts(self._api, self._lookup, account_ids)

    def pages(self, size: int) -> tuple[Sequence[str], Sequence[str]]:
        """The account ids of the first two pages of this size."""
        users = ListReader(self._remote, "/Users")
        return users.start(1, size), users.start(1 + size, size)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """REJECTED: SCIM has no invitations."""
        return [Outcome(OutcomeStatus.REJECTED, one.account_id, code=NOT_OFFERED) for one in invitations]

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Not offered, as not every service updates `meta.lastModified`. Raises HostContractError."""
        raise HostContractError("SCIM services do not reliably report edits, so the connector does not ask.")

    def close(self) -> None:
        """Close the pooled connections."""
        self._remote.close()

    @cached_property
    def _service(self) -> Service:
        return discover(self._remote, self._settings)

    @cached_property
    def _reader(self) -> ScimReader:
        return ScimReader(self._service, self._settings)

    @cached_property
    def _lookup(self) -> ScimLookup:
        return ScimLookup(self._remote, self._service, self._reader)

    @cached_property
    def _api(self) -> ScimApi:
        return ScimApi(self._remote, self._service)

    @cached_property
    def _verifier(self) -> WriteVerifier:
        return WriteVerifier(self._lookup, self._reader)

    @cached_property
    def _creator(self) -> ScimCreator:
        return ScimCreator(self._service, self._lookup, self._api, self._reader, self._verifier)

    @cached_property
    def _updater(self) -> ScimUpdater:
        return ScimUpdater(self._service, self._lookup, self._api, self._reader, self._verifier)

    @cached_property
    def _groups(self) -> ScimGroups:
        return ScimGroups(self._remote, self._lookup, self._api)


def remote_of(
    settings: ScimSettings,
    *,
    sleep: Callable[[float], None] = time.sleep,
    remote_class: type[Remote] = Remote,
) -> Remote:
    """The `Remote` of a service, with its credentials."""
    return remote_class(
        settings.base_url,
        headers={"Authorization": f"Bearer {settings.token}"} if settings.token else {},
        name="The SCIM service",
        timeout_s=settings.timeout_s,
        connections=settings.connections,
        sleep=sleep,
        auth=(settings.user_name, settings.password) if settings.user_name else None,
    )


def host(
    settings: ScimSettings,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ScimHost:
    """The host of a service; no call is made before its first use. `clock` is not used: every adapter accepts one."""
    return ScimHost(remote_of(settings, sleep=sleep), settings)
