"""The pages of a Paycor collection, one read ahead, and the law that a broken read is never called complete.

In: a client, a path and its parameters; out: raw records, page by page. Running off the end without an error is the
proof that every page came. Nothing is decoded here beyond the envelope.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import msgspec

from connector.errors import SourceContractError
from connector.paycor.wire.client import Client, NoRecords, Params

#: More pages than any company has: two million employees at 200 a page.
MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class RawPage:
    """The records of one page, each as the bytes that came. `token` leads to the next page; None on the last."""

    records: tuple[bytes, ...]
    token: str | None


class _Envelope(msgspec.Struct):
    """What is around every list; a key that is not there stays UNSET, which is not the same as null."""

    records: list[msgspec.Raw] | None | msgspec.UnsetType = msgspec.UNSET
    hasMoreResults: bool | str | None = None
    continuationToken: str | None = None


_DECODER = msgspec.json.Decoder(_Envelope)
_FLAGS = {True: True, False: False, "true": True, "false": False}


def raw_page(path: str, body: bytes) -> RawPage:
    """One answer as a page. Raises SourceContractError when it is not as documented, whatever status it came with."""
    try:
        envelope = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _broken(path, "is not the JSON of a list") from None
    more = _more(path, envelope.hasMoreResults)
    if envelope.records is msgspec.UNSET or (envelope.records is None and more):
        raise _broken(path, "has no records")
    records = tuple(map(bytes, envelope.records or ()))
    token = (envelope.continuationToken or "").strip()
    if more and not token:
        raise _broken(path, "announces more pages but no continuation token")
    # An empty page that still carries a token is the end: following it would never stop.
    return RawPage(records, token if more and records else None)


def pages(
    client: Client,
    path: str,
    params: Params = (),
    *,
    optional: bool = False,
    by_post: bool = False,
    read: Callable[[str, bytes], RawPage] = raw_page,
) -> Generator[RawPage, None, None]:
    """Every page, in the order Paycor gives them; an empty collection is one empty page.

    The next page is asked for while this one is worked on, by one thread that ends before this iterator does. The
    parameters are sent again with each token: the link that Paycor offers may drop them. With `optional`, a 400 that
    says that there are no records is an empty collection. `by_post` asks as the one list wants it that is read by POST,
    `read` takes an answer apart where other forms than the envelope are known.

    Raises what `Client.get` raises, and SourceContractError for an envelope that is not as documented, a token that
    comes twice, and more than 10,000 pages.
    """
    given_up = Event()
    ask = client.post if by_post else client.get

    def fetch(token: str | None) -> RawPage:
        query = [*params, ("continuationToken", token)] if token else list(params)
        try:
            return read(path, ask(path, query, given_up=given_up))
        except NoRecords:
            if optional and token is None:
                return RawPage((), None)
            raise

    yield from _one_ahead(path, fetch, given_up)


def _one_ahead(
    path: str, fetch: Callable[[str | None], RawPage], given_up: Event
) -> Generator[RawPage, None, None]:
    """Each page, while the next one is fetched by a thread that does not outlive this iterator."""
    seen: set[str] = set()
    with ThreadPoolExecutor(1, thread_name_prefix="paycor-page") as ahead:
        try:
            page = ahead.submit(fetch, None).result()
            while page.token is not None:
                _refuse_endless(path, page.token, seen)
                upcoming = ahead.submit(fetch, page.token)
                yield page
                page = upcoming.result()
            yield page
        finally:
            given_up.set()


def _refuse_endless(path: str, token: str, seen: set[str]) -> None:
    """Remember a token; raises when it has come before, or when no company has this many pages."""
    if token in seen:
        raise _broken(path, "repeats an earlier continuation token")
    seen.add(token)
    if len(seen) >= MAX_PAGES:
        raise _broken(path, f"is one more than {MAX_PAGES}")


def _more(path: str, flag: bool | str | None) -> bool:
    more = _FLAGS.get(flag.strip().lower() if isinstance(flag, str) else flag)
    if more is None:
        raise _broken(path, "does not say whether more pages follow")
    return more


def _broken(path: str, what: str) -> SourceContractError:
    return SourceContractError(
        f"A page of {path} {what}, so the read does not count as complete. Nothing was changed; the next run reads "
        "again from the start."
    )
