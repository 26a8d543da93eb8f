"""The ids and blocks of a record, read without decoding the rest of it.

In: the bytes of a record; out: ids in lower case, because Paycor writes them in both cases. Never raises.
"""

import msgspec

from connector.paycor.answers import NOT_JSON
from connector.paycor.records.canonical import canonical_text
from connector.paycor.records.shapes import Blocks, EntityLink, Identity, PersonLink, Reference

#: Paycor's placeholder for "no id".
NO_ID = "00000000-0000-0000-0000-000000000000"
#: The longest id that is stored, in characters; Paycor's have 36.
ID_MAX = 60

_IDENTITIES = msgspec.json.Decoder(Identity)
_BLOCKS = msgspec.json.Decoder(Blocks)
_PERSON_LINKS = msgspec.json.Decoder(PersonLink)
_ENTITY_LINKS = msgspec.json.Decoder(EntityLink)


def normalize_id(written: str | None) -> str | None:
    """An id in lower case; None when it is blank, all zero, too long, or has invisible characters (rule D23)."""
    trimmed = "" if written is None else written.strip().lower()
    is_usable = trimmed.isprintable() and len(trimmed) <= ID_MAX
    return trimmed if trimmed and is_usable and trimmed != NO_ID else None


def referenced_id(reference: Reference | None) -> str | None:
    """The id in a reference; None when it has none."""
    return None if reference is None else normalize_id(reference.id)


def employee_id_of(raw: bytes) -> str | None:
    """The employee id of a record; None when it has no usable one."""
    try:
        return normalize_id(_IDENTITIES.decode(raw).id)
    except NOT_JSON:
        return None


def person_id_of(raw: bytes) -> str | None:
    """The person id of a record; None when it has no usable one."""
    try:
        return referenced_id(_PERSON_LINKS.decode(raw).person)
    except NOT_JSON:
        return None


def employee_and_entity_ids(raw: bytes) -> tuple[str | None, int | None]:
    """The employee id and the legal entity id of a record; None for each that it does not have."""
    try:
        record = _ENTITY_LINKS.decode(raw)
    except NOT_JSON:
        return None, None
    entity_id = None if record.employer is None else canonical_text(record.employer.id)
    is_number = entity_id is not None and entity_id.isascii() and entity_id.isdigit()
    return normalize_id(record.id), int(entity_id) if entity_id and is_number else None


def included_blocks(raw: bytes) -> frozenset[str]:
    """The values of `include` whose block is in a record."""
    try:
        blocks = _BLOCKS.decode(raw)
    except NOT_JSON:
        return frozenset()
    return frozenset(name for name in Blocks.__struct_fields__ if getattr(blocks, name) is not None)
