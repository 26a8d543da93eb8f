"""One employee record is decoded from bytes to an Employee."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.employee import Employee, EmploymentStatus
from connector.paycor.records.decode import start_date
from connector.paycor.records.identities import NO_ID
from tests.paycor.fake_paycor import ENTITY, employee_id, record
from tests.paycor.source_reads import decoded, with_block


@pytest.mark.req("A3", "B6")
def test_a_record_becomes_an_employee() -> None:
    """Every field of an employee comes from its place in the record."""
    assert decoded(record(), frozenset({"job_title"})) == Employee(
        employee_id=employee_id(1),
        person_id="00000001-196c-0000-0000-0000fce60200",
        legal_entity_id=ENTITY,
        first_name="Renata",
        last_name="O'Dell",
        email="renata.odell1@northfield.example",
        status=EmploymentStatus.CURRENT,
        status_text="Active",
        hire_date=date(2021, 3, 15),
        manager_id=employee_id(900),
        work_state="OH",
        has_work_address=True,
        has_position=True,
        attributes={"job_title": "Clinic Supervisor"},
    )


@pytest.mark.req("D4")
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active", EmploymentStatus.CURRENT),
        ("LongTermDisability", EmploymentStatus.ON_LEAVE),
        ("ShortTermDisability", EmploymentStatus.ON_LEAVE),
        ("Fmla", EmploymentStatus.ON_LEAVE),
        ("LeaveWithPay", EmploymentStatus.ON_LEAVE),
        ("LeaveWithoutPay", EmploymentStatus.ON_LEAVE),
        ("WorkersCompensation", EmploymentStatus.ON_LEAVE),
        ("Deceased", EmploymentStatus.SEPARATED),
        ("LaidOff", EmploymentStatus.SEPARATED),
        ("Resigned", EmploymentStatus.SEPARATED),
        ("Retired", EmploymentStatus.SEPARATED),
        ("Terminated", EmploymentStatus.SEPARATED),
        ("ThirdPartyPayable", EmploymentStatus.AMBIGUOUS),
        ("Unknown", EmploymentStatus.AMBIGUOUS),
        ("OnTheMoon", EmploymentStatus.AMBIGUOUS),
        (" Active ", EmploymentStatus.CURRENT),
        ("", EmploymentStatus.AMBIGUOUS),
        (None, EmploymentStatus.AMBIGUOUS),
    ],
)
def test_each_status_is_mapped(text: str | None, status: EmploymentStatus) -> None:
    """The documented statuses of Paycor and any other text; the text is kept."""
    found = decoded(with_block("statusData", status=text))

    assert found.status == status
    assert found.status_text == ((text or "").strip() or None)
    assert found.problem == ""


@pytest.mark.req("D6")
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-15", date(2021, 3, 15)),
        ("2021-03-15T00:00:00", date(2021, 3, 15)),
        ("2021-03-15T00:00:00Z", date(2021, 3, 15)),
        ("2021-03-15T23:59:59.999-11:00", date(2021, 3, 15)),
        ("2021-03-15 00:00", date(2021, 3, 15)),
        (" 2021-03-15 ", date(2021, 3, 15)),
        ("2024-02-29T00:00:00", date(2024, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("1899-12-31", None),
        ("0001-01-01T00:00:00", None),
        ("0000-00-00", None),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_date_is_its_first_ten_characters(text: str | None, day: date | None) -> None:
    """No time zone shifts it; a year before 1900 means no date."""
    found = decoded(with_block("employmentDateData", hireDate=text))

    assert (found.hire_date, found.problem) == (day, "")
    assert found.attributes["hire_date"] == (None if day is None else day.isoformat())


@pytest.mark.req("D6")
@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.sampled_from(["", "T00:00:00", "T23:59:59Z", "T12:00:00.123", "T01:00:00+14:00", " 08:00"]),
)
def test_every_day_since_1900_is_read_as_itself(day: date, rest: str) -> None:
    """Whatever follows the date."""
    assert decoded(with_block("employmentDateData", terminationDate=f"{day}{rest}")).termination_date == day


@pytest.mark.parametrize("field", ["hireDate", "reHireDate", "terminationDate", "seniorityDate"])
@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "15/03/2021",
        "2021-13-01",
        "2021-02-30",
        "20210315",
        "2021-W11-1",
        "2021-03-151",
        "２０２１-03-15",
    ],
)
def test_an_invalid_date_is_a_problem_with_the_name_of_its_field(field: str, text: str) -> None:
    """The employee still has a name; the value is not repeated, and there are no attributes to decide on."""
    found = decoded(with_block("employmentDateData", **{field: text}))

    assert found.problem == f"{field} is not a date"
    assert found.employee_id == employee_id(1)
    assert found.person_id == "00000001-196c-0000-0000-0000fce60200"
    assert (found.first_name, found.last_name) == ("Renata", "O'Dell")
    assert found.attributes == {}


def test_an_unmapped_date_is_not_read() -> None:
    """An invalid seniority date is no problem while it is not mapped."""
    assert decoded(with_block("employmentDateData", seniorityDate="soon"), frozenset()).problem == ""


@pytest.mark.parametrize(
    ("hired", "ended", "rehired", "started"),
    [
        (2020, None, None, 2020),
        (2020, 2022, None, 2020),
        (2020, 2022, 2023, 2023),
        (2020, 2022, 2021, 2020),
        (2020, 2022, 2022, 2020),
        (2020, None, 2023, 2023),
        (None, None, None, None),
    ],
    ids=["hired", "ended", "back", "an older return", "the same day", "back, end withdrawn", "nothing"],
)
def test_the_start_date_is_that_of_the_current_employment(
    hired: int | None, ended: int | None, rehired: int | None, started: int | None
) -> None:
    """A rehire after the end counts; an earlier one does not."""
    days = [None if year is None else date(year, 6, 1) for year in (hired, rehired, ended)]

    assert start_date(*days) == (None if started is None else date(started, 6, 1))


@pytest.mark.req("B8", "B9")
@pytest.mark.parametrize(
    ("email", "address"),
    [
        (
            {"type": "Work", "emailAddress": " Renata.ODell@Northfield.example "},
            "Renata.ODell@Northfield.example",
        ),
        ({"type": "work", "emailAddress": "r@n.example"}, "r@n.example"),
        ({"type": None, "emailAddress": "r@n.example"}, "r@n.example"),
        ({"emailAddress": "r@n.example"}, "r@n.example"),
        ({"type": "Home", "emailAddress": "r@mail.example"}, None),
        ({"type": "Other", "emailAddress": "r@mail.example"}, None),
        ({"type": "Work", "emailAddress": "  "}, None),
        ({"type": "Work", "emailAddress": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_only_a_work_address_is_an_address(email: object, address: str | None) -> None:
    """A private one is dropped at once; a blank one is None; the case is kept."""
    found = decoded(record(email=email))

    assert found.email == address
    assert found.attributes["work_email"] == address


@pytest.mark.parametrize(
    ("number", "text"),
    [("004172", "004172"), (4172, "4172"), ("A-7", "A-7"), (" 7 ", "7"), ("", None), (None, None)],
)
def test_an_employee_number_is_text(number: object, text: str | None) -> None:
    """Leading zeros stay, and a number becomes its digits."""
    assert decoded(record(employeeNumber=number)).attributes["employee_number"] == text


@pytest.mark.parametrize(
    ("manager", "manager_id"),
    [
        ({"id": "AA", "employee": {"id": "BB"}}, "bb"),
        ({"id": "AA", "employee": {"id": NO_ID}}, "aa"),
        ({"id": "AA", "employee": None}, "aa"),
        ({"id": NO_ID}, None),
        ({"id": " "}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_manager_is_found_by_the_more_reliable_id(manager: object, manager_id: str | None) -> None:
    """The employee id comes before the manager's own id; the all-zero id means no manager."""
    found = decoded(with_block("positionData", manager=manager))

    assert (found.manager_id, found.has_position) == (manager_id, True)


