"""Where Paycor is: production, the sandbox, or a stand-in on this machine. No request is sent from here.

Source: Paycor Public API v1 and v2 documents (`servers`), read 2026-07; the consent pages as integrations use them.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from connector.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Environment:
    """One Paycor. `name` is `production` or `sandbox`; the addresses have no slash at their end.

    `api_url` takes API and token calls, `authorize_url` is where an admin gives consent, `portal_url` is where the
    customer's application lives.
    """

    name: str
    api_url: str
    authorize_url: str
    portal_url: str

    @property
    def other_name(self) -> str:
        """The name of the environment that this one is not."""
        return "sandbox" if self.name == "production" else "production"


PRODUCTION = Environment(
    "production",
    "https://apis.paycor.com",
    "https://hcm.paycor.com/AppActivation/Authorize",
    "https://developers.paycor.com",
)
SANDBOX = Environment(
    "sandbox",
    "https://apis-sandbox.paycor.com",
    "https://hcm-demo.paycor.com/AppActivation/Authorize",
    "https://developers-sandbox.paycor.com",
)
ENVIRONMENTS = {found.name: found for found in (PRODUCTION, SANDBOX)}


def environment(name: str, api_url: str | None = None, authorize_url: str | None = None) -> Environment:
    """The environment called `name`, with its addresses replaced by those given.

    An address has to be https, or http to this machine itself. Raises ConfigurationError that names what is wrong,
    also for an address that belongs to the other environment (rule B4).
    """
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"There is no Paycor environment {name!r}: use production or sandbox.")
    base = ENVIRONMENTS[name]
    return Environment(
        name,
        _address("base_url", api_url, base) if api_url else base.api_url,
        _address("authorize_url", authorize_url, base) if authorize_url else base.authorize_url,
        base.portal_url,
    )


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(key: str, url: str, base: Environment) -> str:
    """The address without a slash at its end; raises ConfigurationError that names `key`."""
    try:
        parts = urlsplit(url.strip())
        port_is_a_number = parts.port is None or parts.port >= 0
    except ValueError:
        raise ConfigurationError(f"{key} is not an address: give one like {base.api_url}.") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.geturl()))
    if not (safe and parts.hostname and port_is_a_number):
        raise ConfigurationError(f"{key} has to begin with https:// (http:// is for this machine alone).")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(f"{key} has to be a bare address: no user, no question mark, no fragment.")
    if parts.hostname in _hosts(ENVIRONMENTS[base.other_name]):
        raise ConfigurationError(
            f"{key} belongs to Paycor {base.other_name}, but this connection is {base.name}."
        )
    return parts.geturl().rstrip("/")


def _hosts(found: Environment) -> set[str | None]:
    return {urlsplit(url).hostname for url in (found.api_url, found.authorize_url, found.portal_url)}
