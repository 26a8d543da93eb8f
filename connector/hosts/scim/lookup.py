"""Finding users by what they carry: terms in, users that really carry one out, or None when nobody can tell.

A search is sent as a body, for addresses have no place in a URL. Services ignore filters, or find nobody by attributes
that they do not look at, and answer 200 to both; so every row is compared, and that nobody else is there is believed
only if the same search also found somebody who is known to carry such a value, in other letters, and nobody who was
not asked for. Else everybody is listed, once, which is done as well where that takes no more requests.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.hosts.remote import Remote
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.fields import Json
from connector.hosts.scim.pages import PAGE_SIZE, Listing, ScimPage, page_of
from connector.hosts.scim.users import ScimReader, ScimUser

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

#: How many values are asked for in one search.
CHUNK = 500

ID, EXTERNAL_ID, EMAIL, USER_NAME = "id", "externalId", "emails.value", "userName"

_ATTRIBUTES = {KeyKind.ID: ID, KeyKind.EXTERNAL_ID: EXTERNAL_ID, KeyKind.EMAIL: EMAIL}
_FOLDED = (EMAIL, USER_NAME)


@dataclass(frozen=True, slots=True)
class Term:
    """A value of one attribute, in the form in which two are compared."""

    attribute: str
    value: str


def term(attribute: str, value: str) -> Term:
    """The term of a value as it was written."""
    return Term(attribute, email_key(value) or "" if attribute in _FOLDED else value)


def term_of(key: Key) -> Term:
    """The term that a key asks for."""
    return term(_ATTRIBUTES[key.kind], key.value)


def terms_of(user: ScimUser) -> set[Term]:
    """What a user is found under."""
    account = user.account
    carried = {
        term(ID, account.account_id),
        term(EXTERNAL_ID, account.external_id or ""),
        term(EMAIL, account.email),
        term(USER_NAME, user.user_name),
    }
    return {one for one in carried if one.value}


class Lookup:
    """Looks users of one service up; safe between threads that only read."""

    def __init__(self, remote: Remote, service: Service, reader: ScimReader) -> None:
        self._remote = remote
        self._reader = reader
        self._listing = Listing(remote, "/Users", self._learn)
        self._chunk = min(CHUNK, service.max_results or CHUNK)
        self._pages = 0
        self._known: dict[str, str] = {}
        self._distrusted: set[str] = set()

    def users(self, terms: Iterable[Term]) -> list[ScimUser] | None:
        """Everybody who carries one of the terms, once; None when that cannot be told."""
        wanted = frozenset(one for one in terms if one.value)
        if not wanted:
            return []
        # How many there are decides whether it is worth while to search.
        first = None if self._pages else self._listing.first()
        chunks = self._chunks(wanted)
        if self._pages > len(chunks):
            found = self._searched(chunks, wanted)
            if found is not None:
                return found
        return self._listing.all(lambda resource: self._wanted(resource, wanted), first)

    def one(self, account_id: str) -> ScimUser | None:
        """A user by id, as they are now; None when they are gone or do not come."""
        found = self.users([term(ID, account_id)])
        return found[0] if found else None

    def _learn(self, page: ScimPage) -> None:
        """How many pages there are, and somebody who is surely found by each attribute."""
        self._pages = max(1, -(-page.total // max(1, len(page.rows))))
        self._known = {}
        for user in filter(None, map(self._reader.read, page.rows)):
            for attribute, value in (
                (ID, user.account.account_id),
                (EXTERNAL_ID, user.account.external_id or ""),
                (EMAIL, user.account.email.swapcase()),
                (USER_NAME, user.user_name.swapcase()),
            ):
                if value and value.isascii():
                    self._known.setdefault(attribute, value)

    def _chunks(self, wanted: Iterable[Term]) -> list[tuple[str, list[str]]]:
        """The searches that are needed, each with room for the one who is known."""
        values: dict[str, list[str]] = {}
        for one in sorted(wanted, key=lambda one: (one.attribute, one.value)):
            values.setdefault(one.attribute, []).append(one.value)
        size = max(1, self._chunk - 1)
        return [
            (attribute, asked[start : start + size])
            for attribute, asked in values.items()
            for start in range(0, len(asked), size)
        ]

    def _searched(
        self, chunks: Sequence[tuple[str, list[str]]], wanted: frozenset[Term]
    ) -> list[ScimUser] | None:
        """Who was found by searching; None when not all of it can be believed."""
        attributes = {attribute for attribute, _ in chunks}
        if attributes & self._distrusted or not attributes <= self._known.keys():
            return None
        # A letter beyond ASCII may be folded here and not there.
        if not all(one.value.isascii() for one in wanted):
            return None
        answers = self._remote.each(chunks, lambda chunk: self._search(*chunk))
        users: dict[str, ScimUser] = {}
        for (attribute, _), found in zip(chunks, answers, strict=True):
            if found is None:
                self._distrusted.add(attribute)
                return None
            users |= {user.account.account_id: user for user in found if terms_of(user) & wanted}
        return list(users.values())

    def _search(self, attribute: str, asked: Sequence[str]) -> list[ScimUser] | None:
        known = self._known[attribute]
        wanted = {term(attribute, value) for value in (*asked, known)}
        rows = self._rows(" or ".join(f"{attribute} eq {json.dumps(value)}" for value in (*asked, known)))
        users = [self._reader.read(row) for row in rows or ()]
        carried = [_every_term(user) & wanted if user else set() for user in users]
        if rows is None or not all(carried) or term(attribute, known) not in set().union(*carried):
            return None
        return [user for user in users if user]

    def _rows(self, condition: str) -> list[Json] | None:
        """Every row that a filter finds; None when they do not all come."""
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

    def _wanted(self, resource: Json, wanted: frozenset[Term]) -> ScimUser | None:
        user = self._reader.read(resource)
        return user if user and terms_of(user) & wanted else None


def _every_term(user: ScimUser) -> set[Term]:
    """What a search may rightly find a user by: second addresses, too."""
    emails = user.resource.get("emails")
    rows = emails if isinstance(emails, list) else []
    return terms_of(user) | {term(EMAIL, str(row.get("value") or "")) for row in rows}