def test_ids_are_compared_in_lower_case() -> None:
    """Paycor writes the same id in upper and lower case."""
    found = decoded(record(id=employee_id(1).upper(), person={"id": " ABCDEF "}))

    assert (found.employee_id, found.person_id) == (employee_id(1), "abcdef")


@pytest.mark.parametrize("person", [None, {}, {"id": None}, {"id": NO_ID}, {"id": ""}])
def test_the_employee_id_replaces_a_missing_person_id(person: object) -> None:
    """In `person_key`; the person id itself stays None."""
    found = decoded(record(person=person))

    assert (found.person_id, found.person_key) == (None, employee_id(1))


@pytest.mark.req("B10")
@pytest.mark.parametrize(
    ("location", "state", "has_address"),
    [
        ({"state": " OH "}, "OH", True),
        ({"state": None, "city": "Dayton"}, None, False),
        ({}, None, False),
        (None, None, False),
    ],
)
def test_a_work_address_needs_a_state(location: object, state: str | None, has_address: bool) -> None:
    """The state decides which regional course applies."""
    found = decoded(record(workLocation=location))

    assert (found.work_state, found.has_work_address) == (state, has_address)


@pytest.mark.req("D23", "D22")
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("N/A", "N/A"),
        ("ada@n.example\nBcc: eve@n.example", "ada@n.example Bcc: eve@n.example"),
        ("ada\x00@n.example", "ada@n.example"),
        (f"{'a' * 320}@n.example", "a" * 100),
    ],
    ids=["a word", "two lines", "NUL", "too long"],
)
def test_a_work_email_that_is_no_address_is_kept_for_hr_alone(written: str, kept: str) -> None:
    """The address is unknown, not empty; everything else in the record counts."""
    found = decoded(record(email={"type": "Work", "emailAddress": written}))

    assert (found.email, found.bad_email, found.problem) == (None, kept, "")
    assert "work_email" not in found.attributes
    assert (found.employee_id, found.attributes["job_title"]) == (employee_id(1), "Clinic Supervisor")


