"""What Paycor says of humans and not of their employments: phones at work, mobile phones, legal names.

In: a client and the attribute keys that are wanted; out: rows for a `Spool`. Never `include=All`, which would bring a
social security number (rule D19); whatever else a person has is skipped unread.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

import msgspec

from connector.core.model.attributes import BY_KEY, Origin
from connector.core.model.employee import Value
from connector.errors import SourceContractError
from connector.paycor.records.canonical import Code, text
from connector.paycor.records.identities import UNREADABLE, guid
from connector.paycor.wire.client import Client, Params
from connector.paycor.wire.pages import pages, raw_page
from connector.paycor.wire.spool import Row

#: Attribute key -> Paycor's type of the phone that answers it.
PHONES = {"work_phone": "work", "mobile_phone": "mobile"}

#: The attribute keys that a person answers.
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
    """One phone; the number abroad is in `whole`, and has no area."""

    kind: str | None = None
    country: Code = None
    area: Code = None
    local: Code = None
    whole: Code = None


class Human(
    msgspec.Struct,
    rename={"legal_first_name": "legalFirstName", "legal_last_name": "legalLastName"},
    gc=False,
):
    """A person, as far as anything of it can be mapped. `phones` is None when they did not come."""

    id: str | None = None
    legal_first_name: Code = msgspec.UNSET
    legal_last_name: Code = msgspec.UNSET
    phones: list[Phone] | None = None


_HUMANS = msgspec.json.Decoder(Human)


def list_path(legal_entity_id: int) -> str:
    """The humans whom a legal entity employs."""
    return f"/v1/legalEntities/{legal_entity_id}/persons"


def one_path(employee_id: str) -> str:
    """The human behind an employment."""
    return f"/v1/employees/{employee_id}/person"


def params(wanted: frozenset[str]) -> Params:
    """What to ask for: phones only if one is wanted."""
    return [("include", "Phones")] if wanted & PHONES.keys() else []


def everybodys(
    client: Client, legal_entity_id: int, wanted: frozenset[str]
) -> Generator[list[Row], None, None]:
    """The wanted values of everybody, page by page; raises what `pages` raises."""
    path = list_path(legal_entity_id)
    with closing(pages(client, path, params(wanted), optional=True)) as reading:
        for page in reading:
            yield [row for raw in page.records for row in _rows(_human(path, raw), wanted)]


def of_one(client: Client, employee_id: str, wanted: frozenset[str]) -> Generator[list[Row], None, None]:
    """The wanted values of the human behind one employment, as one page; raises what `Client.get` raises."""
    path = one_path(employee_id)
    human = _human(path, client.get(path, params(wanted)))
    if guid(human.id) is None:
        raise _broken(path)
    yield list(_rows(human, wanted))


def has_phones(path: str, body: bytes) -> bool:
    """Whether phones came with anybody on a page of persons; True for an empty page, which says nothing."""
    humans = [_human(path, raw) for raw in raw_page(path, body).records]
    return not humans or any(human.phones is not None for human in humans)


def written(phone: Phone) -> Value:
    """A phone number as people write it: country, area, number; None when there is no number."""
    local, country, area = text(phone.local) or text(phone.whole), text(phone.country), text(phone.area)
    if local is None or local.startswith("+"):
        return local
    has_area = len(_digits(local)) > 7 and _digits(local).startswith(_digits(area or ""))
    prefix = f"+{country}" if country and country.isdigit() else country
    return " ".join(part for part in (prefix, None if has_area else area, local) if part)


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _human(path: str, raw: bytes) -> Human:
    try:
        return _HUMANS.decode(raw)
    except UNREADABLE:
        raise _broken(path) from None


def _broken(path: str) -> SourceContractError:
    return SourceContractError(
        f"A person in {path} is not in the form that Paycor documents. Nothing was changed; "
        "try again, and if it stays so, report this."
    )


def _rows(human: Human, wanted: frozenset[str]) -> Iterator[Row]:
    """A human's wanted values; phones that did not come are unknown, one that is not among them is not there."""
    person_id = guid(human.id)
    if person_id is None:
        return
    for key in sorted(wanted & {"legal_first_name", "legal_last_name"}):
        name = getattr(human, key)
        if name is not msgspec.UNSET:
            yield Row(person_id, key, text(name))
    if human.phones is not None:
        for key in sorted(wanted & PHONES.keys()):
            yield Row(person_id, key, _first(human.phones, PHONES[key]))


def _first(phones: Sequence[Phone], kind: str) -> Value:
    numbers = (written(phone) for phone in phones if (phone.kind or "").strip().lower() == kind)
    return next((number for number in numbers if number), None)
