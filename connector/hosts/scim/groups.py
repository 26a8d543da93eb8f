"""Groups of a SCIM service: memberships in, one outcome per membership out, in order.

Services differ in how a member is removed, and answer yes to ways that do nothing; so a group is read again after each
way until the member is gone. Source: RFC 7644, section 3.5.2; RFC 7643, section 4.2.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from connector.core.model.account import Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.errors import HostContractError, HostUnavailable
from connector.hosts import checks
from connector.hosts.remote import Remote
from connector.hosts.rounds import in_rounds
from connector.hosts.scim.api import ScimApi, Write
from connector.hosts.scim.fields import Json
from connector.hosts.scim.lookup import ID, ScimLookup, TermIndex, term
from connector.hosts.scim.pages import ListReader
from connector.hosts.scim.update import PATCH
from connector.hosts.scim.users import ScimUser

#: The service did not change the membership, whichever way it was sent.
NOT_KEPT = "group.not_kept"

Operation = dict[str, Any]


class ScimGroups:
    """The groups of one service."""

    def __init__(self, remote: Remote, lookup: ScimLookup, api: ScimApi) -> None:
        self._remote = remote
        self._lookup = lookup
        self._api = api
        self._ways: list[Callable[[Sequence[ScimUser], Sequence[Json]], list[Operation]]] = [
            _removed_by_filter,
            _removed_by_value,
            _replaced,
        ]

    def groups(self) -> list[Group]:
        """All groups. Raises HostUnavailable when the list is not complete."""
        groups = ListReader(self._remote, "/Groups").all(_group)
        if groups is None:
            raise HostUnavailable(
                "The LMS's list of groups is inconsistent: its total does not tally with its groups. Try again later."
            )
        return groups

    def members(self, memberships: Sequence[Membership]) -> list[Outcome]:
        """UPDATED, UNCHANGED where nothing has to change, NOT_FOUND without such a group or account, or REJECTED."""
        index = self._lookup.index(term(ID, one.account_id) for one in memberships)
        return in_rounds(
            memberships,
            lambda one: [(one.account_id, one.group_id)],
            lambda some: self._members_round(some, index),
        )

    def _members_round(self, memberships: Sequence[Membership], index: TermIndex) -> list[Outcome]:
        """Memberships of which no two are the same."""
        outcomes: dict[Membership, Outcome] = {}
        for group_id in dict.fromkeys(one.group_id for one in memberships):
            of_group = [one for one in memberships if one.group_id == group_id]
            outcomes |= self._change_group(group_id, of_group, index)
        return [outcomes[one] for one in memberships]

    def _change_group(
        self, group_id: str, memberships: Sequence[Membership], index: TermIndex
    ) -> dict[Membership, Outcome]:
        path = f"/Groups/{quote(group_id, safe='')}"
        before = self._rows(path) if group_id else None
        if before is None:
            return dict.fromkeys(memberships, Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND))
        users = {one: index.by_id(one.account_id) for one in memberships}
        changes = {
            one: user for one, user in users.items() if user and _is_in(user, before) is not one.is_member
        }
        self._add(path, [user for one, user in changes.items() if one.is_member])
        after = self._remove(path, [user for one, user in changes.items() if not one.is_member])
        rows = after if changes else before
        return {
            one: _outcome(user, one.is_member, is_change=one in changes, rows=rows)
            for one, user in users.items()
        }

    def _add(self, path: str, users: Sequence[ScimUser]) -> None:
        if users:
            members = [{"value": user.account.account_id} for user in users]
            self._patch(path, [{"op": "add", "path": "members", "value": members}])

    def _remove(self, path: str, users: Sequence[ScimUser]) -> list[Json]:
        """Remove users in the way that works here, which is tried first from then on; gives the members afterwards."""
        rows = self._rows(path) or []
        for way in list(self._ways):
            left = [user for user in users if _is_in(user, rows)]
            if not left:
                break
            self._patch(path, way(left, rows))
            rows = self._rows(path) or []
            if not any(_is_in(user, rows) for user in left):
                self._ways.remove(way)
                self._ways.insert(0, way)
        return rows

    def _patch(self, path: str, operations: list[Operation]) -> None:
        self._api.send([Write("PATCH", path, {"schemas": [PATCH], "Operations": operations})])

    def _rows(self, path: str) -> list[Json] | None:
        """The members of a group; None when there is no such group."""
        answer = self._remote.call("GET", path)
        try:
            group = answer.json() if answer.ok else None
        except HostContractError:
            return None
        if not isinstance(group, Mapping):
            return None
        return [row for row in group.get("members") or () if isinstance(row, Mapping)]


def _group(resource: Json) -> Group | None:
    group_id = resource.get("id")
    return Group(str(group_id), str(resource.get("displayName") or group_id)) if group_id else None


def _names(user: ScimUser) -> tuple[str, str]:
    """The values that name a member: the id by the standard, the user name in some services."""
    return user.account.account_id, user.user_name


def _is_in(user: ScimUser, rows: Sequence[Json]) -> bool:
    return any(row.get("value") in _names(user) for row in rows)


def _removed_by_filter(users: Sequence[ScimUser], rows: Sequence[Json]) -> list[Operation]:
    return [{"op": "remove", "path": f'members[value eq "{user.account.account_id}"]'} for user in users]


def _removed_by_value(users: Sequence[ScimUser], rows: Sequence[Json]) -> list[Operation]:
    values = [{"value": user.account.account_id} for user in users]
    return [{"op": "remove", "path": "members", "value": values}]


def _replaced(users: Sequence[ScimUser], rows: Sequence[Json]) -> list[Operation]:
    names = {name for user in users for name in _names(user)}
    return [
        {"op": "replace", "path": "members", "value": [row for row in rows if row.get("value") not in names]}
    ]


def _outcome(user: ScimUser | None, is_member: bool, *, is_change: bool, rows: Sequence[Json]) -> Outcome:
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    account = user.account
    if not is_change:
        return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
    if _is_in(user, rows) is not is_member:
        return checks.rejected(account, NOT_KEPT)
    return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
