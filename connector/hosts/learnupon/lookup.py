"""Who is in a LearnUpon portal: keys in, accounts out, each held against the key it is said to carry.

Few are asked for one by one. Many, and whoever carries a key of ours, which LearnUpon cannot look up, are found in the
list of everybody, 500 to a page. What is found nowhere is nobody only when the whole list was read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.core.model.account import Account
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.hosts.keys import KeyIndex
from connector.hosts.learnupon import users
from connector.hosts.learnupon.api import Api, Json
from connector.hosts.learnupon.fields import Definitions, has_values

#: Up to so many are asked for one by one: a list of everybody takes a call for every 500 there are.
FEW = 8
#: How long a list of everybody is good for, by the connector's clock; its own writes are put into it.
GOOD_FOR = timedelta(seconds=60)

_USERS = ("user", "users")


@dataclass
class Everybody:
    """All accounts of a portal by their ids, and who carries which key."""

    read_at: datetime
    accounts: dict[str, Account] = field(default_factory=dict)
    index: KeyIndex = field(default_factory=KeyIndex)

    def put(self, account: Account) -> None:
        """Add an account, in the place of what was known of it."""
        known = self.accounts.pop(account.account_id, None)
        if known is not None:
            self.index.drop(known)
        self.accounts[account.account_id] = account
        self.index.put(account)


class Roster:
    """The look-ups of one portal."""

    def __init__(
        self, api: Api, definitions: Callable[[], Definitions], clock: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._definitions = definitions
        self._clock = clock
        self._everybody: Everybody | None = None

    def everybody(self) -> Everybody:
        """All accounts of the portal, read a moment ago at most."""
        if self._everybody is None or self._clock() - self._everybody.read_at > GOOD_FOR:
            self._everybody = self._read()
        return self._everybody

    def forget(self) -> None:
        """Read everybody anew when they are next asked for: nobody knows what a write has done."""
        self._everybody = None

    def listed(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        """Who carries each key, by the list of everybody."""
        everybody = self.everybody()
        found = {key: [everybody.accounts[one] for one in everybody.index.carriers(key)] for key in keys}
        by_id = self.by_ids([key.value for key in keys if key.kind is KeyKind.ID])
        return found | {Key(KeyKind.ID, account_id): [account] for account_id, account in by_id.items()}

    def asked(self, keys: Sequence[Key]) -> dict[Key, list[Account]]:
        """Who carries each of a few keys, ids and addresses, as they are now."""
        found: dict[Key, list[Account]] = {key: [] for key in keys}
        by_id = self.by_ids([key.value for key in keys if key.kind is KeyKind.ID])
        found |= {Key(KeyKind.ID, account_id): [account] for account_id, account in by_id.items()}
        emails = [key for key in keys if key.kind is KeyKind.EMAIL]
        searched = self._api.each(emails, lambda key: self.search(key.value))
        found |= dict(zip(emails, searched, strict=True))
        missed = [key for key in emails if not found[key]]
        if missed:
            # Whether the search takes capitals for what they are is not documented: the list has the last word.
            self.forget()
            found |= self.listed(missed)
        return found

    def one(self, account_id: str) -> Account | None:
        """One account by its id, as it is now."""
        if not (account_id.isascii() and account_id.isdigit()):
            return None
        rows = self._api.one(f"/users/{account_id}", *_USERS)
        return next((one for one in self._accounts(rows) if one.account_id == account_id), None)

    def search(self, email: str) -> list[Account]:
        """Whoever LearnUpon's own search finds by this address, and who really has it."""
        rows = self._api.one("/users/search", *_USERS, email=email.strip())
        return self._accounts(row for row in rows if email_key(str(row.get("email"))) == email_key(email))

    def by_ids(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids: as they are now when they are few, a moment ago when they are many."""
        distinct = list(dict.fromkeys(account_ids))
        listed = self.everybody().accounts if len(distinct) > FEW else {}
        # Whoever is added or removed while pages are read may push somebody else over the edge of one.
        asked = self._api.each([one for one in distinct if one not in listed], self.one)
        by_id = {account.account_id: account for account in asked if account is not None}
        return {one: listed[one] for one in distinct if one in listed} | by_id

    def after_writing(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """The accounts with these ids, read after they were written, whatever was known of them before."""
        if len(account_ids) > FEW:
            self.forget()
            return self.by_ids(account_ids)
        found = self.by_ids(account_ids)
        for account in found.values():
            if self._everybody is not None:
                self._everybody.put(account)
        return found

    def _read(self) -> Everybody:
        everybody = Everybody(self._clock())
        rows = self._api.rows("/users", *_USERS)
        if self._definitions().any and not all(map(has_values, rows)):
            # A list that leaves custom user data out would show our own key on nobody.
            ids = [str(row["id"]) for row in rows]
            accounts = [one for one in self._api.each(ids, self.one) if one is not None]
        else:
            accounts = self._accounts(rows)
        for account in accounts:
            everybody.put(account)
        return everybody

    def _accounts(self, rows: Iterable[Json]) -> list[Account]:
        definitions = self._definitions()
        return [users.account(row, definitions) for row in rows if "id" in row]
