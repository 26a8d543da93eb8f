"""Custom fields of employees: the values of all of them by one list, or those of one employee.

In: a client and the names of the fields that are wanted; out: rows for a `Spool`, and which fields a company has. What
nobody wants is dropped as it is read. Paycor gives the list to a POST that writes nothing; see `Client.post`.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice

import msgspec

from connector.core.model.attributes import CUSTOM, CustomField, custom_kind
from connector.errors import SourceContractError
from connector.paycor.records.canonical import Code, of_kind
from connector.paycor.records.identities import UNREADABLE, guid, id_of
from connector.paycor.records.shapes import Reference
from connector.paycor.wire.client import Client
from connector.paycor.wire.pages import RawPage, pages, raw_page
from connector.paycor.wire.spool import Row

#: Paycor has no list of the fields alone: so many pages of values are looked at to learn which there are.
LOOKED_AT = 5
#: A field with a longer name cannot be mapped: the mapping keeps 250 characters of an attribute's key.
LONGEST_NAME = 240
#: The key of a row that says that its owner came in the list; empty when a value of theirs could not be read.
LISTED = CUSTOM


class Item(
    msgspec.Struct,
    rename={"field_id": "customFieldId", "name": "fieldName", "data_type": "dataType"},
    gc=False,
):
    """One value of one employee. Whatever is no text and no number is not known to be empty either."""

    field_id: str | None = None
    name: str | None = None
    data_type: str | None = None
    value: object = msgspec.UNSET
    employee: Reference | None = None


class _Single(msgspec.Struct, gc=False):
    fieldName: Code = msgspec.UNSET


_ITEMS = msgspec.json.Decoder(Item)
_ARRAYS = msgspec.json.Decoder(list[msgspec.Raw])
_SINGLES = msgspec.json.Decoder(_Single)


def list_path(legal_entity_id: int) -> str:
    """The values of everybody in a legal entity."""
    return f"/v1/legalentities/{legal_entity_id}/customfields"


def one_path(employee_id: str) -> str:
    """The values of one employee."""
    return f"/v1/employees/{employee_id}/customfields"


def everybodys(
    client: Client, legal_entity_id: int, names: frozenset[str]
) -> Generator[list[Row], None, None]:
    """The wanted values of everybody and who is `LISTED`, page by page; raises what `pages` raises."""
    path = list_path(legal_entity_id)
    with closing(pages(client, path, optional=True, by_post=True, read=any_page)) as reading:
        for page in reading:
            yield list(_rows(_items(path, page), names))


def of_one(client: Client, employee_id: str, names: frozenset[str]) -> Generator[list[Row], None, None]:
    """The same for one employee, by a call for them alone."""
    path = one_path(employee_id)
    with closing(pages(client, path, optional=True, read=any_page)) as reading:
        for page in reading:
            yield list(_rows(_items(path, page), names, employee_id))


def known(client: Client, legal_entity_ids: Iterable[int]) -> tuple[CustomField, ...]:
    """The custom fields that the first values of each legal entity show, in the order of their names."""
    found: dict[str, CustomField] = {}
    for legal_entity_id in legal_entity_ids:
        path = list_path(legal_entity_id)
        with closing(pages(client, path, optional=True, by_post=True, read=any_page)) as reading:
            for page in islice(reading, LOOKED_AT):
                for item in _items(path, page):
                    name = _name(item)
                    if 0 < len(name) <= LONGEST_NAME:
                        found.setdefault(name, CustomField(name, item.data_type or ""))
    return tuple(found[name] for name in sorted(found, key=str.casefold))


def any_page(path: str, body: bytes) -> RawPage:
    """One answer, in any of the forms that Paycor documents: a page, all items in an array, or a single item."""
    # What is neither of the other two is for the envelope's own reader, which says what is wrong with it.
    with suppress(*UNREADABLE):
        if body.lstrip()[:1] == b"[":
            return RawPage(tuple(map(bytes, _ARRAYS.decode(body))), None)
        if _SINGLES.decode(body).fieldName is not msgspec.UNSET:
            return RawPage((body,), None)
    return raw_page(path, body)


def _items(path: str, page: RawPage) -> Iterator[Item]:
    for raw in page.records:
        try:
            yield _ITEMS.decode(raw)
        except UNREADABLE:
            raise SourceContractError(
                f"A custom field in {path} is not in the form that Paycor documents. Nothing was changed; "
                "try again, and if it stays so, report this."
            ) from None


def _rows(items: Iterable[Item], names: frozenset[str], employee_id: str | None = None) -> Iterator[Row]:
    listed: dict[str, bool] = {}
    for item in items:
        name, owner = _name(item), employee_id or id_of(item.employee)
        if owner is None:
            continue
        is_plain = item.value is None or isinstance(item.value, str | int | float)
        listed[owner] = listed.get(owner, True) and bool(name) and (is_plain or name not in names)
        if name in names and is_plain:
            value = of_kind(custom_kind(item.data_type or ""), item.value)
            yield Row(owner, CUSTOM + name, value, guid(item.field_id) or "")
    # Of several pages, the one with a value that could not be read counts.
    yield from (
        Row(owner, LISTED, "1" if clear else None, "1" if clear else "") for owner, clear in listed.items()
    )


def _name(item: Item) -> str:
    return (item.name or "").strip()
