"""One employee record, from bytes to an Employee."""

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.attributes import CATALOGUE, Origin
from connector.core.records import Employee, Status
from connector.paycor.records import NO_ID, EmployeeDecoder, blocks, identify, start_date
from tests.paycor.wire import ENTITY, PRIVATE, Json, employee_id, raw, record

EVERYTHING = frozenset(attribute.key for attribute in CATALOGUE)
DEPARTMENTS = {"cb4477ab-000c-0000-0000-0000fce60200": ("Outpatient Care", "310")}


def decoded(body: object, wanted: frozenset[str] = EVERYTHING) -> Employee:
    """The employee in a record."""
    return EmployeeDecoder(wanted).decode(raw(body), ENTITY, DEPARTMENTS)


def within(block: str, /, **changes: object) -> Json:
    """A record with some fields of a block replaced."""
    found = record()
    content = found[block]
    assert isinstance(content, dict)
    return found | {block: content | changes}


@pytest.mark.req("A3", "B6")
def test_a_record_becomes_an_employee() -> None:
    """Every field of an employee is found where Paycor puts it."""
    assert decoded(record(), frozenset({"job_title"})) == Employee(
        employee_id=employee_id(1),
        person_id="00000001-196c-0000-0000-0000fce60200",
        legal_entity_id=ENTITY,
        first_name="Renata",
        last_name="O'Dell",
        email="renata.odell1@northfield.example",
        status=Status.CURRENT,
        status_text="Active",
        hire_date=date(2021, 3, 15),
        manager_id=employee_id(900),
        work_state="OH",
        has_work_address=True,
        has_position=True,
        attributes={"job_title": "Clinic Supervisor"},
    )


@pytest.mark.req("B6")
def test_every_attribute_of_the_catalogue_that_a_record_can_answer_is_read() -> None:
    """All mapped attributes come in their canonical text; those of a manager come from elsewhere."""
    assert dict(decoded(record()).attributes) == {
        "employee_number": "000001",
        "alternate_employee_number": None,
        "first_name": "Renata",
        "middle_name": None,
        "last_name": "O'Dell",
        "work_email": "renata.odell1@northfield.example",
        "job_title": "Clinic Supervisor",
        "job_code": "CS2",
        "department": "Outpatient Care",
        "department_code": "310",
        "work_location": "Dayton North Clinic",
        "work_city": "Dayton",
        "work_state": "OH",
        "work_postal_code": "45405",
        "work_country": "USA",
        "hire_date": "2021-03-15",
        "rehire_date": None,
        "start_date": "2021-03-15",
        "seniority_date": "2021-03-15",
        "adjusted_hire_date": None,
        "termination_date": None,
        "employment_status": "Active",
        "employment_type": "Regular",
        "full_time": "Yes",
        "flsa_class": "SalaryExempt",
        "legal_entity_id": str(ENTITY),
    }


def test_no_attribute_of_the_catalogue_is_forgotten() -> None:
    """What is offered for mapping and lies in a record or a department is decoded."""
    offered = {a.key for a in CATALOGUE if a.origin in (Origin.EMPLOYEE, Origin.DEPARTMENT)}

    assert set(decoded(record()).attributes) == offered


def test_nothing_is_kept_that_is_not_wanted() -> None:
    """Without a mapping there are no attributes; a key that the catalogue does not have counts for nothing."""
    assert decoded(record(), frozenset({"shoe_size"})).attributes == {}


@pytest.mark.req("D4")
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active", Status.CURRENT),
        ("LongTermDisability", Status.ON_LEAVE),
        ("ShortTermDisability", Status.ON_LEAVE),
        ("Fmla", Status.ON_LEAVE),
        ("LeaveWithPay", Status.ON_LEAVE),
        ("LeaveWithoutPay", Status.ON_LEAVE),
        ("WorkersCompensation", Status.ON_LEAVE),
        ("Deceased", Status.SEPARATED),
        ("LaidOff", Status.SEPARATED),
        ("Resigned", Status.SEPARATED),
        ("Retired", Status.SEPARATED),
        ("Terminated", Status.SEPARATED),
        ("ThirdPartyPayable", Status.AMBIGUOUS),
        ("Unknown", Status.AMBIGUOUS),
        ("OnTheMoon", Status.AMBIGUOUS),
        (" Active ", Status.CURRENT),
        ("", Status.AMBIGUOUS),
        (None, Status.AMBIGUOUS),
    ],
)
def test_each_status_has_its_meaning(text: str | None, status: Status) -> None:
    """The thirteen of Paycor's list, and whatever else comes; the text is kept."""
    found = decoded(within("statusData", status=text))

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
    """No zone shifts it; a year before 1900 stands for no date."""
    found = decoded(within("employmentDateData", hireDate=text))

    assert (found.hire_date, found.problem) == (day, "")
    assert found.attributes["hire_date"] == (None if day is None else day.isoformat())


