"""A source over the wire, read for tests."""

from connector.core.model.attributes import CATALOGUE
from connector.core.model.employee import Employee
from connector.core.model.settings import ListVersion
from connector.core.ports.source import Source, SourcePage
from connector.paycor.source import PaycorSource
from tests.paycor.stub import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    ONBOARDING_PATH,
    PERSONS_PATH,
    Caller,
    Json,
    Wire,
    answer,
    envelope,
    paged,
)

EVERYTHING = frozenset(attribute.key for attribute in CATALOGUE)


DEPARTMENT: Json = {
    "id": "CB4477AB-000C-0000-0000-0000FCE60200",
    "code": 310,
    "description": " Outpatient Care ",
}


OTHER = 190377


def source(
    found: Caller,
    wanted: frozenset[str] = frozenset(),
    version: int = 1,
    entities: int = 1,
    listed: ListVersion = ListVersion.V1,
) -> PaycorSource:
    """The source of a connection to one or two legal entities."""
    return PaycorSource(found.client, (ENTITY, OTHER)[:entities], wanted, version, listed)


def lay_out(wire: Wire, *people: Json, size: int = 200) -> None:
    """A legal entity with these employees and one department; nobody is onboarding, nothing is known of persons."""
    wire.gives_pages(EMPLOYEES_PATH, paged(people, size))
    wire.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT])))
    wire.gives(ONBOARDING_PATH, EMPTY)
    wire.gives(PERSONS_PATH, EMPTY)
    wire.post_gives(CUSTOM_FIELDS_PATH, EMPTY)


def read(found: Source) -> list[tuple[SourcePage, int]]:
    """Every record, as a page and its place there."""
    return [(page, place) for page in found.pages() for place in range(len(page.records))]


def digests_of(found: Source) -> list[bytes]:
    """The digest of every record."""
    return [page.digests[place] for page, place in read(found)]


def employees(found: Source) -> list[Employee]:
    """Every record decoded."""
    return [found.decode(page, place) for page, place in read(found)]
