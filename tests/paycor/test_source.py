"""Everybody at Paycor, for the sync."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import SourceError
from tests.paycor.reading import DEPARTMENT, EVERYTHING, OTHER, digests_of, employees, lay_out, read, source
from tests.paycor.stub import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    ONBOARDING_PATH,
    PRIVATE,
    Caller,
    Json,
    Wire,
    answer,
    caller,
    employee_id,
    envelope,
    raw,
    record,
    wired,
)


def test_everybody_comes_page_by_page(wire: Wire, paycor: Caller) -> None:
    """Pages keep their order; a record has its bytes, and is decoded when asked for."""
    people = [record(number) for number in range(1, 6)]
    lay_out(wire, *people, size=2)
    found = source(paycor)

    pages = list(found.pages())

    assert [len(page.digests) for page in pages] == [2, 2, 1]
    assert [row for page in pages for row in page.records] == [raw(person) for person in people]
    assert found.decode(pages[1], 1).employee_id == employee_id(4)
    assert found.findings() == ()
    assert found.calls == len(wire.asked) == 4


@pytest.mark.req("D19")
def test_private_facts_that_are_sent_are_not_in_the_employee(wire: Wire, paycor: Caller) -> None:
    """Whatever Paycor adds to a record, nothing of it is decoded."""
    lay_out(wire, record(**PRIVATE))

    (found,) = employees(source(paycor, EVERYTHING))

    assert "Secret" not in repr(found)
    assert "900-55-0001" not in repr(found)
    assert "1987" not in repr(found)


def test_the_same_record_under_the_same_settings_has_the_same_digest() -> None:
    """A second read finds nothing new; a changed value is new, and so is everybody under other settings."""

    def taken(
        person: Json, wanted: frozenset[str], version: int, department: Json | None = None
    ) -> list[bytes]:
        with wired() as wire:
            lay_out(wire, person)
            if department:
                wire.gives(DEPARTMENTS_PATH, answer(envelope([department])))
            return digests_of(source(caller(), wanted, version))

    title, unit = frozenset({"job_title"}), frozenset({"department"})
    once = taken(record(), title, 1)

    assert taken(record(), title, 1) == once
    assert taken(record(lastName="Dell"), title, 1) != once
    assert taken(record(), title, 2) != once
    assert taken(record(), frozenset({"job_code"}), 1) != once
    assert taken(record(), unit, 1) == taken(record(), unit, 1)
    assert taken(record(), unit, 1, DEPARTMENT | {"description": "Renamed"}) != taken(record(), unit, 1)
    assert taken(record(), title, 1, DEPARTMENT | {"description": "Renamed"}) == once


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 12), st.integers(1, 5), st.randoms())
def test_neither_page_size_nor_order_matters(count: int, size: int, chance: random.Random) -> None:
    """The same people come with the same digests, however Paycor cuts and shuffles its list."""
    people = [record(number) for number in range(count)]
    shuffled = chance.sample(people, count)

    def taken(rows: list[Json], page_size: int) -> set[bytes]:
        with wired() as wire:
            lay_out(wire, *rows, size=page_size)
            return set(digests_of(source(caller())))

    assert taken(shuffled, size) == taken(people, 200)


def test_an_employee_has_one_id_however_it_is_written(wire: Wire, paycor: Caller) -> None:
    """The list may shift between two pages, and Paycor writes ids in both cases: whoever comes twice can be told."""
    lay_out(wire, record(1), record(2), record(1), record(2, id=employee_id(2).upper()), size=2)

    found = employees(source(paycor))

    assert [one.employee_id for one in found] == [employee_id(number) for number in (1, 2, 1, 2)]


def test_records_without_an_id_all_come(wire: Wire, paycor: Caller) -> None:
    """Nobody can tell whose they are: the sync has to know of each."""
    lay_out(wire, record(id=None), record(id=None), record(1))

    assert [one.employee_id for one in employees(source(paycor))] == ["", "", employee_id(1)]


def test_each_legal_entity_is_read_in_its_turn(wire: Wire, paycor: Caller) -> None:
    """An employee belongs to the legal entity whose list they are in."""
    lay_out(wire, record(1))
    other = EMPLOYEES_PATH.replace(str(ENTITY), str(OTHER))
    wire.gives(other, answer(envelope([record(2), record(1)])))
    wire.gives(ONBOARDING_PATH.replace(str(ENTITY), str(OTHER)), EMPTY)

    found = employees(source(paycor, entities=2))

    assert [(one.employee_id, one.legal_entity_id) for one in found] == [
        (employee_id(1), ENTITY),
        (employee_id(2), OTHER),
        (employee_id(1), OTHER),
    ]


@pytest.mark.req("D10")
def test_a_legal_entity_that_fails_fails_the_read(wire: Wire, paycor: Caller) -> None:
    """Half of a company is not the company."""
    lay_out(wire, record(1))
    wire.gives(EMPLOYEES_PATH.replace(str(ENTITY), str(OTHER)), answer({}, 500))

    with pytest.raises(SourceError):
        read(source(paycor, entities=2))


def test_a_managers_number_brings_everybodys_number(wire: Wire, paycor: Caller) -> None:
    """It is read off the manager's own record, which has to have it."""
    lay_out(wire, record(7))

    (found,) = employees(source(paycor, frozenset({"manager_number"})))

    assert found.attributes == {"employee_number": "000007"}


def test_a_second_read_starts_afresh(wire: Wire, paycor: Caller) -> None:
    """The same source may read twice: everybody comes again, and no finding is said twice."""
    lay_out(wire, record(1, workLocation=None))
    found = source(paycor)

    assert len(read(found)) == 1
    assert len(read(found)) == 1
    assert len(found.findings()) == 1


def test_a_sync_that_stops_stops_the_read(wire: Wire, paycor: Caller) -> None:
    """Closing the pages asks Paycor for nothing more."""
    lay_out(wire, *(record(number) for number in range(9)), size=1)
    pages = source(paycor).pages()
    next(pages)

    del pages

    assert len(wire.asked) <= 2
