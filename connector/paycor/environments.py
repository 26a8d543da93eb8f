"""The addresses of Paycor: production, the sandbox, or a stand-in on this machine. Sends no request.

Source: Paycor Public API v1 and v2 documents (`servers`), read 2026-07; the consent pages as integrations use them.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from connector.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Environment:
    """One Paycor environment. `name` is `production` or `sandbox`; the addresses have no slash at the end.

    `api_url` is for API and token calls, `authorize_url` is the consent page, `portal_url` is the developer portal with
    the customer's application.
    """

    name: str
    api_url: str
    authorize_url: str
    portal_url: str

    @property
    def other_name(self) -> str:
        """The name of the other environment."""
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
ENVIRONMENTS = {one.name: one for one in (PRODUCTION, SANDBOX)}


def resolve_environment(
    name: str, api_url: str | None = None, authorize_url: str | None = None
) -> Environment:
    """The environment called `name`, with the addresses that are not empty in place of its own.

    An address must be https, or http to this machine. Raises ConfigurationError, which names the wrong setting, also
    for an address of the other environment (rule B4).
    """
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"Unknown Paycor environment {name!r}. Use production or sandbox.")
    base = ENVIRONMENTS[name]
    return Environment(
        name,
        _address("base_url", api_url, base) if api_url else base.api_url,
        _address("authorize_url", authorize_url, base) if authorize_url else base.authorize_url,
        base.portal_url,
    )


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(key: str, url: str, base: Environment) -> str:
    """The address without a slash at the end; raises ConfigurationError, which names `key`."""
    try:
        parts = urlsplit(url.strip())
        port_is_a_number = parts.port is None or parts.port >= 0
    except ValueError:
        raise ConfigurationError(f"{key} is not an address. Use one like {base.api_url}.") from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.geturl()))
    if not (safe and parts.hostname and port_is_a_number):
        raise ConfigurationError(f"{key} must start with https:// (http:// is only for this machine).")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{key} must be a bare address, without a user, a question mark or a fragment."
        )
    # A dot at the end of a name names the same host.
    if parts.hostname.rstrip(".") in _hosts(ENVIRONMENTS[base.other_name]):
        raise ConfigurationError(
            f"{key} belongs to Paycor {base.other_name}, but this connection is to Paycor {base.name}."
        )
    return parts.geturl().rstrip("/")


def _hosts(environment: Environment) -> set[str | None]:
    urls = (environment.api_url, environment.authorize_url, environment.portal_url)
    return {urlsplit(url).hostname for url in urls}