@pytest.mark.req("D6")
@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.sampled_from(["", "T00:00:00", "T23:59:59Z", "T12:00:00.123", "T01:00:00+14:00", " 08:00"]),
)
def test_every_day_since_1900_is_read_as_itself(day: date, rest: str) -> None:
    """Whatever follows the date."""
    assert decoded(within("employmentDateData", terminationDate=f"{day}{rest}")).termination_date == day


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
def test_a_date_that_is_none_is_said_by_the_name_of_its_field(field: str, text: str) -> None:
    """The person is still named; the value is not repeated, and nothing is decided about them."""
    found = decoded(within("employmentDateData", **{field: text}))

    assert found.problem == f"{field} is not a date"
    assert found.employee_id == employee_id(1)
    assert found.person_id == "00000001-196c-0000-0000-0000fce60200"
    assert (found.first_name, found.last_name) == ("Renata", "O'Dell")
    assert found.attributes == {}


def test_a_date_that_nobody_wants_is_not_looked_at() -> None:
    """A bad seniority date stops nobody while it is not mapped."""
    assert decoded(within("employmentDateData", seniorityDate="soon"), frozenset()).problem == ""


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
def test_the_start_is_the_latest_beginning(
    hired: int | None, ended: int | None, rehired: int | None, started: int | None
) -> None:
    """A return after the end counts, an earlier one is history."""
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
    """A private one is dropped on the spot; blank is none; its case is kept."""
    found = decoded(record(email=email))

    assert found.email == address
    assert found.attributes["work_email"] == address


@pytest.mark.parametrize(
    ("number", "text"),
    [("004172", "004172"), (4172, "4172"), ("A-7", "A-7"), (" 7 ", "7"), ("", None), (None, None)],
)
def test_an_employee_number_is_a_text(number: object, text: str | None) -> None:
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
def test_a_manager_is_found_by_the_surer_id(manager: object, manager_id: str | None) -> None:
    """The employee's id before the manager's own; the all-zero id is nobody."""
    found = decoded(within("positionData", manager=manager))

    assert (found.manager_id, found.has_position) == (manager_id, True)


def test_ids_are_compared_in_lower_case() -> None:
    """Paycor writes the same id in both ways."""
    found = decoded(record(id=employee_id(1).upper(), person={"id": " ABCDEF "}))

    assert (found.employee_id, found.person_id) == (employee_id(1), "abcdef")


@pytest.mark.parametrize("person", [None, {}, {"id": None}, {"id": NO_ID}, {"id": ""}])
def test_a_person_without_an_id_is_known_by_their_employment(person: object) -> None:
    """The employee id takes the place of the person id."""
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
def test_a_work_address_has_a_state(location: object, state: str | None, has_address: bool) -> None:
    """Without a state nobody knows which regional course applies."""
    found = decoded(record(workLocation=location))

    assert (found.work_state, found.has_work_address) == (state, has_address)


BLOCKS: Mapping[str, frozenset[str]] = {
    "employmentDateData": frozenset(
        {"hire_date", "rehire_date", "start_date", "seniority_date", "adjusted_hire_date", "termination_date"}
    ),
    "positionData": frozenset({"job_title", "job_code"}),
    "statusData": frozenset({"employment_status", "employment_type", "full_time", "flsa_class"}),
    "workLocation": frozenset(
        {"work_location", "work_city", "work_state", "work_postal_code", "work_country"}
    ),
    "department": frozenset({"department", "department_code"}),
}


@pytest.mark.req("D11")
@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("how", ["null", "absent"])
def test_a_block_that_did_not_come_leaves_its_attributes_unknown(block: str, how: str) -> None:
    """Their keys are absent, so that nothing is emptied; all others are as they were."""
    body = (
        record(**{block: None}) if how == "null" else {key: v for key, v in record().items() if key != block}
    )

    found = decoded(body)

    assert set(decoded(record()).attributes) - set(found.attributes) == BLOCKS[block]
    assert found.problem == ""


