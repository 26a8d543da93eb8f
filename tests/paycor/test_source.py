"""Everybody at Paycor, for the sync."""

import random
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.attributes import CATALOGUE
from connector.core.ports import RawRecord, Source, SourcePage
from connector.core.records import Employee, Finding
from connector.errors import SourceContractError, SourceError, SourceForbidden
from connector.paycor.permissions import INCLUDES
from connector.paycor.source import PaycorSource
from tests.paycor.wire import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    PRIVATE,
    Answer,
    Caller,
    Json,
    Wire,
    answer,
    caller,
    employee_id,
    envelope,
    paged,
    paycor_error,
    query,
    raw,
    record,
    refusing,
    wired,
)

EVERYTHING = frozenset(attribute.key for attribute in CATALOGUE)
DEPARTMENT: Json = {
    "id": "CB4477AB-000C-0000-0000-0000FCE60200",
    "code": 310,
    "description": " Outpatient Care ",
}
OTHER = 190377


def source(
    found: Caller, wanted: frozenset[str] = frozenset(), version: int = 1, entities: int = 1
) -> PaycorSource:
    """The source of a connection to one or two legal entities."""
    return PaycorSource(found.client, (ENTITY, OTHER)[:entities], wanted, version)


def lay_out(wire: Wire, *people: Json, size: int = 200) -> None:
    """A legal entity with these employees, one department and nobody onboarding."""
    wire.gives_pages(EMPLOYEES_PATH, paged(people, size))
    wire.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT])))
    wire.gives(ONBOARDING_PATH, EMPTY)


def read(found: Source) -> list[tuple[SourcePage, RawRecord]]:
    """Every record with its page."""
    return [(page, record) for page in found.pages() for record in page.records]


def employees(found: Source) -> list[Employee]:
    """Every record decoded."""
    return [found.decode(page, record) for page, record in read(found)]


def test_everybody_comes_page_by_page(wire: Wire, paycor: Caller) -> None:
    """Pages keep their order; a record has its id and bytes, and is decoded when asked for."""
    people = [record(number) for number in range(1, 6)]
    lay_out(wire, *people, size=2)
    found = source(paycor)

    pages = list(found.pages())

    assert [[row.employee_id for row in page.records] for page in pages] == [
        [employee_id(1), employee_id(2)],
        [employee_id(3), employee_id(4)],
        [employee_id(5)],
    ]
    assert [row.raw for page in pages for row in page.records] == [raw(person) for person in people]
    assert found.decode(pages[0], pages[0].records[0]).first_name == "Renata"
    assert found.findings() == ()
    assert found.calls == len(wire.asked) == 4


@pytest.mark.req("B8", "D19", "A1")
def test_the_list_is_asked_for_with_its_blocks_and_nothing_more(wire: Wire, paycor: Caller) -> None:
    """Four blocks and the work address: no `All`, and no status filter that would hide leavers."""
    lay_out(wire, record())

    read(source(paycor))

    assert query(wire.calls(EMPLOYEES_PATH)[0]) == [
        ("include", "EmploymentDates"),
        ("include", "Position"),
        ("include", "Status"),
        ("include", "WorkLocation"),
        ("emailType", "Work"),
    ]


@pytest.mark.req("D19", "A1")
def test_no_request_asks_for_anything_private(wire: Wire, paycor: Caller) -> None:
    """With every attribute mapped, the requests are GETs to three lists; none reaches persons, pay or identity."""
    lay_out(wire, record())

    read(source(paycor, EVERYTHING))

    assert {(request.method, urlsplit(request.url or "").path) for request in wire.asked} == {
        ("GET", EMPLOYEES_PATH),
        ("GET", DEPARTMENTS_PATH),
        ("GET", ONBOARDING_PATH),
    }
    asked = " ".join(str(request.url) for request in wire.asked).lower()
    for word in (
        "all",
        "ssn",
        "social",
        "birth",
        "demographic",
        "home",
        "person",
        "pay",
        "bank",
        "leave",
        "address",
    ):
        assert word not in asked.replace("paycor", "").replace(".com", "")


@pytest.mark.req("D19")
def test_private_facts_that_are_sent_are_not_in_the_employee(wire: Wire, paycor: Caller) -> None:
    """Whatever Paycor adds to a record, nothing of it is decoded."""
    lay_out(wire, record(**PRIVATE))

    (found,) = employees(source(paycor, EVERYTHING))

    assert "Secret" not in repr(found)
    assert "900-55-0001" not in repr(found)
    assert "1987" not in repr(found)


