"""Groups of a SCIM service: memberships in, one outcome a membership out, in order.

Services differ in how a member is taken out, and say yes to ways that do nothing; so a group is read again after each
way, until it is as was asked. Source: RFC 7644, section 3.5.2; RFC 7643, section 4.2.
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
from connector.hosts.scim.api import Sender, Write
from connector.hosts.scim.carriers import Carriers, rounds
from connector.hosts.scim.fields import Json
from connector.hosts.scim.lookup import ID, Lookup, term
from connector.hosts.scim.pages import Listing
from connector.hosts.scim.update import PATCH
from connector.hosts.scim.users import ScimUser

#: The service did not do it, whichever way it was asked.
NOT_KEPT = "group.not_kept"

Operation = dict[str, Any]


class Groups:
    """The groups of one service."""

    def __init__(self, remote: Remote, lookup: Lookup, sender: Sender) -> None:
        self._remote = remote
        self._lookup = lookup
        self._sender = sender
        self._ways: list[Callable[[Sequence[ScimUser], Sequence[Json]], list[Operation]]] = [
            _removed_by_filter,
            _removed_by_value,
            _replaced,
        ]

    def all(self) -> list[Group]:
        """The groups there are. Raises HostUnavailable when their list does not tally."""
        found = Listing(self._remote, "/Groups").all(_group)
        if found is None:
            raise HostUnavailable("The LMS's list of groups does not tally. Try again later.")
        return found

    def members(self, memberships: Sequence[Membership]) -> list[Outcome]:
        """UPDATED, UNCHANGED, NOT_FOUND for a group or an account that is gone, REJECTED."""
        users = self._lookup.users(term(ID, one.account_id) for one in memberships)
        if users is None:
            raise HostUnavailable("The LMS's list of users does not tally. Try again later.")
        carriers, outcomes = Carriers(users), dict[int, Outcome]()
        for numbers in rounds(memberships, lambda one: [(one.account_id, one.group_id)]):
            for group_id in dict.fromkeys(memberships[number].group_id for number in numbers):
                of_group = [number for number in numbers if memberships[number].group_id == group_id]
                outcomes |= self._fill(
                    group_id, {number: memberships[number] for number in of_group}, carriers
                )
        return [outcomes[number] for number in range(len(memberships))]

    def _fill(self, group_id: str, asked: Mapping[int, Membership], carriers: Carriers) -> dict[int, Outcome]:
        """One group; nobody is asked for twice."""
        path = f"/Groups/{quote(group_id, safe='')}"
        before = self._rows(path) if group_id else None
        users = {number: carriers.by_id(one.account_id) for number, one in asked.items()}
        if before is None:
            return dict.fromkeys(asked, Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND))
        differ = {
            number: user
            for number, user in users.items()
            if user and _is_in(user, before) is not asked[number].is_member
        }
        self._add(path, [user for number, user in differ.items() if asked[number].is_member])
        after = self._remove(path, [user for number, user in differ.items() if not asked[number].is_member])
        return {
            number: _outcome(user, one.is_member, differs=number in differ, rows=after if differ else before)
            for (number, one), user in zip(asked.items(), users.values(), strict=True)
        }

    def _add(self, path: str, users: Sequence[ScimUser]) -> None:
        if users:
            members = [{"value": user.account.account_id} for user in users]
            self._patch(path, [{"op": "add", "path": "members", "value": members}])

    def _remove(self, path: str, users: Sequence[ScimUser]) -> list[Json]:
        """Take them out in whatever way works here, which is tried first from then on; who is in afterwards."""
        rows = self._rows(path) or []
        for way in list(self._ways):
            there = [user for user in users if _is_in(user, rows)]
            if not there:
                break
            self._patch(path, way(there, rows))
            rows = self._rows(path) or []
            if not any(_is_in(user, rows) for user in there):
                self._ways.remove(way)
                self._ways.insert(0, way)
        return rows

    def _patch(self, path: str, operations: list[Operation]) -> None:
        self._sender.send([Write("PATCH", path, {"schemas": [PATCH], "Operations": operations})])

    def _rows(self, path: str) -> list[Json] | None:
        """The members of a group; None when there is no such group."""
        answer = self._remote.call("GET", path)
        try:
            found = answer.json() if answer.ok else None
        except HostContractError:
            return None
        if not isinstance(found, Mapping):
            return None
        return [row for row in found.get("members") or () if isinstance(row, Mapping)]


def _group(resource: Json) -> Group | None:
    group_id = resource.get("id")
    return Group(str(group_id), str(resource.get("displayName") or group_id)) if group_id else None


def _names(user: ScimUser) -> tuple[str, str]:
    """What a member is called: the id by the standard, the user name by some services."""
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


def _outcome(user: ScimUser | None, is_member: bool, *, differs: bool, rows: Sequence[Json]) -> Outcome:
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    account = user.account
    if not differs:
        return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
    if _is_in(user, rows) is not is_member:
        return checks.rejected(account, NOT_KEPT)
    return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
