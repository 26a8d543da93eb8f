"""How requests go out and answers come in: one pool of connections, a token nobody replaces, bodies in large parts.

In: an address; out: a session for it. Nothing is judged here.
"""

import requests

#: Seconds to connect, and seconds without a byte: Paycor has nights on which 30 s are usual.
TIMEOUT_S = (10, 60)

#: How many bytes of an answer are read at a time: a page has half a million, and requests itself takes 10,000.
_PART = 1 << 20


class Bearer(requests.auth.AuthBase):
    """The token as an auth object: without one, requests would put a password from ~/.netrc in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, with the token in its header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def new_session(url: str) -> requests.Session:
    """A session for one address, with the proxies and certificates that the environment has for it now.

    They are looked up here, because requests would do so again for every call, which costs a seventh of a page.
    """
    session = requests.Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
    session.trust_env = False
    return session


def body_of(answer: requests.Response) -> bytes:
    """The whole body of an answer that was asked for with `stream`; raises what requests raises for a broken one."""
    return b"".join(answer.iter_content(_PART))
