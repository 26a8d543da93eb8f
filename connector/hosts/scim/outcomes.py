"""What became of a write, for rows of either kind: replies in, outcomes and users as they are kept out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.scim.api import ScimReply
from connector.hosts.scim.carriers import Carriers
from connector.hosts.scim.lookup import EMAIL, EXTERNAL_ID, ID, USER_NAME, Lookup, Term, term
from connector.hosts.scim.users import ScimReader, ScimUser

#: Something that was sent is not there afterwards, though the answer was a yes.
DROPPED = "dropped"
#: Somebody changed the account while it was being changed.
CHANGED = "changed"
NO_ANSWER = "no_answer"
BUSY = "busy"

TAKEN, STALE = 409, 412
_BUSY = (429, 503)
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class ScimWrite:
    """A write that was answered with a yes: the user as was asked for, and what was sent of them.

    `paths` says of a create that it was one: what is kept then may still be dropped from a change.
    """

    asked: ScimUser
    reply: ScimReply
    paths: frozenset[str]


class Keeping:
    """Whether a service keeps what it is sent: an answer with the user shows it, another is looked after once."""

    def __init__(self, lookup: Lookup, reader: ScimReader) -> None:
        self._lookup = lookup
        self._reader = reader
        #: Paths of which it was seen that what was sent is there afterwards.
        self.proven: set[str] = set()

    def kept(self, writes: Sequence[ScimWrite]) -> list[ScimUser | None]:
        """The users as the service has them; None when that cannot be told."""
        unseen = [one for one in writes if not self._shows(one)]
        looked_at = self._looked_at(unseen[:1])
        looked_at |= self._looked_at([one for one in unseen[1:] if not self._shows(one)])
        return [self._kept(one, looked_at) for one in writes]

    def _shows(self, done: ScimWrite) -> bool:
        return done.reply.resource is not None or done.paths <= self.proven

    def _looked_at(self, writes: Sequence[ScimWrite]) -> dict[str, ScimUser]:
        asked = {one.asked.account.account_id: one for one in writes}
        users = self._lookup.users(term(ID, account_id) for account_id in asked) or ()
        found = {user.account.account_id: user for user in users}
        for account_id, user in found.items():
            self._learn(asked[account_id], user)
        return found

    def _kept(self, done: ScimWrite, looked_at: dict[str, ScimUser]) -> ScimUser | None:
        if done.reply.resource is None:
            account_id = done.asked.account.account_id
            return looked_at.get(account_id) or (done.asked if done.paths <= self.proven else None)
        user = self._reader.read(done.reply.resource)
        if user is not None:
            self._learn(done, user)
        return user

    def _learn(self, done: ScimWrite, user: ScimUser) -> None:
        if user.account == done.asked.account:
            self.proven |= done.paths


def carriers_of(lookup: Lookup, terms: Iterable[Term]) -> Carriers:
    """Whoever carries one of the terms. Raises HostUnavailable when that cannot be told."""
    users = lookup.users(terms)
    if users is None:
        raise HostUnavailable(
            "The LMS's list of users does not tally, so nobody can be looked up in it: nothing was written. Try again"
            " later; if it stays so, its SCIM service needs mending."
        )
    return Carriers(users)


def wanted(external_id: str | None, email: str | None) -> list[Term]:
    """What a row asks for that nobody else may have: the key, the address, and the user name that is made of it."""
    terms = [] if not external_id else [term(EXTERNAL_ID, external_id)]
    address = term(EMAIL, email or "").value
    return [*terms, Term(EMAIL, address), Term(USER_NAME, address)] if address else terms


def failed(reply: ScimReply, user: ScimUser | None) -> Outcome:
    """What a write came to that was not done."""
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