def digests(found: Source) -> list[bytes]:
    """The digest of every record."""
    return [row.digest for _, row in read(found)]


def test_the_same_record_under_the_same_settings_has_the_same_digest() -> None:
    """A second read finds nothing new; a changed value is new, and so is everybody under other settings."""

    def taken(
        person: Json, wanted: frozenset[str], version: int, department: Json | None = None
    ) -> list[bytes]:
        with wired() as wire:
            lay_out(wire, person)
            if department:
                wire.gives(DEPARTMENTS_PATH, answer(envelope([department])))
            return digests(source(caller(), wanted, version))

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

    def taken(rows: list[Json], page_size: int) -> set[tuple[str | None, bytes]]:
        with wired() as wire:
            lay_out(wire, *rows, size=page_size)
            return {(row.employee_id, row.digest) for _, row in read(source(caller()))}

    assert taken(shuffled, size) == taken(people, 200)


def test_an_employee_comes_once_however_often_paycor_sends_them(wire: Wire, paycor: Caller) -> None:
    """The list may shift between two pages; the first of two rows counts, in whatever case its id is written."""
    lay_out(wire, record(1), record(2), record(1), record(2, id=employee_id(2).upper()), record(3), size=2)

    assert [row.employee_id for _, row in read(source(paycor))] == [
        employee_id(number) for number in (1, 2, 3)
    ]


def test_records_without_an_id_all_come(wire: Wire, paycor: Caller) -> None:
    """Nobody can tell whose they are: the sync has to know of each."""
    lay_out(wire, record(id=None), record(id=None), record(1))
    found = source(paycor)

    rows = read(found)

    assert [row.employee_id for _, row in rows] == [None, None, employee_id(1)]
    assert found.decode(*rows[0]).employee_id == ""


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
    ]


@pytest.mark.req("D10")
def test_a_legal_entity_that_fails_fails_the_read(wire: Wire, paycor: Caller) -> None:
    """Half of a company is not the company."""
    lay_out(wire, record(1))
    wire.gives(EMPLOYEES_PATH.replace(str(ENTITY), str(OTHER)), answer({}, 500))

    with pytest.raises(SourceError):
        read(source(paycor, entities=2))


@pytest.mark.req("B6")
def test_departments_are_read_only_if_one_is_mapped(wire: Wire, paycor: Caller) -> None:
    """Name and code come from their own list, by an id in whatever case."""
    lay_out(wire, record())

    read(source(paycor, frozenset({"job_title"})))
    assert wire.calls(DEPARTMENTS_PATH) == []
    (found,) = employees(source(paycor, frozenset({"department", "department_code"})))

    assert found.attributes == {"department": "Outpatient Care", "department_code": "310"}


@pytest.mark.req("D11", "B5")
def test_a_missing_right_to_departments_empties_nothing(wire: Wire, paycor: Caller) -> None:
    """The right is named once, and the attribute is unknown for everybody."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, FORBIDDEN)
    found = source(paycor, frozenset({"department"}))

    (employee,) = employees(found)

    assert employee.attributes == {}
    assert found.findings() == (
        Finding("permission_missing", subject="View Legal Entity Departments Information"),
    )


def test_a_company_without_departments_has_none(wire: Wire, paycor: Caller) -> None:
    """The 400 that Paycor sends for an empty list is an empty list."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, answer(paycor_error("The request is invalid or has no Departments."), 400))

    (found,) = employees(source(paycor, frozenset({"department"})))

    assert found.attributes == {}