@pytest.mark.req("D23")
@pytest.mark.parametrize("written", [None, "", "  ", "\u200b\x00"])
def test_a_blank_work_email_is_known_to_be_empty(written: str | None) -> None:
    """It is missing, not bad."""
    found = decoded(record(email={"type": "Work", "emailAddress": written}))

    assert (found.email, found.bad_email, found.attributes["work_email"]) == (None, "", None)


@pytest.mark.req("D23", "D1")
def test_an_invisible_character_in_an_address_is_dropped() -> None:
    """So the person matches the account of the address that HR meant."""
    written = {"type": "Work", "emailAddress": " renata\u200b.odell1@northfield.example"}

    assert decoded(record(email=written)).email == "renata.odell1@northfield.example"


@pytest.mark.req("D22")
@pytest.mark.parametrize(
    "written", ["e\x00f", "e\u200bf", "e" * 61], ids=["NUL", "zero width space", "too long"]
)
def test_an_id_that_cannot_be_stored_is_none(written: str) -> None:
    """The record counts as one without an id."""
    assert decoded(record(id=written)).employee_id == ""
    assert decoded(record(person={"id": written})).person_id is None


# A few characters of every kind: all of Unicode takes seconds to set up on a fresh machine.
TEXT = st.text("aZ0-:T. é\x00\u2028\U0001f600", max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(record())), JSON))
def test_decoding_never_raises(changes: dict[str, object]) -> None:
    """Any value in a field gives an employee, and a problem names a field and never a value."""
    found = decoded(record() | changes)

    assert found.legal_entity_id == ENTITY
    assert all(value is None or value == value.strip() != "" for value in found.attributes.values())
    for value in changes.values():
        assert not (isinstance(value, str) and len(value) > 3 and value in found.problem)
