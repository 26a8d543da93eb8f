"""Reading all employees of a connection."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import SourceError
from tests.paycor.fake_paycor import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    ONBOARDING_PATH,
    PRIVATE,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    client_rig,
    employee_id,
    envelope,
    fake_paycor,
    raw,
    record,
)
from tests.paycor.source_reads import (
    ALL_KEYS,
    DEPARTMENT,
    OTHER_ENTITY,
    digests_of,
    employees,
    read,
    serve_company,
    source,
)


def test_all_employees_come_page_by_page(fake: FakePaycor, rig: ClientRig) -> None:
    """Pages keep their order. Records are raw bytes, decoded on demand."""
    people = [record(number) for number in range(1, 6)]
    serve_company(fake, *people, size=2)
    reader = source(rig)

    pages = list(reader.pages())

    assert [len(page.digests) for page in pages] == [2, 2, 1]
    assert [body for page in pages for body in page.records] == [raw(person) for person in people]
    assert reader.decode(pages[1], 1).employee_id == employee_id(4)
    assert reader.findings() == ()
    assert reader.calls == len(fake.received) == 4


@pytest.mark.req("D19")
def test_private_data_is_not_in_the_employee(fake: FakePaycor, rig: ClientRig) -> None:
    """Whatever private data Paycor adds to a record, it is not decoded."""
    serve_company(fake, record(**PRIVATE))

    (found,) = employees(source(rig, ALL_KEYS))

    assert "Secret" not in repr(found)
    assert "900-55-0001" not in repr(found)
    assert "1987" not in repr(found)


def test_the_same_record_under_the_same_settings_has_the_same_digest() -> None:
    """A second read finds no change; a changed value, or other settings, give another digest."""

    def digests(
        person: Json, attribute_keys: frozenset[str], version: int, department: Json | None = None
    ) -> list[bytes]:
        with fake_paycor() as fake:
            serve_company(fake, person)
            if department:
                fake.gives(DEPARTMENTS_PATH, answer(envelope([department])))
            return digests_of(source(client_rig(), attribute_keys, version))

    title, department = frozenset({"job_title"}), frozenset({"department"})
    before = digests(record(), title, 1)

    assert digests(record(), title, 1) == before
    assert digests(record(lastName="Dell"), title, 1) != before
    assert digests(record(), title, 2) != before
    assert digests(record(), frozenset({"job_code"}), 1) != before
    assert digests(record(), department, 1) == digests(record(), department, 1)
    assert digests(record(), department, 1, DEPARTMENT | {"description": "Renamed"}) != digests(
        record(), department, 1
    )
    assert digests(record(), title, 1, DEPARTMENT | {"description": "Renamed"}) == before


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 12), st.integers(1, 5), st.randoms())
def test_neither_page_size_nor_order_matters(count: int, size: int, chance: random.Random) -> None:
    """The same employees have the same digests, whatever the page size and order of the list."""
    people = [record(number) for number in range(count)]
    shuffled = chance.sample(people, count)

    def digests(rows: list[Json], page_size: int) -> set[bytes]:
        with fake_paycor() as fake:
            serve_company(fake, *rows, size=page_size)
            return set(digests_of(source(client_rig())))

    assert digests(shuffled, size) == digests(people, 200)


def test_an_employee_id_is_in_lower_case(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor writes ids in both cases, and the list may shift between two pages: duplicates must be recognisable."""
    serve_company(fake, record(1), record(2), record(1), record(2, id=employee_id(2).upper()), size=2)

    found = employees(source(rig))

    assert [one.employee_id for one in found] == [employee_id(number) for number in (1, 2, 1, 2)]


def test_every_record_without_an_id_is_returned(fake: FakePaycor, rig: ClientRig) -> None:
    """The sync has to report each of them."""
    serve_company(fake, record(id=None), record(id=None), record(1))

    assert [one.employee_id for one in employees(source(rig))] == ["", "", employee_id(1)]


def test_legal_entities_are_read_in_order(fake: FakePaycor, rig: ClientRig) -> None:
    """An employee belongs to the legal entity of their list."""
    serve_company(fake, record(1))
    other = EMPLOYEES_PATH.replace(str(ENTITY), str(OTHER_ENTITY))
    fake.gives(other, answer(envelope([record(2), record(1)])))
    fake.gives(ONBOARDING_PATH.replace(str(ENTITY), str(OTHER_ENTITY)), EMPTY)

    found = employees(source(rig, entities=2))

    assert [(one.employee_id, one.legal_entity_id) for one in found] == [
        (employee_id(1), ENTITY),
        (employee_id(2), OTHER_ENTITY),
        (employee_id(1), OTHER_ENTITY),
    ]


@pytest.mark.req("D10")
def test_a_failed_legal_entity_fails_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """Half of a company is not the whole company."""
    serve_company(fake, record(1))
    fake.gives(EMPLOYEES_PATH.replace(str(ENTITY), str(OTHER_ENTITY)), answer({}, 500))

    with pytest.raises(SourceError):
        read(source(rig, entities=2))


def test_a_mapped_manager_number_reads_every_employee_number(fake: FakePaycor, rig: ClientRig) -> None:
    """It is read from the manager's own record."""
    serve_company(fake, record(7))

    (found,) = employees(source(rig, frozenset({"manager_number"})))

    assert found.attributes == {"employee_number": "000007"}


def test_a_second_read_starts_from_the_beginning(fake: FakePaycor, rig: ClientRig) -> None:
    """Every employee comes again, and no finding is duplicated."""
    serve_company(fake, record(1, workLocation=None))
    found = source(rig)

    assert len(read(found)) == 1
    assert len(read(found)) == 1
    assert len(found.findings()) == 1


def test_dropping_the_pages_ends_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """No further request is sent."""
    serve_company(fake, *(record(number) for number in range(9)), size=1)
    pages = source(rig).pages()
    next(pages)

    del pages

    assert len(fake.received) <= 2
