"""Writes to a SCIM service, singly or in bulk: writes in, one reply per write out, in order.

A bulk request stays within the service's own limits; what the service refuses in bulk is sent singly. Source: RFC
7644, sections 3.5, 3.7 (bulk) and 3.14 (entity tags).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.errors import HostContractError, HostError
from connector.hosts.remote import Answer, Remote
from connector.hosts.scim.discovery import Service
from connector.hosts.scim.fields import Json

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
_HEADERS = {"Content-Type": "application/scim+json", "Accept": "application/scim+json, application/json"}

#: The size of a bulk request without its operations, and of the comma between two of them, in bytes.
_FRAME, _COMMA = 200, 2
_NO_BULK = (403, 404, 405, 501)
_TOO_LARGE = 413
#: The status of a write that the service was too busy for, or that was not sent any more.
NOT_SENT = 503


@dataclass(frozen=True, slots=True)
class Write:
    """One request that changes something. `etag` makes it conditional."""

    method: str
    path: str
    body: Json | None = None
    etag: str = ""


@dataclass(frozen=True, slots=True)
class ScimReply:
    """The reply to a write; without `sure` it may or may not have happened. `resource` is None without one."""

    status: int
    sure: bool = True
    resource: Json | None = None
    etag: str = ""
    location: str = ""
    scim_type: str = ""

    @property
    def ok(self) -> bool:
        """Whether the write was certainly done."""
        return self.sure and 200 <= self.status < 300


class ScimApi:
    """The writes to one service."""

    def __init__(self, remote: Remote, service: Service) -> None:
        self._remote = remote
        self._max_operations = service.bulk_operations
        self._max_bytes = service.bulk_bytes or 1_000_000

    def send(self, writes: Sequence[Write]) -> list[ScimReply]:
        """The reply to each write, in order. Raises the HostError that stopped them only if none was answered."""
        is_bulk = self._max_operations >= 2 and len(writes) >= 2
        errors: list[HostError] = []

        def sent(chunk: Sequence[Write]) -> list[ScimReply] | None:
            try:
                return self._bulk(chunk) if is_bulk else [self._single(chunk[0])]
            except HostError as error:
                errors.append(error)
                return None

        chunks = self._chunks(writes) if is_bulk else [[write] for write in writes]
        replies = self._remote.each(chunks, sent)
        if errors and all(one is None for one in replies):
            raise errors[0]
        # The answers to the others must not be lost because the service became unavailable.
        return [
            reply
            for chunk, one in zip(chunks, replies, strict=True)
            for reply in one or [ScimReply(NOT_SENT)] * len(chunk)
        ]

    def _single(self, write: Write) -> ScimReply:
        headers = _HEADERS | ({"If-Match": write.etag} if write.etag else {})
        answer = self._remote.call(write.method, write.path, json=write.body, headers=headers)
        resource = _object(answer)
        error = resource if resource is not None and not answer.ok else {}
        return ScimReply(
            answer.status,
            answer.sure,
            resource if answer.ok and resource is not None and resource.get("id") else None,
            answer.headers.get("ETag", ""),
            answer.headers.get("Location", ""),
            _word(error.get("scimType")),
        )

    def _chunks(self, writes: Sequence[Write]) -> list[list[Write]]:
        chunks: list[list[Write]] = []
        room = 0
        for write in writes:
            size = len(json.dumps(_operation(write, 10**6))) + _COMMA
            if not chunks or len(chunks[-1]) >= self._max_operations or size > room:
                chunks.append([])
                room = self._max_bytes - _FRAME
            chunks[-1].append(write)
            room -= size
        return chunks

    def _bulk(self, writes: Sequence[Write]) -> list[ScimReply]:
        """The replies to one bulk request, or to the single writes that replace it."""
        if len(writes) < 2 or self._max_operations < 2:
            return [self._single(write) for write in writes]
        body = {
            "schemas": [BULK],
            "Operations": [_operation(write, index) for index, write in enumerate(writes)],
        }
        answer = self._remote.call("POST", "/Bulk", json=body, headers=_HEADERS)
        if not answer.sure:
            return [ScimReply(0, sure=False)] * len(writes)
        if answer.status == _TOO_LARGE:
            half = len(writes) // 2
            return self._bulk(writes[:half]) + self._bulk(writes[half:])
        if not answer.ok:
            self._max_operations = 0 if answer.status in _NO_BULK else self._max_operations
            return [self._single(write) for write in writes]
        replies = _replies(_object(answer) or {})
        return [
            replies.get(str(index)) or replies.get(write.path) or ScimReply(0, sure=False)
            for index, write in enumerate(writes)
        ]


def _operation(write: Write, index: int) -> dict[str, Any]:
    operation: dict[str, Any] = {"method": write.method, "path": write.path, "bulkId": str(index)}
    if write.body is not None:
        operation["data"] = write.body
    return operation | ({"version": write.etag} if write.etag else {})


def _replies(body: Json) -> dict[str, ScimReply]:
    """The replies by bulk id, which only a POST must have, or else by path."""
    operations = body.get("Operations")
    rows = [row for row in operations if isinstance(row, Mapping)] if isinstance(operations, list) else []
    return {str(row.get("bulkId") or _tail(row)): _reply(row) for row in rows}


def _tail(row: Json) -> str:
    """The path at the end of a location."""
    return "/" + "/".join(str(row.get("location") or "").split("/")[-2:])


def _reply(row: Json) -> ScimReply:
    raw = row.get("status")
    code = str(raw.get("code") if isinstance(raw, Mapping) else raw)
    status = int(code) if code.isascii() and code.isdigit() else 0
    response = row.get("response")
    resource = response if isinstance(response, Mapping) else {}
    done = 200 <= status < 300
    return ScimReply(
        status,
        sure=0 < status < 500 or status in (501, 503),
        resource=resource if done and resource.get("id") else None,
        etag=str(row.get("version") or ""),
        location=str(row.get("location") or ""),
        scim_type="" if done else _word(resource.get("scimType")),
    )


def _object(answer: Answer) -> Json | None:
    try:
        body = answer.json() if answer.content.strip() else None
    except HostContractError:
        return None
    return body if isinstance(body, Mapping) else None


def _word(value: object) -> str:
    """A scimType, which is one of a few words; anything else is not passed on."""
    return value if isinstance(value, str) and value.isalpha() and len(value) < 20 else ""
