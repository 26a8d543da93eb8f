"""Users of Moodle looked up: keys in, the accounts that really have them out.

Moodle's look-up of addresses is case-sensitive on PostgreSQL, and its search takes wildcards; so every match is
compared here again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from connector.core.model.account import Account
from connector.core.model.employee import email_key
from connector.core.ports.host import Found, Key, KeyKind
from connector.errors import HostAuthError, HostError
from connector.hosts.accounts import KeyIndex, canonical
from connector.hosts.moodle.api import FIND, MEMBERS, SEARCH, MoodleApi
from connector.hosts.moodle.mixed_case import MixedCaseAddresses
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.moodle.users import GUEST, MoodleReader, MoodleUser, SearchResult

#: The digits of the longest id: no account has a longer one, and Moodle would refuse the whole call.
MAX_ID_DIGITS = 18
#: From this many people of one domain, the domain is listed instead of searching for each person.
MIN_FOR_LISTING = 10
#: The most users in one look-up: Moodle spends some milliseconds on each.
MAX_AT_ONCE = 1000
#: How many of the oldest accounts show whether emails are visible; the first administrator is among them.
PROBED = 100


class _Cohort(msgspec.Struct, gc=False):
    userids: list[int] = []


class MoodleLookup:
    """Looks up users of one site. `admins` are the ids of users who a refusal has shown to be site admins.

    `stopped_by` is an error that came up after a write: the write has its outcome, and the next look-up raises it.
    """

    def __init__(self, settings: MoodleSettings, api: MoodleApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._mixed_case = MixedCaseAddresses(api, clock)
        self._reader = MoodleReader(settings)
        #: The user's column by the kind of key.
        self._columns = {KeyKind.ID: "id", KeyKind.EMAIL: "email"}
        if settings.owns_id_number:
            self._columns[KeyKind.EXTERNAL_ID] = "idnumber"
        self._staff_cohort_id = settings.staff_cohort_id
        self._ignores_case: bool | None = None
        self._sees_emails = False
        self.stopped_by: HostError | None = None
        self.admins: set[str] = set()

    def find(self, keys: Sequence[Key]) -> Found:
        """All accounts that have each key, in the order of their ids; addresses are found in any case."""
        index, accounts = KeyIndex(), dict[str, Account]()
        _put(index, accounts, self.exact_matches(keys))
        emails = {one.value: one for one in map(canonical, keys) if one.kind is KeyKind.EMAIL and one.value}
        missed = [key.value for key in emails.values() if not index.account_ids(key)]
        _put(index, accounts, self._search([email for email in missed if self._may_differ_in_case(email)]))
        return {key: [accounts[account_id] for account_id in index.account_ids(key)] for key in keys}

    def exact_matches(self, keys: Sequence[Key]) -> list[Account]:
        """Accounts that have one of the keys, and perhaps others; an address in another case may be missed."""
        self._expect_visible_emails()
        users: dict[int, MoodleUser] = {}
        for kind, field in self._columns.items():
            users.update((user.id, user) for user in self._by_field(field, _values(keys, kind)))
        return self._accounts(users.values())

    def users(self, account_ids: Iterable[str]) -> dict[str, MoodleUser]:
        """The users with these ids, by id; deleted ones are left out."""
        keys = [Key(KeyKind.ID, account_id) for account_id in account_ids]
        users = self._by_field("id", _values(keys, KeyKind.ID))
        return {user.account_id: user for user in users if not user.is_deleted}

    def accounts(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """The accounts with these ids, by id; deleted ones are left out."""
        accounts = self._accounts(self.users(account_ids).values())
        return {account.account_id: account for account in accounts}

    def forget(self) -> None:
        """Forget the remembered addresses, because users are written."""
        self._mixed_case.forget()

    def _expect_visible_emails(self) -> None:
        """Look at the oldest accounts once: where emails are hidden, a look-up of one finds nobody, silently."""
        if not self._sees_emails:
            self.users(map(str, range(1, PROBED + 1)))
            self._sees_emails = True

    def _by_field(self, field: str, values: Sequence[str]) -> Iterator[MoodleUser]:
        if self.stopped_by is not None:
            raise self.stopped_by
        size = min(MAX_AT_ONCE, self._api.capacity) if values else 1
        for start in range(0, len(values), size):
            arguments = {"field": field, "values": values[start : start + size]}
            users = self._api.read(FIND, arguments, list[MoodleUser])
            self._expect_details(users)
            yield from users

    def _expect_details(self, users: Iterable[MoodleUser]) -> None:
        """Raise HostAuthError where Moodle hides a value without which one person could get two accounts.

        Moodle always shows an account its own email, so that one proves nothing.
        """
        for user in users:
            if not user.username:
                raise HostAuthError(
                    "The connector's account at Moodle does not see the details of users. Give it"
                    " moodle/user:viewalldetails and moodle/user:viewhiddendetails in the system context."
                )
            if not user.email and user.username != GUEST and user.account_id != self._api.own_id:
                raise HostAuthError(
                    "Moodle hides emails from the connector's account, so the connector stops: it could add a second"
                    f" account for somebody who has one. It got user {user.account_id} without an email. Give the"
                    " account moodle/site:viewuseridentity in the system context, and add the email to the site"
                    " setting showuseridentity. If both are there, that user has no email: enter one."
                )

    def _search(self, emails: Sequence[str]) -> list[Account]:
        """Accounts that have one of these addresses in any case, and perhaps others: `_` and `%` are wildcards.

        Many addresses of one domain take a single search.
        """
        domains = Counter(_domain(email) for email in emails)
        listed = {
            domain: self._mixed_case.in_domain(domain)
            for domain, count in domains.items()
            if domain and count >= MIN_FOR_LISTING
        }
        singly = [email for email in emails if listed.get(_domain(email)) is None]
        listed_ids = [(listed.get(_domain(email)) or {}).get(email, []) for email in emails]

        def search(email: str) -> list[MoodleUser]:
            arguments = {"criteria": [{"key": "email", "value": _pattern(email)}]}
            return self._api.read(SEARCH, arguments, SearchResult).users

        users = {user.id: user for result in self._api.each(singly, search) for user in result}
        by_id = self.accounts(account_id for ids in listed_ids for account_id in ids)
        return [*self._accounts(users.values()), *by_id.values()]

    def _may_differ_in_case(self, email: str) -> bool:
        """Whether the exact look-up may have missed an account; tried once, with the connector's own address."""
        if self._ignores_case is None:
            own = self.users([self._api.own_id]).get(self._api.own_id)
            swapped = own.email.swapcase() if own else ""
            self._ignores_case = swapped != (own.email if own else "") and any(
                self._by_field("email", [swapped])
            )
        return not (self._ignores_case and email.isascii())

    def _accounts(self, users: Iterable[MoodleUser]) -> list[Account]:
        existing = [user for user in users if not user.is_deleted]
        staff = self._staff() if existing else frozenset()
        return [self._reader.account(user, staff) for user in existing]

    def _staff(self) -> frozenset[str]:
        """The ids of the accounts that are more than learners, as far as Moodle shows it."""
        members: set[str] = set()
        if self._staff_cohort_id:
            arguments = {"cohortids": [self._staff_cohort_id]}
            for cohort in self._api.read(MEMBERS, arguments, list[_Cohort]):
                members.update(map(str, cohort.userids))
        return frozenset({self._api.own_id, *self.admins, *members})


def _put(index: KeyIndex, accounts: dict[str, Account], matches: Iterable[Account]) -> None:
    for account in matches:
        if account.account_id not in accounts:
            accounts[account.account_id] = account
            index.put(account)


def _values(keys: Sequence[Key], kind: KeyKind) -> list[str]:
    """The values to look up, each once. An address is also looked up as it came: it may be stored like that."""
    values = [key.value for key in keys if key.kind is kind]
    if kind is KeyKind.ID:
        values = [
            value for value in values if value.isascii() and value.isdigit() and len(value) <= MAX_ID_DIGITS
        ]
    if kind is KeyKind.EMAIL:
        values = [form for value in values for form in (email_key(value) or "", value.strip())]
    return [value for value in dict.fromkeys(values) if value]


def _domain(email: str) -> str:
    """The domain of an address that can be listed; empty for other addresses, which are searched for singly."""
    domain = email.rpartition("@")[2]
    return domain if email.isascii() and "%" not in domain else ""


def _pattern(email: str) -> str:
    """A search pattern for an address that matches few others; a letter beyond ASCII may be stored in another case."""
    return "".join(letter if letter.isascii() and letter != "%" else "_" for letter in email)
