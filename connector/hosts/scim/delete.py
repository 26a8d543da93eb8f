"""Users of a SCIM service deleted for good: ids in, one outcome per id out. Only a trial does it, never a sync."""

from collections.abc import Sequence
from urllib.parse import quote

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.scim.api import ScimApi, Write
from connector.hosts.scim.lookup import ID, ScimLookup, TermIndex, term
from connector.hosts.scim.outcomes import failure_outcome


def delete_accounts(api: ScimApi, lookup: ScimLookup, account_ids: Sequence[str]) -> list[Outcome]:
    """UPDATED, NOT_FOUND without such an account, REJECTED for an account that is more than a learner."""
    index = lookup.index(term(ID, one) for one in account_ids)
    refusals = {one: _refusal(one, index) for one in account_ids}
    deletable = [one for one, refusal in refusals.items() if refusal is None]
    replies = api.send([Write("DELETE", f"/Users/{quote(one, safe='')}") for one in deletable])
    outcomes = {
        one: Outcome(OutcomeStatus.UPDATED, one) if reply.ok else failure_outcome(reply, index.by_id(one))
        for one, reply in zip(deletable, replies, strict=True)
    }
    return [refusals[one] or outcomes[one] for one in account_ids]


def _refusal(account_id: str, index: TermIndex) -> Outcome | None:
    user = index.by_id(account_id)
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    return None if user.account.is_learner else checks.rejected(user.account, checks.NOT_A_LEARNER)
