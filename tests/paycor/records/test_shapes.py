"""The shape of an employee record: which of its fields are read, and which are never read."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.attributes import Origin, offered
from connector.core.model.employee import Employee
from connector.core.model.settings import ListVersion
from connector.paycor.records.decode import EmployeeDecoder
from connector.paycor.records.identities import employee_id_of, included_blocks
from tests.paycor.bodies import in_v2
from tests.paycor.fake_paycor import ENTITY, PRIVATE, employee_id, person_id, raw, record
from tests.paycor.source_reads import ALL_KEYS, decoded, with_block


@pytest.mark.req("B6")
def test_every_attribute_of_a_record_is_decoded() -> None:
    """As canonical text. The attributes of a manager come from the manager's record."""
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


def test_every_offered_attribute_of_a_record_is_decoded() -> None:
    """For each version of the list: every attribute from a record or department that can be mapped."""
    records = {ListVersion.V1: record(), ListVersion.V2: in_v2(record())}

    for version, body in records.items():
        offered_keys = {
            one.key for one in offered(version) if one.origin in (Origin.EMPLOYEE, Origin.DEPARTMENT)
        }
        assert set(decoded(body).attributes) == offered_keys


@pytest.mark.req("D11")
def test_an_attribute_of_the_other_version_of_the_list_is_unknown() -> None:
    """It is not empty: a change of the version empties nothing."""
    v2_keys = frozenset({"second_last_name", "worker_category", "work_country_code", "department_start_date"})

    assert decoded(record(), v2_keys).attributes == {}
    assert decoded(in_v2(record(), lastName2=None), v2_keys).attributes == {
        "second_last_name": None,
        "worker_category": "Paid",
        "work_country_code": "USA",
        "department_start_date": "2025-02-01",
    }
    assert decoded(in_v2(record()), frozenset({"alternate_employee_number"})).attributes == {}


def test_an_invalid_date_that_no_decision_needs_stays_as_written() -> None:
    """It does not fit a date field, which is a finding later; the record has no problem."""
    found = decoded(
        with_block("positionData", effectiveStartDate="07/01/2024"), frozenset({"position_start_date"})
    )

    assert (found.attributes, found.problem) == ({"position_start_date": "07/01/2024"}, "")


def test_an_unmapped_attribute_is_not_kept() -> None:
    """A key that is not in the catalogue is ignored."""
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

#: Attributes that only some versions of a block have: unknown when absent.
VERSIONED = {"position_start_date", "leave_start_date"}


@pytest.mark.req("D11")
@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("form", ["null", "absent"])
def test_the_attributes_of_a_missing_block_are_unknown(block: str, form: str) -> None:
    """Their keys are absent, so nothing is emptied; all other attributes are unchanged."""
    body = (
        record(**{block: None}) if form == "null" else {key: v for key, v in record().items() if key != block}
    )

    found = decoded(body)

    assert set(decoded(record()).attributes) - set(found.attributes) == BLOCKS[block]
    assert found.problem == ""


@pytest.mark.req("D11")
@pytest.mark.parametrize("block", [block for block in BLOCKS if block != "department"])
def test_a_null_in_a_block_is_empty(block: str) -> None:
    """An empty block empties all its attributes."""
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
def test_department_attributes_come_only_from_the_list(
    departments: Mapping[str, tuple[str | None, str | None]] | None, known: Mapping[str, str | None]
) -> None:
    """A list that could not be read, or that does not have the department, empties nothing."""
    decoder = EmployeeDecoder({"department", "department_code"})

    assert decoder.decode(raw(record()), ENTITY, departments).attributes == known


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (record(firstName=7), "firstName is of another type than documented"),
        (record(email="r@n.example"), "email is of another type than documented"),
        (
            with_block("positionData", jobTitle=["x"]),
            "positionData.jobTitle is of another type than documented",
        ),
        (
            with_block("statusData", isFullTime="Yes"),
            "statusData.isFullTime is of another type than documented",
        ),
        (
            with_block("employmentDateData", hireDate=5),
            "employmentDateData.hireDate is of another type than documented",
        ),
        (record(workLocation=[]), "workLocation is of another type than documented"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_of_another_type_is_a_problem_with_its_name(body: object, problem: str) -> None:
    """Only the ids stay, so that the same person's other employments still find this one."""
    assert decoded(body) == Employee(
        employee_id=employee_id(1),
        person_id="00000001-196c-0000-0000-0000fce60200",
        legal_entity_id=ENTITY,
        problem=problem,
    )


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'{"id":7}', b'{"id":"x"', b'{"id":"\xff"}', b'{"person":7,"id":[]}']
)
def test_an_invalid_record_is_a_problem_and_not_an_error(body: bytes) -> None:
    """It does not stop the read."""
    employee = EmployeeDecoder(ALL_KEYS).decode(body, ENTITY)

    assert employee.problem != ""
    assert employee_id_of(body) is None
    assert included_blocks(body) <= {"EmploymentDates"}


@given(st.lists(st.sampled_from(sorted(ALL_KEYS))))
def test_the_mapped_keys_change_nothing_else(keys: list[str]) -> None:
    """An attribute is the same whatever else is mapped, and so are the other fields."""
    whole, part = decoded(record()), decoded(record(), frozenset(keys))

    assert part.attributes == {key: whole.attributes[key] for key in whole.attributes if key in keys}
    assert (part.email, part.status, part.hire_date) == (whole.email, whole.status, whole.hire_date)


@pytest.mark.req("D19")
@pytest.mark.parametrize("field", sorted(PRIVATE))
def test_private_data_is_dropped_if_paycor_sends_it(field: str) -> None:
    """The employee is equal to one without it."""
    assert decoded(record(**{field: PRIVATE[field]})) == decoded(record())


@pytest.mark.req("D19")
def test_the_leave_reason_is_dropped() -> None:
    """It comes with the status, may be medical, and is never decoded."""
    found = decoded(with_block("statusData", leaveReason="LeaveSecret"))

    assert found == decoded(record())
    assert "LeaveSecret" not in json.dumps(dict(found.attributes))
