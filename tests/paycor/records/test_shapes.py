"""The shape of an employee record: which of its fields are read, and which never."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.attributes import Origin, offered
from connector.core.model.employee import Employee
from connector.core.model.settings import ListVersion
from connector.paycor.records.decode import EmployeeDecoder
from connector.paycor.records.identities import blocks, identify
from tests.paycor.bodies import in_v2
from tests.paycor.decoding import EVERYTHING, decoded, within
from tests.paycor.stub import ENTITY, PRIVATE, employee_id, person_id, raw, record


@pytest.mark.req("B6")
def test_every_attribute_of_the_catalogue_that_a_record_can_answer_is_read() -> None:
    """All mapped attributes come in their canonical text; those of a manager come from elsewhere."""
    assert dict(decoded(record()).attributes) == {
        "employee_number": "000001",
        "alternate_employee_number": None,
        "first_name": "Renata",
        "employee_id": employee_id(1),
        "person_id": person_id(1),
        "middle_name": None,
        "last_name": "O'Dell",
        "work_email": "renata.odell1@northfield.example",
        "job_title": "Clinic Supervisor",
        "job_code": "CS2",
        "position_start_date": "2024-07-01",
        "department_id": "cb4477ab-000c-0000-0000-0000fce60200",
        "manager_id": employee_id(900),
        "leave_start_date": None,
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
    """What is offered for mapping with a version of the list, and lies in a record or a department, is decoded."""
    records = {ListVersion.V1: record(), ListVersion.V2: in_v2(record())}

    for version, body in records.items():
        lying = {a.key for a in offered(version) if a.origin in (Origin.EMPLOYEE, Origin.DEPARTMENT)}
        assert set(decoded(body).attributes) == lying


@pytest.mark.req("D11")
def test_what_only_the_other_version_of_the_list_has_is_unknown() -> None:
    """A field that this version has not is no field that is empty: nothing is blanked by a change of versions."""
    wanted = frozenset({"second_last_name", "worker_category", "work_country_code", "department_start_date"})

    assert decoded(record(), wanted).attributes == {}
    assert decoded(in_v2(record(), lastName2=None), wanted).attributes == {
        "second_last_name": None,
        "worker_category": "Paid",
        "work_country_code": "USA",
        "department_start_date": "2025-02-01",
    }
    assert decoded(in_v2(record()), frozenset({"alternate_employee_number"})).attributes == {}


def test_a_date_that_decides_nothing_is_left_as_it_is_written() -> None:
    """It does not fit a date field, and the person is told about; their record is no worse for it."""
    found = decoded(
        within("positionData", effectiveStartDate="07/01/2024"), frozenset({"position_start_date"})
    )

    assert (found.attributes, found.problem) == ({"position_start_date": "07/01/2024"}, "")


def test_nothing_is_kept_that_is_not_wanted() -> None:
    """Without a mapping there are no attributes; a key that the catalogue does not have counts for nothing."""
    assert decoded(record(), frozenset({"shoe_size"})).attributes == {}


BLOCKS: Mapping[str, frozenset[str]] = {
    "employmentDateData": frozenset(
        {"hire_date", "rehire_date", "start_date", "seniority_date", "adjusted_hire_date", "termination_date"}
    ),
    "positionData": frozenset({"job_title", "job_code", "position_start_date", "manager_id"}),
    "statusData": frozenset(
        {"employment_status", "employment_type", "full_time", "flsa_class", "leave_start_date"}
    ),
    "workLocation": frozenset(
        {"work_location", "work_city", "work_state", "work_postal_code", "work_country"}
    ),
    "department": frozenset({"department", "department_code", "department_id"}),
}

#: What only some versions of the block have: where it is absent, nothing is known of it.
VERSIONED = {"position_start_date", "leave_start_date"}


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

    expected = BLOCKS[block] - VERSIONED
    assert {key: found.attributes.get(key, "unknown") for key in expected} == dict.fromkeys(expected)
    assert not VERSIONED & found.attributes.keys() & BLOCKS[block]


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


@given(st.lists(st.sampled_from(sorted(EVERYTHING))))
def test_what_is_wanted_changes_nothing_else(wanted: list[str]) -> None:
    """An attribute reads the same whatever else is mapped, and the person is the same."""
    whole, part = decoded(record()), decoded(record(), frozenset(wanted))

    assert part.attributes == {key: whole.attributes[key] for key in whole.attributes if key in wanted}
    assert (part.email, part.status, part.hire_date) == (whole.email, whole.status, whole.hire_date)


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
    found = decoded(within("statusData", leaveReason="LeaveSecret"))

    assert found == decoded(record())
    assert "LeaveSecret" not in json.dumps(dict(found.attributes))
