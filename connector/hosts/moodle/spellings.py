"""Addresses that Moodle keeps with capitals in them: a domain in, whose those are out.

The exact look-up misses them where a site compares letter by letter, and a search takes one address or one pattern. So
whole domains are searched, once for many people, and only what the exact look-up misses is remembered, for a while.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from connector.core.model.employee import email_key
from connector.errors import HostContractError, HostUnavailable
from connector.hosts.moodle.api import SEARCH, Site, shaped
from connector.hosts.moodle.users import Searched

#: A sync looks everybody up within this time; what others edit meanwhile, a create finds by being refused.
REMEMBERED_FOR = timedelta(minutes=10)

Spellings = Mapping[str, list[str]]


class Capitals:
    """The addresses of one site that have capitals, by their domains."""

    def __init__(self, site: Site, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._clock = clock
        self._known: dict[str, tuple[datetime, Spellings | None]] = {}

    def of(self, domain: str) -> Spellings | None:
        """Email in lower case -> ids of users; None when the site does not list the domain, being too large."""
        now = self._clock()
        if domain not in self._known or now - self._known[domain][0] > REMEMBERED_FOR:
            self._known[domain] = (now, self._read(domain))
        return self._known[domain][1]

    def forget(self) -> None:
        """Addresses were written."""
        self._known.clear()

    def _read(self, domain: str) -> Spellings | None:
        """Asked once: a site that breaks down at so many users is not to be asked again."""
        try:
            reply = self._site.write(SEARCH, {"criteria": [{"key": "email", "value": f"%@{domain}"}]})
            listed = shaped(reply.value, Searched).users if reply.sure and not reply.refusal else None
        except (HostContractError, HostUnavailable):
            listed = None
        if listed is None:
            return None
        found: dict[str, list[str]] = {}
        for user in listed:
            key = email_key(user.email)
            if key is not None and key != user.email:
                found.setdefault(key, []).append(user.account_id)
        return found
