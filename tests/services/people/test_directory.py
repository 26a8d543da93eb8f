"""Employees that an admin names by id, work email or number."""

from dataclasses import replace

import msgspec
import pytest

from connector.core.model.employee import Employee
from connector.errors import Refused
from connector.services.invalid_settings import InvalidSettings
from connector.services.people.directory import Directory
from connector.services.settings.validation import MOST_NAMED
from connector.store.db.sessions import Database
from connector.store.people import directory as stored_directory
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow
from tests.services.stored import add

ADA = Employee("e1", "p1", 1, "Ada", "Byron", "ada@acme.example", attributes={"employee_number": "A-1_0"})
AGAIN = replace(ADA, employee_id="e2", attributes={"employee_number": "7"})
BOB = replace(ADA, employee_id="e3", person_id="p3", first_name="Bob", email="Bob@acme.example")
OTHER = replace(BOB, employee_id="e4", person_id="p4", email=None, attributes={"employee_number": "a-1_0"})


@pytest.fixture
def directory(database: Database) -> Directory:
    """Two people with the same number, one of them with two jobs, and one whose number differs in case."""
    row = Connection(id=1, portal_id="a", environment="sandbox", mode="paste", state="active", policy={})
    rows = [
        EmployeeRow(
            connection_id=1,
            employee_id=one.employee_id,
            person_key=one.person_key,
            email_key=one.email_key,
            digest=b"",
            status="current",
            record=msgspec.json.encode(one).decode(),
        )
        for one in (ADA, AGAIN, BOB, OTHER)
    ]
    add(database, row, *rows)
    return Directory(database)


@pytest.mark.req("X5", "X13")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("e3", "e3", id="an id"),
        pytest.param("BOB@acme.example", "e3", id="an email"),
        pytest.param("ada@acme.example", "e1", id="an email of one person with two jobs"),
        pytest.param("7", "e2", id="a number"),
        pytest.param("a-1_0", "e4", id="a number, case-sensitive"),
    ],
)
def test_an_employee_is_found_by_id_email_or_number(directory: Directory, text: str, expected: str) -> None:
    """Id first, then work email, then number."""
    assert expected == directory.find("a", text).employee_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A-1_0", "Several people", id="a number of two people"),
        pytest.param("A%", "No employee", id="no pattern"),
        pytest.param("", "No employee", id="nothing"),
    ],
)
def test_an_unclear_text_is_refused(directory: Directory, text: str, expected: str) -> None:
    """A text that names no one or several people is refused, without a name in the error."""
    with pytest.raises(Refused, match=expected):
        directory.find("a", text)


def test_another_portals_people_are_not_found(directory: Directory) -> None:
    """The employees of each portal are its own."""
    with pytest.raises(Refused):
        directory.find("b", "e1")


def test_every_wrong_line_is_in_the_error(directory: Directory) -> None:
    """With its number, so that it can be fixed."""
    with pytest.raises(InvalidSettings) as caught:
        directory.find_ids("a", ["e1", "x", "A-1_0"], "canaries")

    assert "Line 2: No employee" in caught.value.errors["canaries"]
    assert "Line 3: Several" in caught.value.errors["canaries"]


@pytest.mark.req("D22", "X13")
def test_a_list_over_the_limit_is_refused_without_a_look_up(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line would be a search through every record."""
    searched: list[str] = []
    monkeypatch.setattr(stored_directory, "search", lambda *args: searched.append(args[2]))

    with pytest.raises(InvalidSettings) as refused:
        directory.find_ids("a", ["A-1_0"] * (MOST_NAMED + 1), "people_in")

    assert refused.value.errors == {
        "people_in": "501 people are too many to name: 500 at most. Use a condition."
    }
    assert searched == []


def test_an_employee_who_is_gone_is_shown_by_id(directory: Directory) -> None:
    """The order is that of the ids."""
    assert [(one.employee_id, one.person.name) for one in directory.by_ids("a", ["e9", "e1"])] == [
        ("e9", ""),
        ("e1", "Ada Byron"),
    ]
