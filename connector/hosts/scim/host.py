"""An LMS over SCIM 2.0 as a host: batches in, one outcome a row out."""

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
from connector.hosts.scim.api import Sender
from connector.hosts.scim.carriers import Carriers
from connector.hosts.scim.create import Creating
from connector.hosts.scim.delete import Deleting
from connector.hosts.scim.discovery import Service, discover
from connector.hosts.scim.groups import Groups
from connector.hosts.scim.lookup import Lookup, term_of
from connector.hosts.scim.outcomes import Keeping
from connector.hosts.scim.settings import ScimSettings
from connector.hosts.scim.update import Changing
from connector.hosts.scim.users import ScimReader

BATCH_SIZE = 500
#: SCIM has no word for it.
NOT_OFFERED = "not_offered"


class ScimHost:
    """One SCIM service. What it is asked about itself, it is asked once."""

    def __init__(self, remote: Remote, settings: ScimSettings) -> None:
        self._remote = remote
        self._settings = settings

    def capabilities(self) -> Capabilities:
        """What SCIM has words for, and what the service says of its schema."""
        return Capabilities(
            batch_size=BATCH_SIZE,
            invite=False,
            pending=False,
            lists_fields=self._service.lists_fields,
            keeps_external_id=self._service.keeps_external_id,
        )

    def fields(self) -> Sequence[Field]:
        """The attributes of the schemas that may be written, or those that the settings name."""
        return [one.field for one in self._service.attributes]

    def groups(self) -> Sequence[Group]:
        """The groups there are."""
        return self._groups.all()

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that really carry a key, in the order of their ids; Unknown when nobody can tell."""
        terms = {key: term_of(key) for key in keys}
        users = self._lookup.users(terms.values())
        if users is None:
            return Unknown()
        carriers = Carriers(users)
        return {key: [user.account for user in carriers.carrying(one)] for key, one in terms.items()}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """New users, active; whether a mail goes out is for the service to say, and SCIM cannot ask for one."""
        return self._creating.create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Sparse changes."""
        return self._changing.update(changes)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put accounts into groups and take them out."""
        return self._groups.members(memberships)

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Remove learners for good."""
        return Deleting(self._lookup, self._sender).delete(account_ids)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """REJECTED: SCIM has no invitations."""
        return [Outcome(OutcomeStatus.REJECTED, one.account_id, code=NOT_OFFERED) for one in invitations]

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Raises HostContractError: the services that keep `meta.lastModified` honest cannot be told from others."""
        raise HostContractError("A SCIM service is not asked for edits since an instant.")

    def close(self) -> None:
        """Give the connections back."""
        self._remote.close()

    @cached_property
    def _service(self) -> Service:
        return discover(self._remote, self._settings)

    @cached_property
    def _reader(self) -> ScimReader:
        return ScimReader(self._service, self._settings)

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._remote, self._service, self._reader)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self._remote, self._service)

    @cached_property
    def _keeping(self) -> Keeping:
        return Keeping(self._lookup, self._reader)

    @cached_property
    def _creating(self) -> Creating:
        return Creating(self._service, self._lookup, self._sender, self._reader, self._keeping)

    @cached_property
    def _changing(self) -> Changing:
        return Changing(self._service, self._lookup, self._sender, self._reader, self._keeping)

    @cached_property
    def _groups(self) -> Groups:
        return Groups(self._remote, self._lookup, self._sender)


def remote_of(
    settings: ScimSettings, *, sleep: Callable[[float], None] = time.sleep, kind: type[Remote] = Remote
) -> Remote:
    """The way to a service, with its credentials; `kind` is the class that goes it."""
    return kind(
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
    """A host for these settings. SCIM needs no clock; it is taken because every remote host is."""
    return ScimHost(remote_of(settings, sleep=sleep), settings)
