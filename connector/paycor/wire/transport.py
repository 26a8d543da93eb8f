"""Sessions for requests to Paycor: one connection pool, the token as an auth object, a bound on each call."""

import requests
from urllib3.exceptions import ReadTimeoutError

from connector.calls import BoundedAdapter

#: Seconds to connect, and seconds without a byte: on some nights Paycor takes 30 s.
TIMEOUT_S = (10, 60)

#: Seconds that a whole call may take, and bytes that an answer may have: a page has half a million.
TOTAL_S = 150.0
MAX_BYTES = 32_000_000


class Bearer(requests.auth.AuthBase):
    """The token as an auth object. Without one, requests would send a password from ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with the token in its header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def new_session(url: str) -> requests.Session:
    """A session for one address, with the proxies and certificates that the environment sets for it now.

    They are read once, here: requests would read them for every call, which costs a seventh of the time of a page.
    """
    session = requests.Session()
    from_environment = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = from_environment["proxies"], from_environment["verify"]
    session.cert = from_environment["cert"]
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(TOTAL_S, MAX_BYTES))
    return session


def is_timeout(error: requests.RequestException) -> bool:
    """Whether nothing came for too long: no connection, no answer, or, in the middle of a body, no further byte."""
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.Timeout) or isinstance(cause, ReadTimeoutError)
