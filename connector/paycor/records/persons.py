"""Values of persons, which Paycor stores once for all employments of a person: work and mobile phone, legal names.

In: a client and the mapped attribute keys; out: rows for a `Spool`. Never `include=All`, which would return a social
security number (rule D19). All other fields of a person are skipped unread.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

import msgspec

from connector.core.model.attributes import BY_KEY, Origin
from connector.core.model.employee import Value
from connector.errors import SourceContractError
from connector.paycor.answers import NOT_JSON
from connector.paycor.records.canonical import Code, canonical_text
from connector.paycor.records.identities import normalize_id
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import Params
from connector.paycor.wire.pages import pages, parse_page
from connector.paycor.wire.spool import SpoolRow

#: Attribute key -> Paycor's type of the phone.
PHONES = {"work_phone": "work", "mobile_phone": "mobile"}

#: The attribute keys whose values come from the person.
KEYS = frozenset(key for key, attribute in BY_KEY.items() if attribute.origin is Origin.PERSON)


class Phone(
    msgspec.Struct,
    rename={
        "kind": "type",
        "country": "countryCode",
        "area": "areaCode",
        "local": "phoneNumber",
        "whole": "subscriberNumber",
    },
    gc=False,
):
    """One phone. A number outside North America is in `whole` and has no area code."""

    kind: str | None = None
    country: Code = None
    area: Code = None
    local: Code = None
    whole: Code = None


class PersonRecord(
    msgspec.Struct,
    rename={"legal_first_name": "legalFirstName", "legal_last_name": "legalLastName"},
    gc=False,
):
    """The fields of a person that can be mapped. `phones` is None when Paycor did not send them."""

    id: str | None = None
    legal_first_name: Code = msgspec.UNSET
    legal_last_name: Code = msgspec.UNSET
    phones: list[Phone] | None = None


_PERSONS = msgspec.json.Decoder(PersonRecord)


def list_path(legal_entity_id: int) -> str:
    """The path of the persons that a legal entity employs."""
    return f"/v1/legalEntities/{legal_entity_id}/persons"


def employee_path(employee_id: str) -> str:
    """The path of the person of one employee."""
    return f"/v1/employees/{employee_id}/person"


def params(attribute_keys: frozenset[str]) -> Params:
    """The parameters of a request: phones are included only if one is mapped."""
    return [("include", "Phones")] if attribute_keys & PHONES.keys() else []


def read_all(
    client: Client, legal_entity_id: int, attribute_keys: frozenset[str]
) -> Generator[list[SpoolRow], None, None]:
    """The values of all persons, page by page; raises what `pages` raises."""
    path = list_path(legal_entity_id)
    with closing(pages(client, path, params(attribute_keys), optional=True)) as raw_pages:
        for page in raw_pages:
            yield [row for raw in page.records for row in _rows(_person(path, raw), attribute_keys)]


def read_employee(
    client: Client, employee_id: str, attribute_keys: frozenset[str]
) -> Generator[list[SpoolRow], None, None]:
    """The values of the person of one employee, as one page; raises what `Client.get` raises."""
    path = employee_path(employee_id)
    person = _person(path, client.get(path, params(attribute_keys)))
    if normalize_id(person.id) is None:
        raise _form_error(path)
    yield list(_rows(person, attribute_keys))


def has_phones(path: str, body: bytes) -> bool:
    """Whether any person on a page has phones, even an empty list; True for an empty page, which proves nothing."""
    people = [_person(path, raw) for raw in parse_page(path, body).records]
    return not people or any(person.phones is not None for person in people)


def format_phone(phone: Phone) -> Value:
    """A phone number as people write it: country, area, number; None without a number."""
    local, country, area = (
        canonical_text(phone.local) or canonical_text(phone.whole),
        canonical_text(phone.country),
        canonical_text(phone.area),
    )
    if local is None or local.startswith("+"):
        return local
    has_area = len(_digits(local)) > 7 and _digits(local).startswith(_digits(area or ""))
    prefix = f"+{country}" if country and country.isdigit() else country
    return " ".join(part for part in (prefix, None if has_area else area, local) if part)


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())


def _person(path: str, raw: bytes) -> PersonRecord:
    try:
        return _PERSONS.decode(raw)
    except NOT_JSON:
        raise _form_error(path) from None


def _form_error(path: str) -> SourceContractError:
    return SourceContractError(
        f"A person in {path} is not in the form that Paycor documents. Nothing was changed. Try again, and report this "
        "if it happens again."
    )


def _rows(person: PersonRecord, attribute_keys: frozenset[str]) -> Iterator[SpoolRow]:
    """The values of a person. Without the list of phones they are unknown; a phone missing in the list is empty."""
    person_id = normalize_id(person.id)
    if person_id is None:
        return
    for key in sorted(attribute_keys & {"legal_first_name", "legal_last_name"}):
        name = getattr(person, key)
        if name is not msgspec.UNSET:
            yield SpoolRow(person_id, key, canonical_text(name))
    if person.phones is not None:
        for key in sorted(attribute_keys & PHONES.keys()):
            yield SpoolRow(person_id, key, _first(person.phones, PHONES[key]))


def _first(phones: Sequence[Phone], kind: str) -> Value:
    numbers = (format_phone(phone) for phone in phones if (phone.kind or "").strip().lower() == kind)
    return next((number for number in numbers if number), None)
