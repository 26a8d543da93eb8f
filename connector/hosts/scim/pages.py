"""All resources of one kind, page by page: a path in, whatever is picked of each resource out, or None.

A listing counts only if it tallies: as many different resources as the service says there are. Some services break on
`count` and some forget it, so it is asked for once, and what comes decides where the next page begins.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.errors import HostContractError
from connector.hosts.remote import Answer, Remote
from connector.hosts.scim.fields import Json

Picked = TypeVar("Picked")

PAGE_SIZE = 1000
#: How often a listing is tried that others change while it is read.
TRIES = 2


@dataclass(frozen=True, slots=True)
class ScimPage:
    """A part of a list. `total` is how many there are on all pages."""

    total: int
    rows: list[Json]


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Picked]):
    total: int
    ids: list[str]
    picked: list[Picked]


class Listing:
    """One list of a service. `seen` is told of every first page."""

    def __init__(
        self, remote: Remote, path: str, seen: Callable[[ScimPage], None] = lambda page: None
    ) -> None:
        self._remote = remote
        self._path = path
        self._seen = seen
        self._counts = True

    def first(self) -> ScimPage | None:
        """The first page; None when what comes is no list."""
        page = self._page(1)
        if page is not None:
            self._seen(page)
        return page

    def all(
        self, pick: Callable[[Json], Picked | None], first: ScimPage | None = None
    ) -> list[Picked] | None:
        """What is picked of every resource; None when the list cannot be trusted. `first` has just been read."""
        for _ in range(TRIES):
            first = first or self.first()
            picked = self._all(first, pick) if first else None
            if picked is not None:
                return picked
            first = None
        return None

    def _all(self, first: ScimPage, pick: Callable[[Json], Picked | None]) -> list[Picked] | None:
        size = len(first.rows)
        starts = list(range(1 + size, first.total + 1, size)) if size else []
        # Of a big list no more is held than what was asked for.
        rest = self._remote.each(starts, lambda start: _kept(self._page(start), pick))
        parts = [
            part for part in (_kept(first, pick), *rest) if part is not None and part.total == first.total
        ]
        ids = {one for part in parts for one in part.ids}
        if len(parts) != 1 + len(starts) or len(ids) != first.total:
            return None
        return [one for part in parts for one in part.picked]

    def _page(self, start: int) -> ScimPage | None:
        if self._counts:
            params = {"startIndex": str(start), "count": str(PAGE_SIZE)}
            page = page_of(self._remote.call("GET", self._path, params=params, reads=False))
            if page is not None:
                return page
            self._counts = False
        return page_of(self._remote.call("GET", self._path, params={"startIndex": str(start)}))


def page_of(answer: Answer) -> ScimPage | None:
    """The page in an answer; None when there is none."""
    try:
        listed = answer.json() if answer.ok else None
    except HostContractError:
        return None
    if not isinstance(listed, Mapping):
        return None
    total, rows = listed.get("totalResults"), listed.get("Resources") or []
    if not isinstance(total, int) or not isinstance(rows, list):
        return None
    return ScimPage(total, [row for row in rows if isinstance(row, Mapping)])


def _kept(page: ScimPage | None, pick: Callable[[Json], Picked | None]) -> _Kept[Picked] | None:
    if page is None:
        return None
    return _Kept(page.total, list(_ids(page.rows)), [one for one in map(pick, page.rows) if one is not None])


def _ids(rows: Iterable[Json]) -> Iterable[str]:
    return (str(row["id"]) for row in rows if row.get("id"))
