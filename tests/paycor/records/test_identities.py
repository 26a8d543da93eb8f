"""The ids and blocks of a record, read without decoding it."""

import pytest

from connector.paycor.records.identities import (
    NO_ID,
    employee_and_entity_ids,
    employee_id_of,
    included_blocks,
    normalize_id,
    person_id_of,
)
from tests.paycor.fake_paycor import ENTITY, employee_id, person_id, raw, record


@pytest.mark.parametrize(
    ("body", "employee"),
    [
        ({"id": employee_id(1).upper()}, employee_id(1)),
        ({"id": NO_ID}, None),
        ({"id": ""}, None),
        ({"id": None}, None),
        ({"id": 7}, None),
        ({}, None),
    ],
)
def test_the_employee_id_is_found_without_decoding(body: object, employee: str | None) -> None:
    """None for an unusable id."""
    assert employee_id_of(raw(body)) == employee


def test_the_included_blocks_are_found_without_decoding() -> None:
    """Null and absent blocks are not included."""
    body = record(workLocation=None)
    del body["positionData"]

    assert included_blocks(raw(record())) == {"EmploymentDates", "Position", "Status", "WorkLocation"}
    assert included_blocks(raw(body)) == {"EmploymentDates", "Status"}


@pytest.mark.parametrize("written", [None, "", "  ", NO_ID])
def test_a_blank_or_all_zero_id_is_no_id(written: str | None) -> None:
    """Paycor writes both where an id is missing."""
    assert normalize_id(written) is None
    assert normalize_id(" ABCDEF ") == "abcdef"


@pytest.mark.parametrize(
    ("entity", "entity_id"),
    [({"id": str(ENTITY)}, ENTITY), ({"id": ENTITY}, ENTITY), ({"id": "x"}, None), ({}, None), (None, None)],
    ids=["text", "number", "not a number", "no id", "no legal entity"],
)
def test_the_legal_entity_is_found_without_decoding(entity: object, entity_id: int | None) -> None:
    """Its id may be a text or a number; the employee id is found in any case."""
    body = raw(record(1, legalEntity=entity))

    assert employee_and_entity_ids(body) == (employee_id(1), entity_id)
    assert person_id_of(body) == person_id(1)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id":"x"', b'{"id":"\xff"}', b"<html>"])
def test_an_unreadable_record_has_no_ids_and_no_blocks(body: bytes) -> None:
    """Nothing is raised."""
    assert employee_id_of(body) is None
    assert person_id_of(body) is None
    assert employee_and_entity_ids(body) == (None, None)
    assert included_blocks(body) == frozenset()
