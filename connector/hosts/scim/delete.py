"""Removing users for good: ids in, one outcome an id out, in order. No sync does it; a trial clears up after itself."""

from collections.abc import Sequence
from urllib.parse import quote

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.scim.api import Sender, Write
from connector.hosts.scim.carriers import Carriers
from connector.hosts.scim.lookup import ID, Lookup, term
from connector.hosts.scim.outcomes import carriers_of, failed


class Deleting:
    """Removes users of one service."""

    def __init__(self, lookup: Lookup, sender: Sender) -> None:
        self._lookup = lookup
        self._sender = sender

    def delete(self, account_ids: Sequence[str]) -> list[Outcome]:
        """UPDATED, NOT_FOUND when they are gone, REJECTED for whoever is more than a learner."""
        carriers = carriers_of(self._lookup, (term(ID, one) for one in account_ids))
        refused = {one: _refused(one, carriers) for one in account_ids}
        gone = [one for one, outcome in refused.items() if outcome is None]
        replies = self._sender.send([Write("DELETE", f"/Users/{quote(one, safe='')}") for one in gone])
        done = {
            one: Outcome(OutcomeStatus.UPDATED, one) if reply.ok else failed(reply, carriers.by_id(one))
            for one, reply in zip(gone, replies, strict=True)
        }
        return [refused[one] or done[one] for one in account_ids]


def _refused(account_id: str, carriers: Carriers) -> Outcome | None:
    user = carriers.by_id(account_id)
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    return None if user.account.is_learner else checks.rejected(user.account, checks.NOT_A_LEARNER)
