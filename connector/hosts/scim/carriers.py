"""Who carries which term, kept up to date as a batch is worked through; and rows that need not wait for each other."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from connector.core.ports.host import Key, KeyKind
from connector.hosts.scim.lookup import EXTERNAL_ID, ID, Term, terms_of
from connector.hosts.scim.users import ScimUser

Row = TypeVar("Row")


class Carriers:
    """Users by the terms that they carry."""

    def __init__(self, users: Iterable[ScimUser]) -> None:
        self._users: dict[str, ScimUser] = {}
        self._carriers: dict[Term, set[str]] = {}
        for user in users:
            self.put(user)

    def put(self, user: ScimUser) -> None:
        """Add a user, or have them as they are now."""
        before = self._users.get(user.account.account_id)
        for one in terms_of(before) if before else ():
            self._carriers[one].discard(user.account.account_id)
        self._users[user.account.account_id] = user
        for one in terms_of(user):
            self._carriers.setdefault(one, set()).add(user.account.account_id)

    def by_id(self, account_id: str) -> ScimUser | None:
        """The user with an id."""
        return self._users.get(account_id)

    def carrying(self, one: Term) -> list[ScimUser]:
        """Whoever carries a term, in the order of their ids."""
        return [self._users[account_id] for account_id in sorted(self._carriers.get(one, ()))]

    def taken(self, terms: Iterable[Term], but: str = "") -> tuple[Key, str] | None:
        """The first of these terms that somebody else carries, as a key, and who that is."""
        for one in terms:
            for user in self.carrying(one):
                if user.account.account_id != but:
                    return Key(_KINDS.get(one.attribute, KeyKind.EMAIL), one.value), user.account.account_id
        return None


#: A user name is an email to us.
_KINDS = {ID: KeyKind.ID, EXTERNAL_ID: KeyKind.EXTERNAL_ID}


def rounds(rows: Sequence[Row], claims: Callable[[Row], Iterable[Hashable]]) -> list[list[int]]:
    """The numbers of the rows, in rounds: two that claim the same thing are in different ones, the first earlier."""
    found: list[list[int]] = []
    last: dict[Hashable, int] = {}
    for number, row in enumerate(rows):
        claimed = set(claims(row))
        turn = max((last[one] + 1 for one in claimed if one in last), default=0)
        if turn == len(found):
            found.append([])
        found[turn].append(number)
        last |= dict.fromkeys(claimed, turn)
    return found
