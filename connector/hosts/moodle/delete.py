"""Deleting users for good: ids in, an outcome an id out. No sync does it; a trial clears up after itself."""

from collections.abc import Sequence

from connector.core.model.account import Account
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.moodle.api import DELETE, Site
from connector.hosts.moodle.batches import LOST, Courier, in_rounds
from connector.hosts.moodle.lookup import Directory

#: The web service that the token belongs to lacks the function, which no sync needs.
NOT_OFFERED = "moodle.not_offered"


class Deleter:
    """Deletes users of one site."""

    def __init__(self, site: Site, directory: Directory) -> None:
        self._site = site
        self._directory = directory

    def delete(self, account_ids: Sequence[str]) -> list[Outcome]:
        """UPDATED, NOT_FOUND, or REJECTED for whoever is more than a learner and where it is not offered."""
        return in_rounds(account_ids, lambda account_id: {account_id}, self._round)

    def _round(self, account_ids: list[str]) -> list[Outcome]:
        current = self._directory.accounts(account_ids)
        done = [self._settled(current.get(account_id)) for account_id in account_ids]
        courier = Courier(self._site.capacity, str, self._attempt, _refused)
        sent = iter(
            courier.send([one for one, done_so in zip(account_ids, done, strict=True) if not done_so])
        )
        return [outcome or next(sent) for outcome in done]

    def _settled(self, account: Account | None) -> Outcome | None:
        """The outcome for an account that must not be deleted, or is; None for one that is to be."""
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if not account.is_learner:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        return checks.rejected(account, NOT_OFFERED) if self._site.about.lacks([DELETE]) else None

    def _attempt(self, account_ids: Sequence[str]) -> list[Outcome] | str:
        reply = self._site.write(DELETE, {"userids": list(account_ids)})
        if not reply.sure:
            return [LOST] * len(account_ids)
        return reply.refusal or [Outcome(OutcomeStatus.UPDATED, account_id) for account_id in account_ids]


def _refused(account_id: str, code: str) -> Outcome:
    return Outcome(OutcomeStatus.REJECTED, account_id, code=f"moodle.{code}")
