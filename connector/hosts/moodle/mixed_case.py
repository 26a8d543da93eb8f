"""Addresses that Moodle stores with capital letters: a domain in, the users with such addresses out.

Where a site compares case-sensitively, the exact look-up misses these users, and a search takes only one address or
one pattern. So a whole domain is searched once, and what the exact look-up misses is remembered for a while.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from connector.core.model.employee import email_key
from connector.errors import HostContractError, HostUnavailable
from connector.hosts.moodle.api import SEARCH, MoodleApi, converted
from connector.hosts.moodle.users import SearchResult

#: A sync looks up all people within this time. An edit by others meanwhile shows as a refused create.
REMEMBERED_FOR = timedelta(minutes=10)

#: An address in lower case -> the ids of the users who have it with capitals.
IdsByEmail = Mapping[str, list[str]]


class MixedCaseAddresses:
    """The addresses of one site that have capital letters, by domain."""

    def __init__(self, api: MoodleApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._domains: dict[str, tuple[datetime, IdsByEmail | None]] = {}

    def in_domain(self, domain: str) -> IdsByEmail | None:
        """The mixed-case addresses of a domain; None when the domain has too many users for the site to list."""
        now = self._clock()
        if domain not in self._domains or now - self._domains[domain][0] > REMEMBERED_FOR:
            self._domains[domain] = (now, self._read(domain))
        return self._domains[domain][1]

    def forget(self) -> None:
        """Forget what was read, because addresses were written."""
        self._domains.clear()

    def _read(self, domain: str) -> IdsByEmail | None:
        """Sent as a write, so once: a site that fails with so many users must not be asked again."""
        try:
            reply = self._api.write(SEARCH, {"criteria": [{"key": "email", "value": f"%@{domain}"}]})
            users = converted(reply.value, SearchResult).users if reply.sure and not reply.refusal else None
        except (HostContractError, HostUnavailable):
            users = None
        if users is None:
            return None
        ids: dict[str, list[str]] = {}
        for user in users:
            key = email_key(user.email)
            if key is not None and key != user.email:
                ids.setdefault(key, []).append(user.account_id)
        return ids
