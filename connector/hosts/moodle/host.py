"""The user API of one Moodle site, put together: what `core.ports.host.Host` asks, and groups besides."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

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
from connector.errors import HostContractError, HostUnavailable
from connector.hosts import checks
from connector.hosts.moodle.api import RESET, Site, shaped
from connector.hosts.moodle.batches import LOST
from connector.hosts.moodle.create import Creator
from connector.hosts.moodle.delete import Deleter
from connector.hosts.moodle.groups import Cohorts
from connector.hosts.moodle.lookup import Directory
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.update import MoodleUpdater
from connector.hosts.moodle.users import MoodleUser
from connector.hosts.remote import Remote

#: A batch of creates may take Moodle a while.
TIMEOUT_S = 120.0
#: A site has a handful of PHP workers, and its learners need them.
CONNECTIONS = 8
#: Moodle sends a second mail within this time when asked again, and no third.
RESET_TIME_S = 1800.0

#: What Moodle says when a mail went out, or, on most sites, when it will not say that there is such a user.
_SENT = frozenset({"emailresetconfirmsent", "emailpasswordconfirmsent", "emailpasswordconfirmmaybesent"})


class _Reset(msgspec.Struct, gc=False):
    status: str = ""


class MoodleHost:
    """One site; the whole of it is the portal."""

    def __init__(self, settings: MoodleSettings, remote: Remote, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._remote = remote
        self._site = Site(settings, remote)
        self._directory = Directory(settings, self._site, clock)
        self._creator = Creator(settings, self._site, self._directory)
        self._changer = MoodleUpdater(settings, self._site, self._directory)
        self._cohorts = Cohorts(settings, self._site)

    def capabilities(self) -> Capabilities:
        """Moodle lists no profile fields, tells nobody who was edited since, and lets no account wait."""
        return Capabilities(
            invite=self._settings.welcome == "password_reset",
            pending=False,
            changed_since=False,
            tells_told_at=False,
            lists_fields=False,
            keeps_external_id=True,
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that carry a key, in the order of their ids."""
        return self._directory.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """New users without a mail; EXISTS where somebody has the external id or the email."""
        self._directory.wrote()
        return self._creator.create(rows)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Sparse changes; the connector's own account is left alone, and nobody's access is who is no learner."""
        self._directory.wrote()
        return self._changer.update(changes)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Moodle's mail for choosing a password, where the settings say so."""
        users = self._directory.users([one.account_id for one in invitations])
        return self._site.each([users.get(one.account_id) for one in invitations], self._mailed)

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Delete learners for good, with everything they have learnt."""
        return Deleter(self._site, self._directory).delete(account_ids)

    def fields(self) -> Sequence[Field]:
        """The custom profile fields that the settings name."""
        return self._settings.fields

    def groups(self) -> Sequence[Group]:
        """The cohorts."""
        return self._cohorts.groups()

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put accounts into cohorts and take them out."""
        return self._cohorts.members(memberships)

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Moodle does not tell; the capability says so."""
        raise HostContractError(
            "Moodle does not tell who was edited: its web services give no time of an edit."
        )

    def close(self) -> None:
        """Give the pooled connections back."""
        self._remote.close()

    def _mailed(self, user: MoodleUser | None) -> Outcome:
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if user.suspended:
            return Outcome(OutcomeStatus.REJECTED, user.account_id, code=checks.SUSPENDED)
        if self._settings.welcome == "none":
            return Outcome(OutcomeStatus.REJECTED, user.account_id, code="mail.off")
        try:
            reply = self._site.write(RESET, {"username": user.username})
        except HostUnavailable as gone:
            return Outcome(
                OutcomeStatus.RETRY, user.account_id, code="unavailable", retry_after_s=gone.retry_after_s
            )
        if not reply.sure:
            return LOST
        status = reply.refusal or shaped(reply.value, _Reset).status
        if status in _SENT:
            return Outcome(OutcomeStatus.SENT, user.account_id)
        if status == "emailalreadysent":
            code = "mail.already_sent"
            return Outcome(OutcomeStatus.RETRY, user.account_id, code=code, retry_after_s=RESET_TIME_S)
        return Outcome(OutcomeStatus.REJECTED, user.account_id, code=f"moodle.{status}")


def host(
    settings: MoodleSettings,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> MoodleHost:
    """The host of a site; nothing is asked before its first use."""
    remote = Remote(
        settings.url, headers={}, name="Moodle", timeout_s=TIMEOUT_S, connections=CONNECTIONS, sleep=sleep
    )
    return MoodleHost(settings, remote, clock)
