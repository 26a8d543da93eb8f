"""Calls to one LearnUpon portal: paths and bodies in, rows and replies to writes out.

Lists are read page by page, according to the headers. A refusal may come with HTTP 200 (`response_type`). LearnUpon
silently ignores a parameter that it does not know, so the caller checks whether a row is one it asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.errors import HostAuthError, HostContractError
from connector.hosts.learnupon.rate_limit import LearnUponRateLimit
from connector.hosts.remote import Answer, Remote, Result, Row

Json = Mapping[str, Any]

#: Rows on a full page (documentation, "Data Pagination"), for answers without the page headers.
PAGE_SIZE = 500
GONE = 404


@dataclass(frozen=True, slots=True)
class LearnUponReply:
    """The reply to a write; `status` is the one in the body if there is one. Without `sure` the effect is unknown."""

    status: int
    sure: bool
    body: Json = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the write was done, according to LearnUpon."""
        return self.sure and 200 <= self.status < 300

    @property
    def code(self) -> str:
        """A short reason without personal data."""
        return f"http.{self.status}"

    def mentions(self, *phrases: str) -> bool:
        """Whether LearnUpon's message contains one of these phrases, in any case."""
        text = " ".join(str(self.body.get(name, "")) for name in ("message", "error", "errors")).casefold()
        return any(phrase in text for phrase in phrases)


class LearnUponApi:
    """The API of one portal, within its rate limit."""

    def __init__(self, remote: Remote, rate_limit: LearnUponRateLimit) -> None:
        self._remote = remote
        self._rate_limit = rate_limit

    def rows(self, path: str, *names: str, **params: str) -> list[Json]:
        """Every row of a list, from all of its pages; `names` are the keys that the list may have in an answer."""
        rows: list[Json] = []
        page = 1
        while True:
            answer = self._read(path, {**params, "page": str(page)})
            on_page = rows_in(answer, names)
            rows += on_page
            if not on_page or not _has_more(answer, page, len(on_page)):
                return rows
            page += 1

    def single(self, path: str, *names: str, **params: str) -> list[Json]:
        """The rows of an answer that has no pages; empty when there is no such thing."""
        return rows_in(self._read(path, params), names)

    def write(self, method: str, path: str, body: object = None) -> LearnUponReply:
        """Send a change once. A call that was not accepted raises, as `Remote.call` does."""
        self._rate_limit.wait()
        answer = self._remote.call(method, path, json=body)
        self._rate_limit.update(answer.headers)
        decoded = _decoded(answer) if answer.sure else None
        reply = decoded if isinstance(decoded, Mapping) else {}
        return LearnUponReply(_real_status(answer.status, reply), answer.sure, reply)

    def each(self, rows: Sequence[Row], call: Callable[[Row], Result]) -> list[Result]:
        """The result of `call` for every row, in order; the calls run in parallel."""
        return self._remote.each(rows, call)

    def close(self) -> None:
        """Close the pooled connections."""
        self._remote.close()

    def _read(self, path: str, params: Mapping[str, str]) -> Answer:
        """A good answer, or a 404. Raises HostAuthError for a 403, HostContractError for any other refusal."""
        self._rate_limit.wait()
        answer = self._remote.call("GET", path, params=params)
        self._rate_limit.update(answer.headers)
        body = _decoded(answer) if answer.status != GONE else {}
        status = _real_status(answer.status, body if isinstance(body, Mapping) else {})
        if status == 403:
            raise HostAuthError(
                f"LearnUpon does not let this API key read {_route(path)} (HTTP 403). Use the API key of an admin."
            )
        if status == GONE:
            return Answer(GONE)
        if not 200 <= status < 300:
            raise HostContractError(
                f"LearnUpon answered HTTP {status} when the connector read {_route(path)}. Check the portal's address;"
                " if it is right, report this."
            )
        return answer


def rows_in(answer: Answer, names: Sequence[str]) -> list[Json]:
    """The rows of an answer, under the first of these names in it; custom field definitions may come before them."""
    if answer.status == GONE:
        return []
    body = answer.json()
    if isinstance(body, Mapping):
        under = next((body[name] for name in names if name in body), None)
        if under is None and "id" in body:
            under = body
        body = [under] if isinstance(under, Mapping) else under
    if body is None:
        return []
    if not isinstance(body, list) or not all(isinstance(row, Mapping) for row in body):
        raise HostContractError(
            f"LearnUpon's answer has no list of {names[0]}. Its API may have changed: report this."
        )
    return body


def _has_more(answer: Answer, page: int, count: int) -> bool:
    """Whether another page follows. Raises HostContractError when this is not the page that was requested."""
    current = answer.headers.get("LU-Current-Page", "").strip()
    if current and current != str(page):
        raise HostContractError(
            f"LearnUpon answered page {current[:9]} instead of page {page}, so the list is not complete and not used."
        )
    has_next = answer.headers.get("LU-Has-Next-Page", "").strip().lower()
    return has_next == "true" if has_next else count >= PAGE_SIZE


def _decoded(answer: Answer) -> object:
    """The decoded body; None when it is empty, or when a refusal comes as HTML."""
    if not answer.content.strip():
        return None
    try:
        return answer.json()
    except HostContractError:
        if answer.status >= 400:
            return None
        raise


def _real_status(status: int, body: Mapping[str, Any]) -> int:
    """The status that counts: a refusal may come with HTTP 200 and its real status in the body."""
    if not 200 <= status < 300:
        return status
    code = str(body.get("response_code", ""))
    if code.isascii() and code.isdigit() and int(code) >= 400:
        return int(code)
    return 422 if str(body.get("response_type", "")).upper() == "ERROR" else status


def _route(path: str) -> str:
    """The path with its ids replaced."""
    return "/".join("{id}" if part.isdigit() else part for part in path.split("/"))
