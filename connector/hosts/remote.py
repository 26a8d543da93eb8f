"""One LMS over HTTP: requests in, answers out, with the waits and the refusals that every remote LMS shares.

What an answer means is for the adapter to say. No body, token or address of a person gets into an error or, by the
query of a URL, into the log of the library below.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import HostAuthError, HostContractError, HostUnavailable

Row = TypeVar("Row")
Result = TypeVar("Result")
Pairs = Mapping[str, str] | Sequence[tuple[str, str]]

CONNECT_TIMEOUT_S = 10.0
#: The pauses before the second and the third try, where trying again is safe.
RETRY_PAUSES_S = (1.0, 5.0)
#: How often, and how long at most each time, an LMS that asks for patience is waited for.
MAX_WAITS = 3
MAX_WAIT_S = 120.0
#: What is waited for when a 429 does not say how long.
DEFAULT_RETRY_AFTER_S = 30.0

#: The server says that it has not done it, and never will.
NOT_IMPLEMENTED = 501

_QUERY = re.compile(r"\?\S*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Without `sure`, a write may or may not have happened; `status` is 0 when nothing came."""

    status: int
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sure: bool = True

    @property
    def ok(self) -> bool:
        """Whether it is a sure yes."""
        return self.sure and 200 <= self.status < 300

    def json(self) -> object:
        """The body, decoded. Raises HostContractError when it is not JSON."""
        try:
            return msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise HostContractError(
                f"The LMS answered HTTP {self.status} with something other than JSON. Check its address, and whether"
                " a proxy or a maintenance page answers in its place."
            ) from None


class Remote:
    """One LMS: one pooled session, safe between threads. `name` is what messages call it.

    `timeout_s` is how long nothing may come; `connections` how many rows `each` asks for at a time. `auth` is a user
    name and a password, for an LMS that wants them.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        name: str,
        timeout_s: float = 30.0,
        connections: int = 32,
        sleep: Callable[[float], None] = time.sleep,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        _keep_out_of_logs(self._base_url)
        self._name = name
        self._timeout_s = timeout_s
        self._connections = connections
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers.update(
            {"Accept": "application/json", "User-Agent": "lms-paycor-connector", **headers}
        )
        # Without an auth of its own, requests would put a password from ~/.netrc in its place.
        self._session.auth = auth or _unchanged
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections))

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Pairs | None = None,
        json: object = None,
        form: Pairs | None = None,
        headers: Mapping[str, str] | None = None,
        reads: bool | None = None,
    ) -> Answer:
        """The answer to one request: any status below 500, and 501; redirects are not followed.

        A request that `reads` (a GET, unless it is said) is repeated when there is no answer or a 5xx. A write is
        not: its answer is then not `sure`, nor is one that is neither JSON nor empty. A 429 is waited for.

        Raises HostAuthError for a 401, HostUnavailable when the LMS cannot be reached, when a read has no answer, or
        when it asks for more patience than there is, and HostContractError for a redirect.
        """
        patience = _Patience(repeats=method == "GET" if reads is None else reads)
        while True:
            answer, reached = self._send(method, path, params, json, form, headers)
            pause_s = patience.pause_s(answer, reached)
            if pause_s is None:
                return self._judged(answer, reached, patience.repeats)
            self._sleep(pause_s)

    def each(self, rows: Sequence[Row], ask: Callable[[Row], Result]) -> list[Result]:
        """The result of every row, in order, asked for in parallel.

        What `ask` raises is raised, once what is on its way has ended; rows that have not begun are left out.
        """
        if not rows:
            return []
        with ThreadPoolExecutor(min(self._connections, len(rows))) as pool:
            return list(pool.map(ask, rows))

    def close(self) -> None:
        """Give the pooled connections back."""
        self._session.close()

    def _send(
        self,
        method: str,
        path: str,
        params: Pairs | None,
        json: object,
        form: Pairs | None,
        headers: Mapping[str, str] | None,
    ) -> tuple[Answer, bool]:
        """One request, and whether it reached the LMS at all. What requests raises may hold an address or a token."""
        try:
            response = self._session.request(
                method,
                self._base_url + path,
                params=_pairs(params),
                json=json,
                data=_pairs(form),
                headers=headers,
                timeout=(CONNECT_TIMEOUT_S, self._timeout_s),
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            return Answer(0, sure=False), not _was_not_sent(failure)
        return Answer(response.status_code, response.content, response.headers), True

    def _judged(self, answer: Answer, reached: bool, reads: bool) -> Answer:
        """The last answer that there is going to be, or the error that it stands for."""
        if not reached:
            raise HostUnavailable(
                f"{self._name} cannot be reached: nothing was sent. Check its address, or try later."
            )
        if answer.status == 401:
            raise HostAuthError(
                f"{self._name} refuses the connector's credentials (HTTP 401). Give it new ones in the settings."
            )
        if answer.status == 429:
            asked_s = retry_after_s(answer.headers)
            raise HostUnavailable(
                f"{self._name} asks to be left alone for {asked_s:.0f} seconds (HTTP 429). Try again later.",
                asked_s,
            )
        if 300 <= answer.status < 400:
            raise HostContractError(
                f"{self._name} redirects (HTTP {answer.status}). Set the address that it redirects to."
            )
        if reads and _is_silent(answer):
            last = f"HTTP {answer.status}" if answer.status else "no answer"
            raise HostUnavailable(
                f"{self._name} did not answer in {len(RETRY_PAUSES_S) + 1} tries (last: {last})."
            )
        return answer if reads or _is_clear(answer) else replace(answer, sure=False)


class _Patience:
    """How long one call may still be waited for."""

    def __init__(self, repeats: bool) -> None:
        self.repeats = repeats
        self._waits = MAX_WAITS
        self._pauses = iter(RETRY_PAUSES_S)

    def pause_s(self, answer: Answer, reached: bool) -> float | None:
        """Seconds until the next try; None when there is to be no other."""
        if answer.status == 429:
            asked_s = retry_after_s(answer.headers)
            self._waits -= 1
            return asked_s if self._waits >= 0 and asked_s <= MAX_WAIT_S else None
        if not reached or (self.repeats and _is_silent(answer)):
            return next(self._pauses, None)
        return None


def retry_after_s(headers: Mapping[str, str]) -> float:
    """How long the LMS asks to wait, by its own clock; never negative."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until, now = (parsedate_to_datetime(headers.get(name, "")) for name in ("Retry-After", "Date"))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return DEFAULT_RETRY_AFTER_S


