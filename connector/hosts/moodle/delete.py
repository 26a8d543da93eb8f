"""Users of Moodle deleted for good: ids in, one outcome per id out. Only a trial does it, never a sync."""

from collections.abc import Sequence

from connector.core.model.account import Account
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.moodle.api import DELETE, MoodleApi
from connector.hosts.moodle.batches import NO_ANSWER, BatchWriter
from connector.hosts.moodle.lookup import MoodleLookup
from connector.hosts.rounds import in_rounds

#: The web service of the token lacks the function, which no sync needs.
NOT_OFFERED = "moodle.not_offered"


def delete_accounts(api: MoodleApi, lookup: MoodleLookup, account_ids: Sequence[str]) -> list[Outcome]:
    """UPDATED, NOT_FOUND, or REJECTED for an account that is more than a learner or where deleting is not offered."""

    def delete_round(ids: list[str]) -> list[Outcome]:
        accounts = lookup.accounts(ids)
        refusals = [_refusal(api, accounts.get(account_id)) for account_id in ids]
        writer = BatchWriter(api.capacity, str, lambda part: _delete(api, part), _refused)
        deletable = [account_id for account_id, refusal in zip(ids, refusals, strict=True) if not refusal]
        deleted = iter(writer.send(deletable))
        return [refusal or next(deleted) for refusal in refusals]

    return in_rounds(account_ids, lambda account_id: {account_id}, delete_round)


def _refusal(api: MoodleApi, account: Account | None) -> Outcome | None:
    """The outcome of an account that must not be deleted, or is gone; None for one that can be deleted."""
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    if not account.is_learner:
        return checks.rejected(account, checks.NOT_A_LEARNER)
    return checks.rejected(account, NOT_OFFERED) if api.access.missing([DELETE]) else None


def _delete(api: MoodleApi, account_ids: Sequence[str]) -> list[Outcome] | str:
    reply = api.write(DELETE, {"userids": list(account_ids)})
    if not reply.sure:
        return [NO_ANSWER] * len(account_ids)
    return reply.refusal or [Outcome(OutcomeStatus.UPDATED, account_id) for account_id in account_ids]


def _refused(account_id: str, code: str) -> Outcome:
    return Outcome(OutcomeStatus.REJECTED, account_id, code=f"moodle.{code}")
