"""Employees for tests: a source over the fake Paycor and what it reads, or one record decoded."""

from connector.core.model.attributes import CATALOGUE
from connector.core.model.employee import Employee
from connector.core.model.settings import ListVersion
from connector.core.ports.source import Source, SourcePage
from connector.paycor.records.decode import EmployeeDecoder
from connector.paycor.source import PaycorSource
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    ONBOARDING_PATH,
    PERSONS_PATH,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    envelope,
    paged,
    raw,
    record,
)

ALL_KEYS = frozenset(attribute.key for attribute in CATALOGUE)

DEPARTMENT: Json = {
    "id": "CB4477AB-000C-0000-0000-0000FCE60200",
    "code": 310,
    "description": " Outpatient Care ",
}

#: The same department as the decoder gets it.
DEPARTMENTS = {"cb4477ab-000c-0000-0000-0000fce60200": ("Outpatient Care", "310")}

OTHER_ENTITY = 190377


def source(
    rig: ClientRig,
    attribute_keys: frozenset[str] = frozenset(),
    settings_version: int = 1,
    entities: int = 1,
    list_version: ListVersion = ListVersion.V1,
) -> PaycorSource:
    """The source of a connection to one or two legal entities."""
    entity_ids = (ENTITY, OTHER_ENTITY)[:entities]
    return PaycorSource(rig.client, entity_ids, attribute_keys, settings_version, list_version)


def serve_company(fake: FakePaycor, *people: Json, size: int = 200) -> None:
    """One legal entity with these employees and one department; no onboarding people, persons or custom fields."""
    fake.gives_pages(EMPLOYEES_PATH, paged(people, size))
    fake.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT])))
    fake.gives(ONBOARDING_PATH, EMPTY)
    fake.gives(PERSONS_PATH, EMPTY)
    fake.post_gives(CUSTOM_FIELDS_PATH, EMPTY)


def read(source: Source) -> list[tuple[SourcePage, int]]:
    """Every record, as a page and its index there."""
    return [(page, index) for page in source.pages() for index in range(len(page.records))]


def digests_of(source: Source) -> list[bytes]:
    """The digest of every record."""
    return [page.digests[index] for page, index in read(source)]


def employees(source: Source) -> list[Employee]:
    """Every record decoded."""
    return [source.decode(page, index) for page, index in read(source)]


def decoded(body: object, attribute_keys: frozenset[str] = ALL_KEYS) -> Employee:
    """The employee in one record, decoded without a source."""
    return EmployeeDecoder(attribute_keys).decode(raw(body), ENTITY, DEPARTMENTS)


def with_block(block: str, /, **changes: object) -> Json:
    """A record with some fields of a block replaced."""
    body = record()
    content = body[block]
    assert isinstance(content, dict)
    return body | {block: content | changes}
