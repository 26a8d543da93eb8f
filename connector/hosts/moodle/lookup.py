"""Looking users up: keys in, the accounts that really carry them out.

Moodle compares addresses letter by letter on PostgreSQL, and by words with wildcards in its search: whatever it finds
is compared here once more.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from connector.core.model.account import Account
from connector.core.model.employee import email_key
from connector.core.ports.host import Found, Key, KeyKind
from connector.errors import HostAuthError
from connector.hosts.keys import KeyIndex, canonical
from connector.hosts.moodle.api import FIND, MEMBERS, SEARCH, Site
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.spellings import Capitals
from connector.hosts.moodle.users import MoodleReader, MoodleUser, Searched

#: Ids are numbers of a database: longer ones, or others, are nobody's, and Moodle would refuse the whole call.
LONGEST_ID = 18
#: From how many people of one domain on its addresses are listed rather than each searched for.
MANY_OF_A_DOMAIN = 10
#: How many users are asked for in one call at most: Moodle spends some milliseconds on each.
MOST_AT_ONCE = 1000

_FIELDS = {KeyKind.ID: "id", KeyKind.EXTERNAL_ID: "idnumber", KeyKind.EMAIL: "email"}


class _Cohort(msgspec.Struct, gc=False):
    userids: list[int] = []


class Directory:
    """The users of one site. Whom a refusal has shown to be a site admin is remembered in `admins`."""

    def __init__(self, settings: MoodleSettings, site: Site, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._capitals = Capitals(site, clock)
        self._reader = MoodleReader(settings)
        self._staff_cohort_id = settings.staff_cohort_id
        self._ignores_case: bool | None = None
        self.admins: set[str] = set()

    def find(self, keys: Sequence[Key]) -> Found:
        """Everybody who carries a key, in the order of their ids; addresses are looked up in both ways."""
        index, accounts = KeyIndex(), dict[str, Account]()
        _put(index, accounts, self.listed(keys))
        left = {one.value: one for one in map(canonical, keys) if one.kind is KeyKind.EMAIL and one.value}
        unseen = [key.value for key in left.values() if not index.carriers(key)]
        _put(index, accounts, self._searched([value for value in unseen if self._may_hide(value)]))
        return {key: [accounts[carrier] for carrier in index.carriers(key)] for key in keys}

    def listed(self, keys: Sequence[Key]) -> list[Account]:
        """Who carries one of the keys, and perhaps some who do not; an address in other letters may be missed."""
        users: dict[int, MoodleUser] = {}
        for kind, field in _FIELDS.items():
            users.update((user.id, user) for user in self._by_field(field, _values(keys, kind)))
        return self._accounts(users.values())

    def users(self, account_ids: Iterable[str]) -> dict[str, MoodleUser]:
        """Users by id; without those who are gone."""
        keys = [Key(KeyKind.ID, account_id) for account_id in account_ids]
        found = self._by_field("id", _values(keys, KeyKind.ID))
        return {user.account_id: user for user in found if not user.is_deleted}

    def accounts(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Accounts by id; without those who are gone."""
        found = self._accounts(self.users(account_ids).values())
        return {account.account_id: account for account in found}

    def _by_field(self, field: str, values: Sequence[str]) -> Iterator[MoodleUser]:
        size = min(MOST_AT_ONCE, self._site.capacity) if values else 1
        for start in range(0, len(values), size):
            arguments = {"field": field, "values": values[start : start + size]}
            yield from self._site.read(FIND, arguments, list[MoodleUser])

    def _searched(self, emails: Sequence[str]) -> list[Account]:
        """Who has one of these addresses in any letters, and perhaps strangers: `_` and `%` stand for others there.

        Many of one domain are a single search.
        """
        domains = Counter(_domain(email) for email in emails)
        listed = {
            domain: self._capitals.of(domain)
            for domain, count in domains.items()
            if domain and count >= MANY_OF_A_DOMAIN
        }
        alone = [email for email in emails if listed.get(_domain(email)) is None]
        known = [(listed.get(_domain(email)) or {}).get(email, []) for email in emails]

        def search(email: str) -> list[MoodleUser]:
            arguments = {"criteria": [{"key": "email", "value": _pattern(email)}]}
            return self._site.read(SEARCH, arguments, Searched).users

        found = {user.id: user for users in self._site.each(alone, search) for user in users}
        return [*self._accounts(found.values()), *self.accounts(one for ids in known for one in ids).values()]

    def wrote(self) -> None:
        """Somebody was made or changed: what was remembered of addresses may not be so any more."""
        self._capitals.forget()

    def _may_hide(self, email: str) -> bool:
        """Whether the exact look-up may have missed somebody; tried out once with the connector's own address."""
        if self._ignores_case is None:
            own = self.users([self._site.own_id]).get(self._site.own_id)
            swapped = own.email.swapcase() if own else ""
            self._ignores_case = swapped != (own.email if own else "") and any(
                self._by_field("email", [swapped])
            )
        return not (self._ignores_case and email.isascii())

    def _accounts(self, users: Iterable[MoodleUser]) -> list[Account]:
        there = [user for user in users if not user.is_deleted]
        if any(not user.username for user in there):
            raise HostAuthError(
                "The connector's account at Moodle does not see who users are. Give it moodle/user:viewalldetails and"
                " moodle/user:viewhiddendetails in the system context."
            )
        staff = self._staff() if there else frozenset()
        return [self._reader.account(user, staff) for user in there]

    def _staff(self) -> frozenset[str]:
        """The ids of those who are more than learners, as far as Moodle tells."""
        members: set[str] = set()
        if self._staff_cohort_id:
            arguments = {"cohortids": [self._staff_cohort_id]}
            for cohort in self._site.read(MEMBERS, arguments, list[_Cohort]):
                members.update(map(str, cohort.userids))
        return frozenset({self._site.own_id, *self.admins, *members})


def _put(index: KeyIndex, accounts: dict[str, Account], found: Iterable[Account]) -> None:
    for account in found:
        if account.account_id not in accounts:
            accounts[account.account_id] = account
            index.put(account)


def _values(keys: Sequence[Key], kind: KeyKind) -> list[str]:
    """What to look up, each once. An address is asked for as it came, too: that may be how it is stored."""
    wanted = [key.value for key in keys if key.kind is kind]
    if kind is KeyKind.ID:
        wanted = [
            value for value in wanted if value.isascii() and value.isdigit() and len(value) <= LONGEST_ID
        ]
    if kind is KeyKind.EMAIL:
        wanted = [form for value in wanted for form in (email_key(value) or "", value.strip())]
    return [value for value in dict.fromkeys(wanted) if value]


def _domain(email: str) -> str:
    """The domain of an address whose capitals are known; empty for others, which are searched for one by one."""
    domain = email.rpartition("@")[2]
    return domain if email.isascii() and "%" not in domain else ""


def _pattern(email: str) -> str:
    """An address to search for, so that it matches few others: letters beyond ASCII may be stored in other cases."""
    return "".join(letter if letter.isascii() and letter != "%" else "_" for letter in email)
