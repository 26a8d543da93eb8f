"""The people that an admin names, by whatever they are called."""

from dataclasses import replace

import msgspec
import pytest

from connector.core.model.employee import Employee
from connector.errors import Refused
from connector.services.people.directory import Directory
from connector.services.settings.invalid import InvalidSettings
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow
from tests.services.stored import add

ADA = Employee("e1", "p1", 1, "Ada", "Byron", "ada@acme.example", attributes={"employee_number": "A-1_0"})
AGAIN = replace(ADA, employee_id="e2", attributes={"employee_number": "7"})
BOB = replace(ADA, employee_id="e3", person_id="p3", first_name="Bob", email="Bob@acme.example")
OTHER = replace(BOB, employee_id="e4", person_id="p4", email=None, attributes={"employee_number": "a-1_0"})


@pytest.fixture
def people(database: Database) -> Directory:
    """Two humans with the same number, one of them with two jobs, and one whose number differs in case."""
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
        pytest.param("ada@acme.example", "e1", id="an email of one human with two jobs"),
        pytest.param("7", "e2", id="a number"),
        pytest.param("a-1_0", "e4", id="a number, letter by letter"),
    ],
)
def test_somebody_is_found_by_what_they_are_called(people: Directory, text: str, expected: str) -> None:
    """Id first, then work email, then number."""
    assert expected == people.one("a", text).employee_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A-1_0", "Several people", id="a number of two humans"),
        pytest.param("A%", "Nobody", id="no pattern"),
        pytest.param("", "Nobody", id="nothing"),
    ],
)
def test_nobody_is_guessed(people: Directory, text: str, expected: str) -> None:
    """What fits nobody or several humans is refused, in words that name no one."""
    with pytest.raises(Refused, match=expected):
        people.one("a", text)


def test_another_portals_people_are_not_found(people: Directory) -> None:
    """Whoever is not of this portal is nobody."""
    with pytest.raises(Refused):
        people.one("b", "e1")


def test_every_wrong_line_is_told(people: Directory) -> None:
    """By its number, so that it can be mended."""
    with pytest.raises(InvalidSettings) as caught:
        people.each("a", ["e1", "x", "A-1_0"], "canaries")

    assert "Line 2: Nobody" in caught.value.errors["canaries"]
    assert "Line 3: Several" in caught.value.errors["canaries"]


def test_whom_nobody_knows_any_more_is_an_id(people: Directory) -> None:
    """The order is that of the ids."""
    assert [(one.employee_id, one.person.name) for one in people.named("a", ["e9", "e1"])] == [
        ("e9", ""),
        ("e1", "Ada Byron"),
    ]