#: The host and port of every LMS that is spoken to.
_lmss: set[tuple[object, ...]] = set()


def _keep_out_of_logs(base_url: str) -> None:
    """Keep queries to this LMS out of what urllib3 logs; whoever else logs by it in this process is none of ours."""
    place = urlsplit(base_url)
    _lmss.add((place.hostname, place.port or (443 if place.scheme == "https" else 80)))
    logging.getLogger("urllib3.connectionpool").addFilter(without_query)


def without_query(record: logging.LogRecord) -> bool:
    """Blank the queries in the URLs that urllib3 logs, because people are looked up in them; no record is dropped.

    A request is logged with its scheme, host and port first. Source: urllib3 2, `HTTPConnectionPool._make_request`.
    """
    if isinstance(record.args, tuple) and record.args[1:3] in _lmss:
        record.args = tuple(
            _QUERY.sub("?...", value) if isinstance(value, str) else value for value in record.args
        )
    return True


def _is_silent(answer: Answer) -> bool:
    """Whether the LMS has not said what it did: nothing came, or it broke."""
    return answer.status == 0 or (answer.status >= 500 and answer.status != NOT_IMPLEMENTED)


def _is_clear(answer: Answer) -> bool:
    """Whether an answer to a write says what became of it; a refusal may come as a page."""
    if _is_silent(answer):
        return False
    if answer.status >= 400 or not answer.content.strip():
        return True
    try:
        answer.json()
    except HostContractError:
        return False
    return True


def _was_not_sent(failure: requests.RequestException) -> bool:
    """Whether a request failed before the LMS had any of it: refused, no such host, or no way to it in time."""
    if isinstance(failure, requests.exceptions.ConnectTimeout):
        return True
    cause = failure.args[0] if failure.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _pairs(given: Pairs | None) -> list[tuple[str, str]] | None:
    """The pairs in the order they were given in: some LMSs read only so many."""
    return list(given.items() if isinstance(given, Mapping) else given) if given is not None else None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request as it is: who is asking is told in a header of its own, or in the form."""
    return request
