"""All resources of one kind, page by page: a path in, the items picked from the resources out, or None.

A list counts only if it has as many different resources as its total says. Some services fail on `count` and some
ignore it, so it is tried once, and the number of rows received decides where the next page begins.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.errors import HostContractError
from connector.hosts.remote import Answer, Remote
from connector.hosts.scim.fields import Json

Item = TypeVar("Item")

PAGE_SIZE = 1000
#: How often a list is tried that others change while it is read.
TRIES = 2


@dataclass(frozen=True, slots=True)
class ScimPage:
    """A part of a list. `total` is the number of resources on all pages."""

    total: int
    rows: list[Json]


@dataclass(frozen=True, slots=True)
class _PickedPage(Generic[Item]):
    total: int
    ids: list[str]
    items: list[Item]


class ListReader:
    """Reads one list of a service. `on_first_page` is called with every first page."""

    def __init__(
        self, remote: Remote, path: str, on_first_page: Callable[[ScimPage], None] = lambda page: None
    ) -> None:
        self._remote = remote
        self._path = path
        self._on_first_page = on_first_page
        self._accepts_count = True

    def start(self, number: int, count: int) -> list[str]:
        """The ids of the resources from a number on, as many as the service sends."""
        page = self._page(number, count)
        return list(_ids(page.rows)) if page else []

    def first(self) -> ScimPage | None:
        """The first page; None when the answer is not a list."""
        page = self._page(1)
        if page is not None:
            self._on_first_page(page)
        return page

    def all(self, pick: Callable[[Json], Item | None], first: ScimPage | None = None) -> list[Item] | None:
        """What `pick` takes from every resource; None when the list is not complete. `first` was just read."""
        for _ in range(TRIES):
            first = first or self.first()
            items = self._all(first, pick) if first else None
            if items is not None:
                return items
            first = None
        return None

    def _all(self, first: ScimPage, pick: Callable[[Json], Item | None]) -> list[Item] | None:
        size = len(first.rows)
        starts = list(range(1 + size, first.total + 1, size)) if size else []
        # Only the picked items of a long list are kept in memory.
        rest = self._remote.each(starts, lambda start: _picked(self._page(start), pick))
        parts = [
            part for part in (_picked(first, pick), *rest) if part is not None and part.total == first.total
        ]
        ids = {one for part in parts for one in part.ids}
        if len(parts) != 1 + len(starts) or len(ids) != first.total:
            return None
        return [item for part in parts for item in part.items]

    def _page(self, start: int, count: int = PAGE_SIZE) -> ScimPage | None:
        if self._accepts_count:
            params = {"startIndex": str(start), "count": str(count)}
            page = page_of(self._remote.call("GET", self._path, params=params, reads=False))
            if page is not None:
                return page
            self._accepts_count = False
        return page_of(self._remote.call("GET", self._path, params={"startIndex": str(start)}))


def page_of(answer: Answer) -> ScimPage | None:
    """The page in an answer; None when there is none."""
    try:
        body = answer.json() if answer.ok else None
    except HostContractError:
        return None
    if not isinstance(body, Mapping):
        return None
    total, rows = body.get("totalResults"), body.get("Resources") or []
    if not isinstance(total, int) or not isinstance(rows, list):
        return None
    return ScimPage(total, [row for row in rows if isinstance(row, Mapping)])


def _picked(page: ScimPage | None, pick: Callable[[Json], Item | None]) -> _PickedPage[Item] | None:
    if page is None:
        return None
    items = [item for item in map(pick, page.rows) if item is not None]
    return _PickedPage(page.total, list(_ids(page.rows)), items)


def _ids(rows: Iterable[Json]) -> Iterable[str]:
    return (str(row["id"]) for row in rows if row.get("id"))
