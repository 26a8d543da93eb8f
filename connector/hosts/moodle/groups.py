"""Cohorts as groups: memberships in, users put into cohorts and taken out, an outcome a membership out."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from connector.core.model.account import Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts import checks
from connector.hosts.moodle.api import ADD, COHORTS, MEMBERS, REMOVE, Site
from connector.hosts.moodle.batches import LOST, Courier, in_rounds
from connector.hosts.moodle.settings import MoodleSettings

Held = Mapping[str, frozenset[str]]


class _Cohort(msgspec.Struct, gc=False):
    id: int
    name: str = ""


class _Members(msgspec.Struct, gc=False):
    cohortid: int
    userids: list[int] = []


class Cohorts:
    """The cohorts of one site, but for that of the staff: whoever fills it decides who is never suspended."""

    def __init__(self, settings: MoodleSettings, site: Site) -> None:
        self._staff_cohort_id = settings.staff_cohort_id
        self._site = site

    def groups(self) -> list[Group]:
        """Every cohort that the token may see; none when its service has no functions for them."""
        if not self._site.has_cohorts:
            return []
        listed = self._site.read(COHORTS, {}, list[_Cohort])
        groups = [Group(str(one.id), one.name) for one in listed]
        return [group for group in groups if group.group_id != self._staff_cohort_id]

    def members(self, memberships: Sequence[Membership]) -> list[Outcome]:
        """UPDATED, UNCHANGED for who is there or gone already, NOT_FOUND for a cohort or an account that is not."""
        return in_rounds(memberships, lambda one: {(one.account_id, one.group_id)}, self._round)

    def _round(self, memberships: list[Membership]) -> list[Outcome]:
        known = {group.group_id for group in self.groups()}
        cohort_ids = sorted({one.group_id for one in memberships} & known)
        before = self._held(cohort_ids)
        open_ones = [
            one for one in memberships if one.group_id in known and _holds(before, one) is not one.is_member
        ]
        lost = self._sent(open_ones)
        after = self._held(cohort_ids) if open_ones else before
        return [_outcome(one, before, after, lost) for one in memberships]

    def _held(self, cohort_ids: Sequence[str]) -> Held:
        """Who is in which of these cohorts, by ids."""
        if not cohort_ids:
            return {}
        listed = self._site.read(MEMBERS, {"cohortids": list(cohort_ids)}, list[_Members])
        return {str(one.cohortid): frozenset(map(str, one.userids)) for one in listed}

    def _sent(self, memberships: Sequence[Membership]) -> frozenset[Membership]:
        """Send them; those of which it is not known what became. What was done is read afterwards."""
        lost: set[Membership] = set()
        for is_member, function, argument in ((True, ADD, _addition), (False, REMOVE, _removal)):
            attempt = partial(self._attempt, function, argument, lost)
            rows = [one for one in memberships if one.is_member is is_member and one.account_id.isdigit()]
            Courier(self._site.capacity, argument, attempt, _refused).send(rows)
        return frozenset(lost)

    def _attempt(
        self,
        function: str,
        argument: Callable[[Membership], object],
        lost: set[Membership],
        rows: Sequence[Membership],
    ) -> list[Outcome] | str:
        reply = self._site.write(function, {"members": [argument(one) for one in rows]})
        if not reply.sure:
            lost.update(rows)
        return reply.refusal or [LOST] * len(rows)


def _holds(held: Held, one: Membership) -> bool:
    return one.account_id in held.get(one.group_id, ())


def _outcome(one: Membership, before: Held, after: Held, lost: frozenset[Membership]) -> Outcome:
    """What the two readings show: an addition that left nothing behind was of an account that is gone."""
    if one.group_id not in before:
        return Outcome(OutcomeStatus.NOT_FOUND, code="group.not_found")
    if _holds(before, one) is one.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, one.account_id)
    if _holds(after, one) is one.is_member:
        return Outcome(OutcomeStatus.UPDATED, one.account_id)
    if one in lost:
        return LOST
    return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)


def _addition(one: Membership) -> dict[str, object]:
    return {
        "cohorttype": {"type": "id", "value": one.group_id},
        "usertype": {"type": "id", "value": one.account_id},
    }


def _removal(one: Membership) -> dict[str, object]:
    return {"cohortid": one.group_id, "userid": one.account_id}


def _refused(one: Membership, code: str) -> Outcome:
    return Outcome(OutcomeStatus.REJECTED, one.account_id, code=f"moodle.{code}")
