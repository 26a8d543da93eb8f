"""Users of a SCIM service looked up: terms in, the users who really have them out, or None when that is not certain.

A search is sent as a body, because email addresses do not belong in a URL. Some services ignore filters, others find
nothing by attributes that they do not support, and both answer 200. So every match is compared, and an empty result
counts only if the same search also found a user who is known to have such a value, in another case, and no user who
was not searched for. Otherwise all users are listed, once; so they are where a list takes no more requests. Where the
service ignores `startIndex`, its list is only one page: then everything is searched for, by at most a page at once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.errors import HostUnavailable
from connector.hosts.remote import Remote
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.fields import Json
from connector.hosts.scim.pages import PAGE_SIZE, ListReader, ScimPage, page_of
from connector.hosts.scim.users import ScimReader, ScimUser

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

#: The most values in one search.
CHUNK = 500

ID, EXTERNAL_ID, EMAIL, USER_NAME = "id", "externalId", "emails.value", "userName"

_ATTRIBUTES = {KeyKind.ID: ID, KeyKind.EXTERNAL_ID: EXTERNAL_ID, KeyKind.EMAIL: EMAIL}
_CASE_INSENSITIVE = (EMAIL, USER_NAME)
#: A user name counts as an email: the connector makes it of the email.
_KINDS = {ID: KeyKind.ID, EXTERNAL_ID: KeyKind.EXTERNAL_ID}


@dataclass(frozen=True, slots=True)
class Term:
    """A value of one attribute, in the form in which two values are compared."""

    attribute: str
    value: str


def term(attribute: str, value: str) -> Term:
    """The term of a value as it was written."""
    return Term(attribute, email_key(value) or "" if attribute in _CASE_INSENSITIVE else value)


def key_term(key: Key) -> Term:
    """The term of a key."""
    return term(_ATTRIBUTES[key.kind], key.value)


def unique_terms(external_id: str | None, email: str | None) -> list[Term]:
    """The terms of a row that no other user may have: the key, the address, and the user name made of it."""
    terms = [] if not external_id else [term(EXTERNAL_ID, external_id)]
    address = term(EMAIL, email or "").value
    return [*terms, Term(EMAIL, address), Term(USER_NAME, address)] if address else terms


def user_terms(user: ScimUser) -> set[Term]:
    """The terms that a user is found by."""
    account = user.account
    terms = {
        term(ID, account.account_id),
        term(EXTERNAL_ID, account.external_id or ""),
        term(EMAIL, account.email),
        term(USER_NAME, user.user_name),
    }
    return {one for one in terms if one.value}


class TermIndex:
    """Users by their terms, kept current while a batch is worked through."""

    def __init__(self, users: Iterable[ScimUser]) -> None:
        self._users: dict[str, ScimUser] = {}
        self._account_ids: dict[Term, set[str]] = {}
        for user in users:
            self.put(user)

    def put(self, user: ScimUser) -> None:
        """Add a user, or replace what is known of them."""
        before = self._users.get(user.account.account_id)
        for one in user_terms(before) if before else ():
            self._account_ids[one].discard(user.account.account_id)
        self._users[user.account.account_id] = user
        for one in user_terms(user):
            self._account_ids.setdefault(one, set()).add(user.account.account_id)

    def by_id(self, account_id: str) -> ScimUser | None:
        """The user with an id."""
        return self._users.get(account_id)

    def users(self, one: Term) -> list[ScimUser]:
        """The users who have a term, in the order of their ids."""
        return [self._users[account_id] for account_id in sorted(self._account_ids.get(one, ()))]

    def conflict(self, terms: Iterable[Term], own_id: str = "") -> tuple[Key, str] | None:
        """The first of these terms that a user other than `own_id` has, as a key, with the id of that user."""
        for one in terms:
            for user in self.users(one):
                if user.account.account_id != own_id:
                    return Key(_KINDS.get(one.attribute, KeyKind.EMAIL), one.value), user.account.account_id
        return None


class ScimLookup:
    """Looks up users of one service; safe between threads that only read."""

    def __init__(self, remote: Remote, service: Service, reader: ScimReader) -> None:
        self._remote = remote
        self._reader = reader
        self._list = ListReader(remote, "/Users", self._learn)
        self._chunk = min(CHUNK, service.max_results or CHUNK)
        self._page_count = self._page_rows = 0
        self._lists = True
        #: Attribute -> a value that a user is known to have, for the test whether a search works.
        self._known_values: dict[str, str] = {}
        self._distrusted: set[str] = set()

    def users(self, terms: Iterable[Term]) -> list[ScimUser] | None:
        """All users who have one of the terms, each once; None when that is not certain."""
        terms = frozenset(one for one in terms if one.value)
        if not terms:
            return []
        # The number of pages decides whether a search takes fewer requests than the list.
        first = None if self._page_count else self._list.first()
        if not self._lists or self._page_count > len(self._chunks(terms)):
            users = self._search_all(terms)
            if users is not None:
                return users
        users = self._list.all(lambda resource: self._match(resource, terms), first)
        if users is not None or not self._lists:
            return users
        self._lists = False
        self._chunk = max(2, min(self._chunk, self._page_rows))
        self._distrusted.clear()
        return self._search_all(terms)

    def users_now(self, terms: Iterable[Term]) -> list[ScimUser] | None:
        """The same after a write, whose answer must not be lost: None also when the service does not answer."""
        try:
            return self.users(terms)
        except HostUnavailable:
            return None

    def user(self, account_id: str) -> ScimUser | None:
        """The current user with an id; None when there is none, or when that is not certain."""
        users = self.users_now([term(ID, account_id)])
        return users[0] if users else None

    def index(self, terms: Iterable[Term]) -> TermIndex:
        """The users who have one of the terms. Raises HostUnavailable when that is not certain."""
        users = self.users(terms)
        if users is None:
            raise HostUnavailable(
                "The LMS's list of users is inconsistent: its total does not tally with its users, and its search"
                " cannot be trusted either. So the sync stops here; what it has done before stays. Try again later. If"
                " it happens again, run `flask connector hosts test`: the SCIM service may ignore startIndex."
            )
        return TermIndex(users)

    def _learn(self, page: ScimPage) -> None:
        """Remember the number of pages, and for each attribute a value that a user is known to have."""
        self._page_rows = len(page.rows)
        self._page_count = max(1, -(-page.total // max(1, self._page_rows)))
        self._known_values = {}
        for user in filter(None, map(self._reader.read, page.rows)):
            for attribute, value in (
                (ID, user.account.account_id),
                (EXTERNAL_ID, user.account.external_id or ""),
                (EMAIL, user.account.email.swapcase()),
                (USER_NAME, user.user_name.swapcase()),
            ):
                if value and value.isascii():
                    self._known_values.setdefault(attribute, value)

    def _chunks(self, terms: Iterable[Term]) -> list[tuple[str, list[str]]]:
        """The searches needed, as attribute and values, each with room for one known value."""
        values: dict[str, list[str]] = {}
        for one in sorted(terms, key=lambda one: (one.attribute, one.value)):
            values.setdefault(one.attribute, []).append(one.value)
        size = max(1, self._chunk - 1)
        return [
            (attribute, all_values[start : start + size])
            for attribute, all_values in values.items()
            for start in range(0, len(all_values), size)
        ]

    def _search_all(self, terms: frozenset[Term]) -> list[ScimUser] | None:
        """The users found by searching; None when one of the searches cannot be trusted."""
        chunks = self._chunks(terms)
        attributes = {attribute for attribute, _ in chunks}
        if attributes & self._distrusted or not attributes <= self._known_values.keys():
            return None
        # The service may fold the case of a letter beyond ASCII in another way.
        if not all(one.value.isascii() for one in terms):
            return None
        results = self._remote.each(chunks, lambda chunk: self._search(*chunk))
        users: dict[str, ScimUser] = {}
        for (attribute, _), matches in zip(chunks, results, strict=True):
            if matches is None:
                self._distrusted.add(attribute)
                return None
            users |= {user.account.account_id: user for user in matches if user_terms(user) & terms}
        return list(users.values())

    def _search(self, attribute: str, values: Sequence[str]) -> list[ScimUser] | None:
        """The users that one search finds; None when it finds another user, or misses the known one."""
        known_value = self._known_values[attribute]
        terms = {term(attribute, value) for value in (*values, known_value)}
        conditions = [f"{attribute} eq {json.dumps(value)}" for value in (*values, known_value)]
        rows = self._rows(" or ".join(conditions))
        users = [self._reader.read(row) for row in rows or ()]
        matched = [_every_term(user) & terms if user else set() for user in users]
        if rows is None or not all(matched) or term(attribute, known_value) not in set().union(*matched):
            return None
        return [user for user in users if user]

    def _rows(self, condition: str) -> list[Json] | None:
        """Every row that a filter finds; None when the service does not return them all."""
        rows: dict[str, Json] = {}
        while True:
            body = {"schemas": [SEARCH], "filter": condition, "startIndex": 1 + len(rows), "count": PAGE_SIZE}
            page = page_of(self._remote.call("POST", "/Users/.search", json=body))
            if page is None:
                return None
            before = len(rows)
            rows |= {str(row.get("id")): row for row in page.rows}
            if len(rows) >= page.total:
                return list(rows.values())
            if len(rows) == before:
                return None

    def _match(self, resource: Json, terms: frozenset[Term]) -> ScimUser | None:
        user = self._reader.read(resource)
        return user if user and user_terms(user) & terms else None


def _every_term(user: ScimUser) -> set[Term]:
    """The terms that a search may rightly find a user by, including second addresses."""
    emails = user.resource.get("emails")
    rows = emails if isinstance(emails, list) else []
    return user_terms(user) | {term(EMAIL, str(row.get("value") or "")) for row in rows}