def test_departments_in_another_form_fail_the_read(wire: Wire, paycor: Caller) -> None:
    """A department that cannot be read is not taken for one that was renamed to nothing."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT | {"description": {"en": "Care"}}])))

    with pytest.raises(SourceContractError, match="departments"):
        read(source(paycor, frozenset({"department"})))


ONBOARDING: Json = {
    "onboardingEmployeeId": "0B0A",
    "firstName": "Ida",
    "lastName": "Bell",
    "emailAddress": "ida@mail.example",
    "stepsTotal": 7,
    "stepsCompleted": 3,
}


@pytest.mark.req("B7")
def test_people_who_are_being_onboarded_are_named_and_not_synced(wire: Wire, paycor: Caller) -> None:
    """They are findings, never employees; who is through with it is not among them."""
    wire.gives(EMPLOYEES_PATH, EMPTY)
    done = ONBOARDING | {"stepsCompleted": 7}
    bare: Json = {"onboardingEmployeeId": "0B0C", "firstName": "Jo"}
    wire.gives(ONBOARDING_PATH, answer(envelope([ONBOARDING, done, bare])))
    found = source(paycor)

    assert read(found) == []
    assert found.findings() == (
        Finding("onboarding", employee_id="0b0a", detail="Ida Bell: 3 of 7 steps done"),
        Finding("onboarding", employee_id="0b0c", detail="Jo"),
    )


@pytest.mark.req("B7")
@pytest.mark.parametrize(
    ("given_answer", "findings"),
    [
        (FORBIDDEN, [Finding("permission_missing", subject="View Legal Entity Onboarding Employees")]),
        (answer(paycor_error(), 404), []),
        (answer(paycor_error("is invalid or has no onboarding"), 400), []),
        (answer(envelope(None)), []),
    ],
    ids=["no right", "no such product", "nobody as a 400", "nobody as null"],
)
def test_a_company_without_onboarding_is_synced_all_the_same(
    wire: Wire, paycor: Caller, given_answer: Answer, findings: list[Finding]
) -> None:
    """The onboarding list is a product of its own."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([record()])))
    wire.gives(ONBOARDING_PATH, given_answer)
    found = source(paycor)

    assert len(read(found)) == 1
    assert list(found.findings()) == findings


@pytest.mark.req("D11", "B5")
def test_a_block_that_nobody_has_is_said_once(wire: Wire, paycor: Caller) -> None:
    """A block that one record has is allowed; one that no record has is probably not."""
    people = [record(number, workLocation=None, positionData=None) for number in range(3)]
    lay_out(wire, *people, record(9, workLocation=None), size=2)
    found = source(paycor)

    read(found)

    assert found.findings() == (
        Finding("block_missing", subject="View Legal Entity Employees Work Location"),
    )


def test_an_empty_company_proves_no_missing_block(wire: Wire, paycor: Caller) -> None:
    """Without a record nothing can be said about blocks."""
    lay_out(wire)
    found = source(paycor)

    assert read(found) == []
    assert found.findings() == ()


@pytest.mark.req("B5", "D11")
def test_an_optional_right_that_is_missing_costs_its_own_values_only(wire: Wire, paycor: Caller) -> None:
    """Paycor refuses the whole list for one block: it is read without that block, which stays unknown."""
    wire.gives_by_query(EMPLOYEES_PATH, refusing("WorkLocation"))
    wire.gives(ONBOARDING_PATH, EMPTY)
    found = source(paycor, EVERYTHING - {"department", "department_code"})

    (employee,) = employees(found)

    assert employee.attributes["job_title"] == "Clinic Supervisor"
    assert "work_state" not in employee.attributes
    assert found.findings() == (
        Finding("permission_missing", subject="View Legal Entity Employees Work Location"),
    )


@pytest.mark.req("B5")
@pytest.mark.parametrize("include", ["EmploymentDates", "Status"])
def test_a_required_right_that_is_missing_stops_the_read_by_its_name(
    wire: Wire, paycor: Caller, include: str
) -> None:
    """Without dates or status nobody's access can be decided."""
    wire.gives_by_query(EMPLOYEES_PATH, refusing(include, "WorkLocation"))

    with pytest.raises(SourceForbidden, match=INCLUDES[include][1].name):
        read(source(paycor))


def test_a_refusal_that_no_single_block_explains_is_passed_on(wire: Wire, paycor: Caller) -> None:
    """Each block alone is allowed, all of them together are not: nothing is guessed."""
    wire.gives(EMPLOYEES_PATH, FORBIDDEN, answer(envelope([record()])))

    with pytest.raises(SourceForbidden, match="Data Access"):
        read(source(paycor))


def test_a_wrong_legal_entity_is_no_missing_right(wire: Wire, paycor: Caller) -> None:
    """The number is named, and no block is tried by itself."""
    detail = f"This Access Token does not have access to Legal Entity ID {ENTITY}."
    wire.gives(EMPLOYEES_PATH, answer(paycor_error(detail), 403))

    with pytest.raises(SourceForbidden, match=f"legal entity {ENTITY}"):
        read(source(paycor))

    assert len(wire.asked) == 1


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
