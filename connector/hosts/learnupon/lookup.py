"""Users of LearnUpon looked up: keys in, the accounts that really have them out.

A few keys are looked up singly. Many keys, and external ids, which LearnUpon cannot search for, are found in the list
of all users, 500 to a page. A key counts as not found only when the whole list was read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.core.model.account import Account
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.hosts.accounts import KeyIndex
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import Json, LearnUponApi
from connector.hosts.learnupon.fields import Definitions, has_values

#: Up to this many are looked up singly: the list of all users takes one call for every 500.
MAX_SINGLE = 8
#: How long the list of all users is used, by the connector's clock; the connector's own writes are added to it.
LIST_AGE = timedelta(seconds=60)

_USERS = ("user", "users")


@dataclass
class PortalAccounts:
    """All accounts of a portal by id, with an index by key."""

    read_at: datetime
    accounts: dict[str, Account] = field(default_factory=dict)
    index: KeyIndex = field(default_factory=KeyIndex)

    def put(self, account: Account) -> None:
        """Add an account, or replace what is known of it."""
        before = self.accounts.pop(account.account_id, None)
        if before is not None:
            self.index.remove(before)
        self.accounts[account.account_id] = account
        self.index.put(account)


class LearnUponLookup:
    """Looks up users of one portal."""

    def __init__(
        self, api: LearnUponApi, definitions: Callable[[], Definitions], clock: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._definitions = definitions
        self._clock = clock
        self._all: PortalAccounts | None = None

    def all_accounts(self) -> PortalAccounts:
        """All accounts of the portal, at most LIST_AGE old."""
        if self._all is None or self._clock() - self._all.read_at > LIST_AGE:
            self._all = self._read_all()
        return self._all

    def forget(self) -> None:
        """Forget the list of all users, because a write had an unknown effect."""
        self._all = None

    def find(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        """All accounts that have each key."""
        by_list = len(keys) > MAX_SINGLE or any(key.kind is KeyKind.EXTERNAL_ID for key in keys)
        return self._find_in_list(keys) if by_list else self._find_singly(keys)

    def account(self, account_id: str) -> Account | None:
        """The current account with an id; None when there is none."""
        if not (account_id.isascii() and account_id.isdigit()):
            return None
        rows = self._api.single(f"/users/{account_id}", *_USERS)
        return next((one for one in self._accounts(rows) if one.account_id == account_id), None)

    def search(self, email: str) -> list[Account]:
        """The accounts that LearnUpon's own search finds by an address and that really have it."""
        rows = self._api.single("/users/search", *_USERS, email=email.strip())
        return self._accounts(row for row in rows if email_key(str(row.get("email"))) == email_key(email))

    def accounts(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids, by id: current ones for a few ids, at most LIST_AGE old for many."""
        ids = list(dict.fromkeys(account_ids))
        listed = self.all_accounts().accounts if len(ids) > MAX_SINGLE else {}
        # While pages are read, a user added or removed elsewhere may move another user off every page.
        current = self._api.each([one for one in ids if one not in listed], self.account)
        by_id = {account.account_id: account for account in current if account is not None}
        return {one: listed[one] for one in ids if one in listed} | by_id

    def accounts_after_write(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids, by id, read after they were written."""
        if len(account_ids) > MAX_SINGLE:
            self.forget()
            return self.accounts(account_ids)
        accounts = self.accounts(account_ids)
        for account in accounts.values():
            if self._all is not None:
                self._all.put(account)
        return accounts

    def _find_in_list(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        portal = self.all_accounts()
        found = {key: [portal.accounts[one] for one in portal.index.account_ids(key)] for key in keys}
        return found | self._find_ids(keys)

    def _find_singly(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        found: dict[Key, list[Account]] = {key: [] for key in keys}
        found |= self._find_ids(keys)
        emails = [key for key in keys if key.kind is KeyKind.EMAIL]
        matches = self._api.each(emails, lambda key: self.search(key.value))
        found |= dict(zip(emails, matches, strict=True))
        missed = [key for key in emails if not found[key]]
        if missed:
            # It is not documented whether the search ignores case, so the list decides.
            self.forget()
            found |= self._find_in_list(missed)
        return found

    def _find_ids(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        by_id = self.accounts([key.value for key in keys if key.kind is KeyKind.ID])
        return {Key(KeyKind.ID, account_id): [account] for account_id, account in by_id.items()}

    def _read_all(self) -> PortalAccounts:
        portal = PortalAccounts(self._clock())
        rows = self._api.rows("/users", *_USERS)
        if self._definitions().any and not all(map(has_values, rows)):
            # A list without custom user data would show no account with an external id.
            ids = [str(row["id"]) for row in rows]
            accounts = [one for one in self._api.each(ids, self.account) if one is not None]
        else:
            accounts = self._accounts(rows)
        for account in accounts:
            portal.put(account)
        return portal

    def _accounts(self, rows: Iterable[Json]) -> list[Account]:
        definitions = self._definitions()
        return [users.account(row, definitions) for row in rows if "id" in row]
