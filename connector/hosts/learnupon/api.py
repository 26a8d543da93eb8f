"""LearnUpon's REST API v1 at the wire: paths and bodies in, rows and clear words about writes out.

Reads go page by page as its headers say. A refusal may come with HTTP 200 (`response_type`), and a parameter that it
does not know is dropped without a word: whether a row is the one asked for is for the caller to check.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.errors import HostAuthError, HostContractError
from connector.hosts.learnupon.pace import LearnUponPace
from connector.hosts.remote import Answer, Remote, Result, Row

Json = Mapping[str, Any]

#: Records on a full page (documentation, "Data Pagination"); said by the headers, if they come.
PAGE_SIZE = 500
GONE = 404


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write; `status` is what LearnUpon meant, wherever it said so. Not `sure`: nobody knows."""

    status: int
    sure: bool
    body: Json = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether it was done, by LearnUpon's word."""
        return self.sure and 200 <= self.status < 300

    @property
    def code(self) -> str:
        """A short reason without anybody's values in it."""
        return f"http.{self.status}"

    def says(self, *phrases: str) -> bool:
        """Whether LearnUpon's own words have one of these, in any letters."""
        said = " ".join(str(self.body.get(name, "")) for name in ("message", "error", "errors")).casefold()
        return any(phrase in said for phrase in phrases)


class Api:
    """One portal, at LearnUpon's pace."""

    def __init__(self, remote: Remote, pace: LearnUponPace) -> None:
        self._remote = remote
        self._pace = pace

    def rows(self, path: str, *names: str, **params: str) -> list[Json]:
        """Every row of a list, whatever the number of its pages; `names` are those its list may come under."""
        found: list[Json] = []
        page = 1
        while True:
            answer = self._read(path, {**params, "page": str(page)})
            on_page = rows_in(answer, names)
            found += on_page
            if not on_page or not _has_more(answer, page, len(on_page)):
                return found
            page += 1

    def one(self, path: str, *names: str, **params: str) -> list[Json]:
        """The rows of an answer that has no pages; none when what was asked for does not exist."""
        return rows_in(self._read(path, params), names)

    def write(self, method: str, path: str, body: object = None) -> Written:
        """Make a change, once. A call that was not taken raises, as `Remote.call` does."""
        self._pace.wait()
        answer = self._remote.call(method, path, json=body)
        self._pace.note(answer.headers)
        decoded = _decoded(answer) if answer.sure else None
        told = decoded if isinstance(decoded, Mapping) else {}
        return Written(_meant(answer.status, told), answer.sure, told)

    def each(self, rows: Sequence[Row], ask: Callable[[Row], Result]) -> list[Result]:
        """The result of every row, in order, a few at a time."""
        return self._remote.each(rows, ask)

    def close(self) -> None:
        """Give the pooled connections back."""
        self._remote.close()

    def _read(self, path: str, params: Mapping[str, str]) -> Answer:
        """A good answer, or a 404. Raises HostAuthError for a 403, HostContractError for any other refusal."""
        self._pace.wait()
        answer = self._remote.call("GET", path, params=params)
        self._pace.note(answer.headers)
        told = _decoded(answer) if answer.status != GONE else {}
        status = _meant(answer.status, told if isinstance(told, Mapping) else {})
        if status == 403:
            raise HostAuthError(
                f"LearnUpon does not let this API key read {_route(path)} (HTTP 403). Give it a key of an admin."
            )
        if status == GONE:
            return Answer(GONE)
        if not 200 <= status < 300:
            raise HostContractError(
                f"LearnUpon answered HTTP {status} to a look at {_route(path)}. Check the portal's address, and report"
                " it if it stays."
            )
        return answer


def rows_in(answer: Answer, names: Sequence[str]) -> list[Json]:
    """The rows of an answer under the first of these names that is there; custom field definitions may stand before."""
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
            f"LearnUpon answered no list of {names[0]}. Report it: its API may have changed."
        )
    return body


def _has_more(answer: Answer, page: int, count: int) -> bool:
    """Whether another page follows. Raises HostContractError when this is not the page that was asked for."""
    current = answer.headers.get("LU-Current-Page", "").strip()
    if current and current != str(page):
        raise HostContractError(
            f"LearnUpon answered page {current[:9]} instead of page {page}: a list that is not whole is not used."
        )
    said = answer.headers.get("LU-Has-Next-Page", "").strip().lower()
    return said == "true" if said else count >= PAGE_SIZE


def _decoded(answer: Answer) -> object:
    """The body; nothing when there is none, or when a refusal comes as a page."""
    if not answer.content.strip():
        return None
    try:
        return answer.json()
    except HostContractError:
        if answer.status >= 400:
            return None
        raise


def _meant(status: int, body: Mapping[str, Any]) -> int:
    """The status that is meant: a refusal that comes with HTTP 200 says so in its body."""
    if not 200 <= status < 300:
        return status
    told = str(body.get("response_code", ""))
    if told.isascii() and told.isdigit() and int(told) >= 400:
        return int(told)
    return 422 if str(body.get("response_type", "")).upper() == "ERROR" else status


def _route(path: str) -> str:
    """The path without the ids in it."""
    return "/".join("{id}" if part.isdigit() else part for part in path.split("/"))
