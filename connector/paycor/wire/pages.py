"""The pages of a Paycor list, each fetched while the page before it is worked on. A broken read never looks complete.

In: a client, a path and its parameters; out: raw records, page by page. An iteration that ends without an error is the
proof that every page came. Only the envelope of a page is decoded here.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import msgspec

from connector.errors import Remedy, SourceContractError
from connector.paycor.answers import NOT_JSON
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import Garbled, NoRecords, Params

#: More pages than any company has: two million employees at 200 a page.
MAX_PAGES = 10_000
#: This many empty pages in a row with a token break the read (rule D21).
MAX_EMPTY_PAGES = 10


class ListBroken(SourceContractError):
    """A list that breaks off or repeats itself. Read again from the start, it may be whole."""

    remedy: Remedy = Remedy.RETRY


@dataclass(frozen=True, slots=True)
class RawPage:
    """The records of one page, each as raw bytes. `token` leads to the next page; None on the last page."""

    records: tuple[bytes, ...]
    token: str | None


class _Envelope(msgspec.Struct):
    """The envelope of every list. A key that is absent stays UNSET, which is not the same as null."""

    records: list[msgspec.Raw] | None | msgspec.UnsetType = msgspec.UNSET
    hasMoreResults: bool | str | None = None
    continuationToken: str | None = None


_DECODER = msgspec.json.Decoder(_Envelope)
_BOOLEANS = {True: True, False: False, "true": True, "false": False}


def parse_page(path: str, body: bytes) -> RawPage:
    """The page in an answer. Raises SourceContractError when it is not as documented, whatever its status was."""
    try:
        envelope = _DECODER.decode(body)
    except NOT_JSON:
        raise Garbled(_page_text(path, "is not the JSON of a list")) from None
    has_more = _has_more(path, envelope.hasMoreResults)
    if envelope.records is msgspec.UNSET or (envelope.records is None and has_more):
        raise _page_error(path, "has no records")
    records = tuple(map(bytes, envelope.records or ()))
    token = (envelope.continuationToken or "").strip()
    if has_more and not token:
        raise _page_error(path, "announces more pages but has no continuation token")
    return RawPage(records, token if has_more else None)


def pages(
    client: Client,
    path: str,
    params: Params = (),
    *,
    optional: bool = False,
    by_post: bool = False,
    parse: Callable[[str, bytes], RawPage] = parse_page,
) -> Generator[RawPage, None, None]:
    """Every page, in Paycor's order; an empty list is one empty page.

    One thread fetches the next page while the caller works on this one; the thread ends before this iterator does.
    The parameters are sent again with each token, because the link that Paycor offers may drop them. With `optional`,
    a 400 that says that there are no records is an empty list. `by_post` is for the one list that is read by POST.
    `parse` is for lists that have other forms than the envelope.

    Only a page without a token ends the list: an empty page with one does not (rule D21).

    Raises what `Client.get` raises, and SourceContractError for an undocumented envelope, a repeated token, ten empty
    pages in a row, and more than 10,000 pages.
    """
    cancelled = Event()

    def fetch(token: str | None) -> RawPage:
        query = [*params, ("continuationToken", token)] if token else list(params)
        try:
            return client.read(path, query, parse, by_post=by_post, cancelled=cancelled)
        except NoRecords:
            if optional and token is None:
                return RawPage((), None)
            raise

    yield from _prefetched(path, fetch, cancelled)


def _prefetched(
    path: str, fetch: Callable[[str | None], RawPage], cancelled: Event
) -> Generator[RawPage, None, None]:
    """Each page, while a thread fetches the next one. The thread ends before this iterator does."""
    seen: set[str] = set()
    empty = 0
    with ThreadPoolExecutor(1, thread_name_prefix="paycor-page") as executor:
        try:
            page = executor.submit(fetch, None).result()
            while page.token is not None:
                _check_token(path, page.token, seen)
                empty = 0 if page.records else empty + 1
                if empty == MAX_EMPTY_PAGES:
                    raise _page_error(path, f"is the {MAX_EMPTY_PAGES}th empty one in a row")
                upcoming = executor.submit(fetch, page.token)
                yield page
                page = upcoming.result()
            yield page
        finally:
            cancelled.set()


def _check_token(path: str, token: str, seen: set[str]) -> None:
    """Add a token to `seen`; raises when it is already there, or when there are more pages than any company has."""
    if token in seen:
        raise _page_error(path, "repeats an earlier continuation token")
    seen.add(token)
    if len(seen) >= MAX_PAGES:
        raise _page_error(path, f"is page {MAX_PAGES + 1}, and no list has more than {MAX_PAGES} pages")


def _has_more(path: str, flag: bool | str | None) -> bool:
    has_more = _BOOLEANS.get(flag.strip().lower() if isinstance(flag, str) else flag)
    if has_more is None:
        raise _page_error(path, "does not say whether more pages follow")
    return has_more


def _page_error(path: str, what: str) -> ListBroken:
    return ListBroken(_page_text(path, what))


def _page_text(path: str, what: str) -> str:
    return (
        f"A page of {path} {what}, so the list is not complete. Nothing was changed. The next sync reads it again from "
        "the start."
    )
