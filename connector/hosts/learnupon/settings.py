"""What the operator sets for a LearnUpon portal. No input, no output."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from connector.errors import ConfigurationError

_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class LearnUponSettings:
    """One portal. `portal` is its subdomain (`acme`) or its whole address; `key` and `secret` are its API key.

    `external_id_label` is the label of the custom user data field (of the type String) that stores the external id;
    without one it is not stored. With `invites`, a pending account is a portal invitation, which LearnUpon mails at
    once; without, it is created active. `connections` is the number of calls at a time.
    """

    portal: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    external_id_label: str = ""
    invites: bool = False
    connections: int = 4

    @property
    def base_url(self) -> str:
        """The address of the API. Raises ConfigurationError if `portal` is no subdomain and no https address."""
        if _SUBDOMAIN.fullmatch(self.portal):
            return f"https://{self.portal.lower()}.learnupon.com/api/v1"
        parts = urlsplit(self.portal)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.netloc or parts.path.strip("/") or parts.query or parts.username:
            raise ConfigurationError(
                "The LearnUpon portal in the settings is neither a subdomain, such as acme, nor an address, such as"
                " https://acme.learnupon.com. Enter one of the two."
            )
        return f"{parts.scheme}://{parts.netloc}/api/v1"
