"""Pages: Paycor's envelope, and continuation tokens that need no memory.

A token is a GUID that hides the next position, sealed for the path and for the filters. It does not carry
blocks or email type: a client that does not repeat those gets null blocks, and one that drops a filter
gets all records, silently, as at the real Paycor. A token of another path, or with other filters, is
refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol
from uuid import UUID

from connector.sandbox.paycor.state.faults import Fault
from connector.sandbox.paycor.wire.answers import invalid

_POSITION_BYTES = 6
_SEAL_BYTES = 5
#: Added to a position by each empty page before it, so that its token is a new one.
_EMPTY_PAGE = 1 << 40


class Rows(Protocol):
    """A collection by position; a position may be empty."""

    def size(self) -> int:
        """How many positions there are."""

    def row(self, position: int) -> Any | None:
        """The record at a position, or None when it is filtered out."""


@dataclass(frozen=True)
class ListedRows:
    """A short collection in memory."""

    records: Sequence[Any]

    def size(self) -> int:
        """How many records there are."""
        return len(self.records)

    def row(self, position: int) -> Any:
        """The record at a position."""
        return self.records[position]


@dataclass(frozen=True)
class PageRequest:
    """Which page of which collection: the path and filters that the token is sealed for, and the page size."""

    path: str
    filters: Mapping[str, str]
    page_size: int
    token: str | None
    query: str = ""


def page(rows: Rows, request: PageRequest, seed: int, fault: Fault | None = None) -> dict[str, Any]:
    """One page in Paycor's envelope. Raises Refusal when the token is not of this path and these filters."""
    key = b"%d" % seed
    opened = 0 if request.token is None else _open_token(request.token, request, key)
    start = opened % _EMPTY_PAGE
    kind = None if fault is None else fault.kind
    records: list[Any] = []
    following = None
    for position, record in _rows_from(rows, start):
        if len(records) == request.page_size:
            following = position
            break
        records.append(record)

    has_more = following is not None
    token = None if following is None else _seal_token(following, request, key)
    if kind == "empty-last-page" and not has_more:
        token, has_more = _seal_token(rows.size(), request, key), start < rows.size()
    if kind == "empty-page":
        records, token, has_more = [], _seal_token(opened + _EMPTY_PAGE, request, key), True
    if kind == "repeat-token":
        token, has_more = request.token or token or _seal_token(0, request, key), True
    if kind == "page-shrinks":
        records = records[: len(records) // 2]

    return {
        "hasMoreResults": str(has_more) if kind == "has-more-as-text" else has_more,
        "continuationToken": token,
        "additionalResultsUrl": None
        if token is None
        else f"{request.path}?{request.query}continuationToken={token}",
        "records": None if kind == "records-null" else records,
    }


def _rows_from(rows: Rows, start: int) -> Iterator[tuple[int, Any]]:
    for position in range(start, rows.size()):
        record = rows.row(position)
        if record is not None:
            yield position, record


def _seal(position: bytes, what: str, key: bytes) -> bytes:
    return blake2b(position + what.encode(), digest_size=_SEAL_BYTES, key=key).digest()


def _seals(position: bytes, request: PageRequest, key: bytes) -> tuple[bytes, bytes]:
    path = request.path.lower()
    filters = "&".join(f"{name}={value}" for name, value in sorted(request.filters.items()))

    return _seal(position, path, key), _seal(position, f"{path}?{filters}", key)


def _mask(seals: bytes, key: bytes) -> bytes:
    return blake2b(seals, digest_size=_POSITION_BYTES, key=key).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _seal_token(position: int, request: PageRequest, key: bytes) -> str:
    plain = position.to_bytes(_POSITION_BYTES, "big")
    seals = b"".join(_seals(plain, request, key))

    return str(UUID(bytes=_xor(plain, _mask(seals, key)) + seals))


def _open_token(token: str, request: PageRequest, key: bytes) -> int:
    refusal = invalid("continuationToken", "is not valid for this request")
    try:
        sealed = UUID(token).bytes
    except ValueError as broken:
        raise refusal from broken
    hidden, seals = sealed[:_POSITION_BYTES], sealed[_POSITION_BYTES:]
    plain = _xor(hidden, _mask(seals, key))
    of_path, of_filters = _seals(plain, request, key)
    if seals[:_SEAL_BYTES] != of_path or (request.filters and seals[_SEAL_BYTES:] != of_filters):
        raise refusal

    return int.from_bytes(plain, "big")
