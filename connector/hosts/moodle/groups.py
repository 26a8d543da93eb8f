"""Cohorts of Moodle as groups: memberships in, one outcome per membership out."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from connector.core.model.account import Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts import checks
from connector.hosts.moodle.api import ADD, COHORTS, MEMBERS, REMOVE, MoodleApi
from connector.hosts.moodle.batches import NO_ANSWER, BatchWriter
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.rounds import in_rounds

#: Cohort id -> account ids of its members.
Members = Mapping[str, frozenset[str]]


class _Cohort(msgspec.Struct, gc=False):
    id: int
    name: str = ""


class _CohortMembers(msgspec.Struct, gc=False):
    cohortid: int
    userids: list[int] = []


class MoodleGroups:
    """The cohorts of one site, except that of the staff: its members are never suspended, so no rule may fill it."""

    def __init__(self, settings: MoodleSettings, api: MoodleApi) -> None:
        self._staff_cohort_id = settings.staff_cohort_id
        self._api = api

    def groups(self) -> list[Group]:
        """Every cohort that the token may see; none when the service lacks a function for cohorts."""
        if not self._api.has_cohorts:
            return []
        cohorts = self._api.read(COHORTS, {}, list[_Cohort])
        groups = [Group(str(one.id), one.name) for one in cohorts]
        return [group for group in groups if group.group_id != self._staff_cohort_id]

    def members(self, memberships: Sequence[Membership]) -> list[Outcome]:
        """UPDATED, UNCHANGED where nothing has to change, NOT_FOUND without such a cohort or account, or REJECTED."""
        return in_rounds(memberships, lambda one: {(one.account_id, one.group_id)}, self._members_round)

    def _members_round(self, memberships: list[Membership]) -> list[Outcome]:
        known_ids = {group.group_id for group in self.groups()}
        cohort_ids = sorted({one.group_id for one in memberships} & known_ids)
        before = self._read(cohort_ids)
        changes = [
            one
            for one in memberships
            if one.group_id in known_ids and _is_member(before, one) is not one.is_member
        ]
        unanswered = self._write(changes)
        after = self._read(cohort_ids) if changes else before
        return [_outcome(one, before, after, unanswered) for one in memberships]

    def _read(self, cohort_ids: Sequence[str]) -> Members:
        if not cohort_ids:
            return {}
        rows = self._api.read(MEMBERS, {"cohortids": list(cohort_ids)}, list[_CohortMembers])
        return {str(one.cohortid): frozenset(map(str, one.userids)) for one in rows}

    def _write(self, memberships: Sequence[Membership]) -> frozenset[Membership]:
        """Write the memberships; returns those without an answer. What was done is read afterwards."""
        unanswered: set[Membership] = set()
        for is_member, function, argument in ((True, ADD, _addition), (False, REMOVE, _removal)):
            write = partial(self._write_part, function, argument, unanswered)
            rows = [one for one in memberships if one.is_member is is_member and one.account_id.isdigit()]
            BatchWriter(self._api.capacity, argument, write, _refused).send(rows)
        return frozenset(unanswered)

    def _write_part(
        self,
        function: str,
        argument: Callable[[Membership], object],
        unanswered: set[Membership],
        rows: Sequence[Membership],
    ) -> list[Outcome] | str:
        reply = self._api.write(function, {"members": [argument(one) for one in rows]})
        if not reply.sure:
            unanswered.update(rows)
        return reply.refusal or [NO_ANSWER] * len(rows)


def _is_member(members: Members, one: Membership) -> bool:
    return one.account_id in members.get(one.group_id, ())


def _outcome(one: Membership, before: Members, after: Members, unanswered: frozenset[Membership]) -> Outcome:
    """What the two readings show: an account that was added and is not a member does not exist any more."""
    if one.group_id not in before:
        return Outcome(OutcomeStatus.NOT_FOUND, code="group.not_found")
    if _is_member(before, one) is one.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, one.account_id)
    if _is_member(after, one) is one.is_member:
        return Outcome(OutcomeStatus.UPDATED, one.account_id)
    if one in unanswered:
        return NO_ANSWER
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
