"""Custom field values of all employees or of one, and the custom fields that a company has.

In: a client and the names of the mapped fields; out: rows for a `Spool`. Other fields are dropped while reading. Paycor
gives the list of all employees to a POST that writes nothing; see `Client.post`.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice

import msgspec

from connector.core.model.attributes import CUSTOM, CustomField, custom_kind
from connector.errors import SourceContractError
from connector.paycor.answers import NOT_JSON
from connector.paycor.records.canonical import Code, canonical_value
from connector.paycor.records.identities import normalize_id, referenced_id
from connector.paycor.records.shapes import Reference
from connector.paycor.wire.client import Client
from connector.paycor.wire.pages import RawPage, pages, parse_page
from connector.paycor.wire.spool import SpoolRow

#: Pages of values that are read to find the fields of a company: Paycor has no list of fields.
SAMPLE_PAGES = 5
#: A field with a longer name cannot be mapped: the mapping stores 250 characters of an attribute key.
MAX_NAME_LENGTH = 240
#: Key of a row that says that its owner is in the list. Its value is empty when a value of the owner was unreadable.
LISTED = CUSTOM


class CustomFieldValue(
    msgspec.Struct,
    rename={"field_id": "customFieldId", "name": "fieldName", "data_type": "dataType"},
    gc=False,
):
    """One custom field value of one employee. A value that is neither text nor number is unknown, not empty."""

    field_id: str | None = None
    name: str | None = None
    data_type: str | None = None
    value: object = msgspec.UNSET
    employee: Reference | None = None


class _Single(msgspec.Struct, gc=False):
    fieldName: Code = msgspec.UNSET


_VALUES = msgspec.json.Decoder(CustomFieldValue)
_ARRAYS = msgspec.json.Decoder(list[msgspec.Raw])
_SINGLES = msgspec.json.Decoder(_Single)


def list_path(legal_entity_id: int) -> str:
    """The path of the values of all employees of a legal entity."""
    return f"/v1/legalentities/{legal_entity_id}/customfields"


def employee_path(employee_id: str) -> str:
    """The path of the values of one employee."""
    return f"/v1/employees/{employee_id}/customfields"


def read_all(
    client: Client, legal_entity_id: int, names: frozenset[str]
) -> Generator[list[SpoolRow], None, None]:
    """The values of all employees and who is `LISTED`, page by page; raises what `pages` raises."""
    path = list_path(legal_entity_id)
    with closing(pages(client, path, optional=True, by_post=True, parse=parse_any_page)) as raw_pages:
        for page in raw_pages:
            yield list(_rows(_values(path, page), names))


def read_employee(
    client: Client, employee_id: str, names: frozenset[str]
) -> Generator[list[SpoolRow], None, None]:
    """The values of one employee, by a call of their own; raises what `pages` raises."""
    path = employee_path(employee_id)
    with closing(pages(client, path, optional=True, parse=parse_any_page)) as raw_pages:
        for page in raw_pages:
            yield list(_rows(_values(path, page), names, employee_id))


def find_custom_fields(client: Client, legal_entity_ids: Iterable[int]) -> tuple[CustomField, ...]:
    """The custom fields in the first pages of values of each legal entity, sorted by name."""
    fields: dict[str, CustomField] = {}
    for legal_entity_id in legal_entity_ids:
        path = list_path(legal_entity_id)
        with closing(pages(client, path, optional=True, by_post=True, parse=parse_any_page)) as raw_pages:
            for page in islice(raw_pages, SAMPLE_PAGES):
                for value in _values(path, page):
                    name = _name(value)
                    if 0 < len(name) <= MAX_NAME_LENGTH:
                        fields.setdefault(name, CustomField(name, value.data_type or ""))
    return tuple(fields[name] for name in sorted(fields, key=str.casefold))


def parse_any_page(path: str, body: bytes) -> RawPage:
    """The page in an answer of any documented form: a page, an array of all values, or a single value."""
    # Anything else goes to `parse_page`, which raises an error that says what is wrong with it.
    with suppress(*NOT_JSON):
        if body.lstrip()[:1] == b"[":
            return RawPage(tuple(map(bytes, _ARRAYS.decode(body))), None)
        if _SINGLES.decode(body).fieldName is not msgspec.UNSET:
            return RawPage((body,), None)
    return parse_page(path, body)


def _values(path: str, page: RawPage) -> Iterator[CustomFieldValue]:
    for raw in page.records:
        try:
            yield _VALUES.decode(raw)
        except NOT_JSON:
            raise SourceContractError(
                f"A custom field in {path} is not in the form that Paycor documents. Nothing was changed. Try again, "
                "and report this if it happens again."
            ) from None


def _rows(
    values: Iterable[CustomFieldValue], names: frozenset[str], employee_id: str | None = None
) -> Iterator[SpoolRow]:
    listed: dict[str, bool] = {}
    for one in values:
        name, owner = _name(one), employee_id or referenced_id(one.employee)
        if owner is None:
            continue
        is_plain = one.value is None or isinstance(one.value, str | int | float)
        listed[owner] = listed.get(owner, True) and bool(name) and (is_plain or name not in names)
        if name in names and is_plain:
            text = canonical_value(custom_kind(one.data_type or ""), one.value)
            yield SpoolRow(owner, CUSTOM + name, text, normalize_id(one.field_id) or "")
    # If an owner is on several pages, the page with an unreadable value counts.
    yield from (
        SpoolRow(owner, LISTED, "1" if readable else None, "1" if readable else "")
        for owner, readable in listed.items()
    )


def _name(value: CustomFieldValue) -> str:
    return (value.name or "").strip()
