"""Whose a record is, and which blocks it has, without decoding the rest of it.

In: the bytes of a record; out: ids in lower case, for Paycor writes them both ways. Nothing is raised.
"""

import msgspec

from connector.paycor.records.canonical import text
from connector.paycor.records.shapes import Blocks, Identity, Ownership, Placement, Reference

#: What Paycor puts where an id should be and there is none.
NO_ID = "00000000-0000-0000-0000-000000000000"

#: What a decoder raises for bytes that are not what it reads.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)

_IDENTITIES = msgspec.json.Decoder(Identity)
_BLOCKS = msgspec.json.Decoder(Blocks)
_OWNERSHIPS = msgspec.json.Decoder(Ownership)
_PLACEMENTS = msgspec.json.Decoder(Placement)


def guid(written: str | None) -> str | None:
    """An id in lower case; None when it is blank or all zero."""
    found = "" if written is None else written.strip().lower()
    return found if found and found != NO_ID else None


def id_of(reference: Reference | None) -> str | None:
    """The id that a reference points to; None when it points nowhere."""
    return None if reference is None else guid(reference.id)


def identify(raw: bytes) -> str | None:
    """The employee id of a record; None when it has no usable one."""
    try:
        return guid(_IDENTITIES.decode(raw).id)
    except UNREADABLE:
        return None


def owner(raw: bytes) -> str | None:
    """The person id in a record; None when it has no usable one."""
    try:
        return id_of(_OWNERSHIPS.decode(raw).person)
    except UNREADABLE:
        return None


def place(raw: bytes) -> tuple[str | None, int | None]:
    """The employee id and the legal entity id in a record; None for what it does not say."""
    try:
        found = _PLACEMENTS.decode(raw)
    except UNREADABLE:
        return None, None
    named = None if found.employer is None else text(found.employer.id)
    return guid(found.id), int(named) if named and named.isascii() and named.isdigit() else None


def blocks(raw: bytes) -> frozenset[str]:
    """The values of `include` whose block came with a record."""
    try:
        found = _BLOCKS.decode(raw)
    except UNREADABLE:
        return frozenset()
    return frozenset(name for name in Blocks.__struct_fields__ if getattr(found, name) is not None)
