"""Employees of the mirror, found by id, work email, number or account."""

import msgspec
import pytest

from connector.core.model.employee import Employee
from connector.store.db.sessions import Database
from connector.store.people import directory
from connector.store.tables.people import EmployeeRow
from tests.services.stored import add, employee, link


def numbered(number: int, text: str) -> EmployeeRow:
    """An employee with an employee number, and the work email `p<number>@x.example`."""
    email = f"p{number}@x.example"
    row = employee(number, email)
    record = Employee(row.employee_id, row.person_key, 1, email=email, attributes={"employee_number": text})
    row.email_key, row.record = email, msgspec.json.encode(record).decode()
    return row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("e1", ["e1"], id="an employee id before a number"),
        pytest.param("P2@X.example", ["e2"], id="a work email in any case"),
        pytest.param("A_1", ["e3"], id="a number, case-sensitive"),
        pytest.param("A%", [], id="no pattern"),
        pytest.param("e9", [], id="another connection's"),
    ],
)
def test_a_text_finds_employees_by_id_then_email_then_number(
    database: Database, text: str, expected: list[str]
) -> None:
    """The first kind with a match counts."""
    other = employee(9, None, connection_id=2)
    add(database, numbered(1, "7"), numbered(2, "e1"), numbered(3, "A_1"), numbered(4, "a_1"), other)

    with database.reading() as session:
        assert [one.employee_id for one in directory.search(session, 1, text)] == expected


def test_an_account_id_finds_the_person_first(database: Database) -> None:
    """Otherwise the text is looked up as that of an employee; each person comes once."""
    add(database, employee(1, None), employee(2, None, person=1), link(1, "sent"))

    with database.reading() as session:
        assert directory.search_people(session, 1, "a1") == ["p1"]
        assert directory.search_people(session, 1, "e2") == ["p1"]
        assert directory.search_people(session, 2, "a1") == []


def test_people_with_several_employments_come_in_order(database: Database) -> None:
    """By person key, then by employee id; the first employment is the one with the first id."""
    add(database, employee(3, None, person=1), employee(2, None), employee(1, None))

    with database.reading() as session:
        rows = directory.employments(session, 1, ["p2", "p1"])
        first = directory.first_employments(session, 1, ["p1", "p9"])
        keys = directory.person_keys(session, 1)

    assert [row.employee_id for row in rows] == ["e1", "e3", "e2"]
    assert {key: one.employee_id for key, one in first.items()} == {"p1": "e1"}
    assert keys == ["p1", "p2"]


def test_records_are_of_one_portal(database: Database) -> None:
    """Their keys are employee ids or person keys."""
    add(database, employee(1, None), employee(2, None, person=1), employee(1, None, connection_id=2))

    with database.reading() as session:
        by_employee = [key for key, _ in directory.records_by_employee(session, "a", ["e1", "e9"])]
        by_person = [key for key, _ in directory.records_by_person(session, "a", ["p1"])]

    assert (by_employee, by_person) == (["e1"], ["p1", "p1"])


def test_only_the_mirror_of_the_connection_is_counted(database: Database) -> None:
    """Employments count, not people."""
    add(database, employee(1, None), employee(2, None, person=1), employee(1, None, connection_id=2))

    with database.reading() as session:
        assert (directory.count(session, 1), directory.count(session, 2)) == (2, 1)
        assert directory.person_key_of(session, 1, "e2") == "p1"
        assert directory.person_key_of(session, 2, "e2") is None
