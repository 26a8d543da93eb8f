"""What became of a write, for creates and changes alike: replies in, stored users and outcomes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.scim.api import ScimReply
from connector.hosts.scim.lookup import ID, ScimLookup, term
from connector.hosts.scim.users import ScimReader, ScimUser

#: The service answered yes, but does not have all that was sent.
DROPPED = "dropped"
#: Another client changed the account at the same time.
CHANGED = "changed"
NO_ANSWER = "no_answer"
BUSY = "busy"

TAKEN, STALE = 409, 412
_BUSY = (429, 503)
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class ScimWrite:
    """A write that was answered with a yes: the `desired` user, and the `paths` of what was sent.

    The paths of a create carry its method, because what a service stores on create it may still drop from a change.
    """

    desired: ScimUser
    reply: ScimReply
    paths: frozenset[str]


class WriteVerifier:
    """Checks whether a service stores what it is sent: by a reply with the user, else by looking the user up once."""

    def __init__(self, lookup: ScimLookup, reader: ScimReader) -> None:
        self._lookup = lookup
        self._reader = reader
        #: Paths that were seen to be stored as they were sent.
        self.proven: set[str] = set()

    def stored(self, writes: Sequence[ScimWrite]) -> list[ScimUser | None]:
        """The users as the service has them, in order; None where that is not certain."""
        unproven = [one for one in writes if not self._is_shown(one)]
        users = self._look_up(unproven[:1])
        users |= self._look_up([one for one in unproven[1:] if not self._is_shown(one)])
        return [self._stored(one, users) for one in writes]

    def _is_shown(self, write: ScimWrite) -> bool:
        return write.reply.resource is not None or write.paths <= self.proven

    def _look_up(self, writes: Sequence[ScimWrite]) -> dict[str, ScimUser]:
        by_id = {one.desired.account.account_id: one for one in writes}
        found = self._lookup.users_now(term(ID, account_id) for account_id in by_id)
        if found is None:
            # The answer to the write is what is known; a look-up that cannot be trusted says nothing against it.
            return {account_id: one.desired for account_id, one in by_id.items()}
        users = {user.account.account_id: user for user in found}
        for account_id, user in users.items():
            self._learn(by_id[account_id], user)
        return users

    def _stored(self, write: ScimWrite, users: dict[str, ScimUser]) -> ScimUser | None:
        if write.reply.resource is None:
            account_id = write.desired.account.account_id
            return users.get(account_id) or (write.desired if write.paths <= self.proven else None)
        user = self._reader.read(write.reply.resource)
        if user is not None:
            self._learn(write, user)
        return user

    def _learn(self, write: ScimWrite, user: ScimUser) -> None:
        if user.account == write.desired.account:
            self.proven |= write.paths


def failure_outcome(reply: ScimReply, user: ScimUser | None) -> Outcome:
    """The outcome of a write that was not done; `user` is None for a create."""
    account = user.account if user else None
    account_id = account.account_id if account else None
    if not reply.sure:
        return Outcome(OutcomeStatus.UNKNOWN, account_id, code=NO_ANSWER)
    if reply.status in _BUSY:
        return Outcome(OutcomeStatus.RETRY, account_id, code=BUSY)
    if reply.status == STALE:
        return Outcome(OutcomeStatus.RETRY, account_id, code=CHANGED)
    if reply.status in _GONE and user:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    return checks.rejected(account, f"scim.{reply.scim_type or reply.status}")