@pytest.mark.req("D11")
@pytest.mark.parametrize("block", [block for block in BLOCKS if block != "department"])
def test_a_null_inside_a_block_that_came_is_known_to_be_empty(block: str) -> None:
    """An empty block empties every attribute in it."""
    found = decoded(record(**{block: {}}))

    assert {key: found.attributes[key] for key in BLOCKS[block]} == dict.fromkeys(BLOCKS[block])


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    ("departments", "known"),
    [
        (None, {}),
        ({}, {}),
        (
            {"cb4477ab-000c-0000-0000-0000fce60200": (None, "310")},
            {"department": None, "department_code": "310"},
        ),
    ],
    ids=["not read", "not in the list", "without a name"],
)
def test_a_department_is_known_only_by_its_list(
    departments: Mapping[str, tuple[str | None, str | None]] | None, known: Mapping[str, str | None]
) -> None:
    """A list that could not be read, or that lacks it, empties nothing."""
    wanted = EmployeeDecoder({"department", "department_code"})

    assert wanted.decode(raw(record()), ENTITY, departments).attributes == known


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (record(firstName=7), "firstName is of another type than documented"),
        (record(email="r@n.example"), "email is of another type than documented"),
        (within("positionData", jobTitle=["x"]), "positionData.jobTitle is of another type than documented"),
        (within("statusData", isFullTime="Yes"), "statusData.isFullTime is of another type than documented"),
        (
            within("employmentDateData", hireDate=5),
            "employmentDateData.hireDate is of another type than documented",
        ),
        (record(workLocation=[]), "workLocation is of another type than documented"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_of_another_type_is_said_by_its_name(body: object, problem: str) -> None:
    """The ids stay, so that the same human's other employments still find this one; nothing else is believed."""
    assert decoded(body) == Employee(
        employee_id=employee_id(1),
        person_id="00000001-196c-0000-0000-0000fce60200",
        legal_entity_id=ENTITY,
        problem=problem,
    )


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'{"id":7}', b'{"id":"x"', b'{"id":"\xff"}', b'{"person":7,"id":[]}']
)
def test_what_is_no_record_is_a_problem_and_no_error(body: bytes) -> None:
    """Nothing that comes in place of a record stops a read."""
    found = EmployeeDecoder(EVERYTHING).decode(body, ENTITY)

    assert found.problem != ""
    assert identify(body) is None
    assert blocks(body) <= {"EmploymentDates"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(record())), JSON))
def test_decoding_never_raises(changes: dict[str, object]) -> None:
    """Whatever stands in a field, an employee comes out, and a problem is a name and never a value."""
    found = decoded(record() | changes)

    assert found.legal_entity_id == ENTITY
    assert all(value is None or value == value.strip() != "" for value in found.attributes.values())
    for value in changes.values():
        assert not (isinstance(value, str) and len(value) > 3 and value in found.problem)


@given(st.lists(st.sampled_from(sorted(EVERYTHING))))
def test_what_is_wanted_changes_nothing_else(wanted: list[str]) -> None:
    """An attribute reads the same whatever else is mapped, and the person is the same."""
    whole, part = decoded(record()), decoded(record(), frozenset(wanted))

    assert part.attributes == {key: whole.attributes[key] for key in whole.attributes if key in wanted}
    assert (part.email, part.status, part.hire_date) == (whole.email, whole.status, whole.hire_date)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"id": employee_id(1).upper()}, employee_id(1)),
        ({"id": NO_ID}, None),
        ({"id": ""}, None),
        ({"id": None}, None),
        ({"id": 7}, None),
        ({}, None),
    ],
)
def test_an_id_is_found_without_decoding(body: object, found: str | None) -> None:
    """What is no id is none."""
    assert identify(raw(body)) == found


def test_the_blocks_that_came_are_told_without_decoding() -> None:
    """Null and absent blocks did not come."""
    body = record(workLocation=None)
    del body["positionData"]

    assert blocks(raw(record())) == {"EmploymentDates", "Position", "Status", "WorkLocation"}
    assert blocks(raw(body)) == {"EmploymentDates", "Status"}


@pytest.mark.req("D19")
@pytest.mark.parametrize("field", sorted(PRIVATE))
def test_what_is_never_asked_for_is_dropped_if_it_is_sent(field: str) -> None:
    """An employee with a private fact in the record is equal to one without."""
    assert decoded(record(**{field: PRIVATE[field]})) == decoded(record())


@pytest.mark.req("D19")
def test_the_reason_for_a_leave_is_dropped_though_it_comes_along() -> None:
    """It comes with the status, may be medical, and is not even decoded."""
    found = decoded(within("statusData", leaveReason="LeaveSecret", leaveStartDate="2026-01-01"))

    assert found == decoded(record())
    assert "LeaveSecret" not in json.dumps(dict(found.attributes))
