"""One LMS over HTTP: requests in, answers out, with the waits and the errors that every remote LMS shares.

The adapter decides what an answer means. No body, token or email address gets into an error, nor, through the query of
a URL, into the log of urllib3.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.calls import BoundedAdapter
from connector.errors import HostAuthError, HostContractError, HostUnavailable
from connector.retries import RETRY_PAUSES_S, RetryBudget, pause_asked_s

Row = TypeVar("Row")
Result = TypeVar("Result")
Pairs = Mapping[str, str] | Sequence[tuple[str, str]]

CONNECT_TIMEOUT_S = 10.0
#: A whole call may take this many times the longest silence.
TOTAL_FACTOR = 4
#: The most bytes of an answer: a list of a hundred thousand users in one piece has half as many.
MAX_BYTES = 128_000_000
#: The wait after a 429 that does not say how long.
DEFAULT_RETRY_AFTER_S = 30.0

#: The one 5xx that is a clear no: the server has not done it and never will.
NOT_IMPLEMENTED = 501

_QUERY = re.compile(r"\?\S*")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request; `status` 0 means none came. Without `sure`, a write may or may not have happened."""

    status: int
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sure: bool = True

    @property
    def ok(self) -> bool:
        """Whether the request was certainly done."""
        return self.sure and 200 <= self.status < 300

    def json(self) -> object:
        """The body, decoded. Raises HostContractError when it is not JSON."""
        try:
            return msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise HostContractError(
                f"The LMS answered HTTP {self.status} with something other than JSON. Check its address, and whether"
                " a proxy or a maintenance page answers instead."
            ) from None


class Remote:
    """One LMS over one pooled session, safe between threads. `name` is the LMS's name in messages.

    `timeout_s` is the longest silence, and four times that the longest call; `connections` is how many rows `each`
    sends at a time. `auth` is a user name and a password, for an LMS that uses them.
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
        # Without an auth object, requests would use a password from ~/.netrc.
        self._session.auth = auth or _unchanged
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, BoundedAdapter(TOTAL_FACTOR * timeout_s, MAX_BYTES, connections))

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

        A request that `reads` (by default a GET) is repeated when there is no answer or a 5xx. A write is not: its
        answer is then not `sure`, nor is one that is neither JSON nor empty. A 429 is waited for.

        Raises HostAuthError for a 401, HostUnavailable when the LMS cannot be reached, when a read gets no answer, or
        when a 429 asks for too long a wait, and HostContractError for a redirect.
        """
        reads = method == "GET" if reads is None else reads
        budget = RetryBudget()
        while True:
            answer, reached = self._send(method, path, params, json, form, headers)
            pause_s = _pause_s(answer, reached, reads, budget)
            if pause_s is None:
                return self._final(answer, reached, reads)
            self._sleep(pause_s)

    def each(self, rows: Sequence[Row], call: Callable[[Row], Result]) -> list[Result]:
        """The result of `call` for every row, in order; the calls run in parallel.

        What `call` raises is raised once the running calls have ended; rows that have not begun are skipped.
        """
        if not rows:
            return []
        with ThreadPoolExecutor(min(self._connections, len(rows))) as pool:
            return list(pool.map(call, rows))

    def close(self) -> None:
        """Close the pooled connections."""
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
        """The answer to one request, and whether the request reached the LMS.

        Errors of requests are not passed on: their text may contain an email address or a token.
        """
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

    def _final(self, answer: Answer, reached: bool, reads: bool) -> Answer:
        """The last answer of a call, or the error that it means."""
        if not reached:
            raise HostUnavailable(
                f"{self._name} cannot be reached, so nothing was sent. Check its address, or try again later."
            )
        if answer.status == 401:
            raise HostAuthError(
                f"{self._name} refuses the connector's credentials (HTTP 401). Enter new ones in the settings."
            )
        if answer.status == 429:
            wait_s = _busy_s(answer)
            raise HostUnavailable(
                f"{self._name} is busy and asks for a pause of {wait_s:.0f} seconds (HTTP 429). Try again later.",
                wait_s,
            )
        if 300 <= answer.status < 400:
            raise HostContractError(
                f"{self._name} redirects to another address (HTTP {answer.status}). Set that address in the settings."
            )
        if reads and _is_silent(answer):
            last = f"HTTP {answer.status}" if answer.status else "no answer"
            raise HostUnavailable(
                f"{self._name} did not answer in {len(RETRY_PAUSES_S) + 1} tries (last: {last}). Try again later."
            )
        return answer if reads or _is_clear(answer) else replace(answer, sure=False)


def _pause_s(answer: Answer, reached: bool, reads: bool, budget: RetryBudget) -> float | None:
    """Seconds until the next try; None when the call is not repeated."""
    if answer.status == 429:
        return budget.after_rate_limit(_busy_s(answer))
    is_repeatable = not reached or (reads and _is_silent(answer))
    return budget.after_failure(pause_asked_s(answer.headers)) if is_repeatable else None


def _busy_s(answer: Answer) -> float:
    """How long a busy LMS asks to wait, by its own clock."""
    asked_s = pause_asked_s(answer.headers)
    return DEFAULT_RETRY_AFTER_S if asked_s is None else asked_s


#: The host and port of every LMS that is called.
_lms_servers: set[tuple[object, ...]] = set()


def _keep_out_of_logs(base_url: str) -> None:
    """Keep queries to this LMS out of urllib3's log; what urllib3 logs of other servers stays as it is."""
    parts = urlsplit(base_url)
    _lms_servers.add((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)))
    logging.getLogger("urllib3.connectionpool").addFilter(without_query)


def without_query(record: logging.LogRecord) -> bool:
    """Blank the queries in the URLs that urllib3 logs, because they look people up; no record is dropped.

    A request is logged with its scheme, host and port first. Source: urllib3 2, `HTTPConnectionPool._make_request`.
    """
    if isinstance(record.args, tuple) and record.args[1:3] in _lms_servers:
        record.args = tuple(
            _QUERY.sub("?...", value) if isinstance(value, str) else value for value in record.args
        )
    return True


def _is_silent(answer: Answer) -> bool:
    """Whether the LMS did not say what it did: no answer, or a server error."""
    return answer.status == 0 or (answer.status >= 500 and answer.status != NOT_IMPLEMENTED)


def _is_clear(answer: Answer) -> bool:
    """Whether the answer to a write says what happened to it; a refusal may come as HTML."""
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
    """Whether a request failed before any of it reached the LMS: refused, unknown host, or no connection in time."""
    if isinstance(failure, requests.exceptions.ConnectTimeout):
        return True
    cause = failure.args[0] if failure.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _pairs(pairs: Pairs | None) -> list[tuple[str, str]] | None:
    """The pairs in their order, which counts: some LMSs read only a limited number."""
    return list(pairs.items() if isinstance(pairs, Mapping) else pairs) if pairs is not None else None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request unchanged: the credentials are in a header or in the form."""
    return request
