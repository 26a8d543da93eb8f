"""Reading one employee by calls for that employee only."""

from collections.abc import Callable

import pytest

from connector.core.model.employee import Employee
from connector.errors import SourceContractError, SourceForbidden, SourceUnavailable
from connector.paycor.source import PaycorSource
from tests.paycor.bodies import custom_field, in_v2, person, phone
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    ENTITY,
    FORBIDDEN,
    Answer,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    employee_id,
    envelope,
    paycor_error,
    query,
    record,
)
from tests.paycor.source_reads import serve_company, source

V2_PATH, V1_PATH = (f"/{version}/employees/{employee_id(1)}" for version in ("v2", "v1"))
CUSTOM = f"/v1/employees/{employee_id(1)}/customfields"
PERSON = f"/v1/employees/{employee_id(1)}/person"
MISSING = answer(paycor_error("Not found"), 404)
GROUP = "custom:LMS Group"


def one(reader: PaycorSource, requested_id: str = employee_id(1)) -> Employee | None:
    """The employee with this id, decoded."""
    page = reader.one(requested_id)
    return None if page is None else reader.decode(page, 0)


def test_one_employee_is_a_page_with_one_record(fake: FakePaycor, rig: ClientRig) -> None:
    """With their legal entity, every block and the work address; the id may be in upper case."""
    fake.gives(V2_PATH, answer(in_v2(record(1))))

    page = source(rig).one(employee_id(1).upper())

    assert page is not None
    assert (page.legal_entity_id, len(page.records)) == (ENTITY, 1)
    assert query(fake.received[0]) == [
        ("include", "EmploymentDates"),
        ("include", "Position"),
        ("include", "Status"),
        ("include", "WorkLocation"),
        ("emailType", "Work"),
    ]


def test_the_v1_call_is_used_where_v2_has_no_such_employee(fake: FakePaycor, rig: ClientRig) -> None:
    """Not every Paycor has both calls; None if neither knows the id."""
    fake.gives(V2_PATH, MISSING)
    fake.gives(V1_PATH, answer(record(1)))

    assert one(source(rig)) is not None
    fake.gives(V1_PATH, MISSING)
    assert one(source(rig)) is None


@pytest.mark.req("D16")
def test_an_employee_of_another_legal_entity_is_not_returned(fake: FakePaycor, rig: ClientRig) -> None:
    """The consent may cover more legal entities than this portal reads."""
    fake.gives(V2_PATH, answer(record(1, legalEntity={"id": 190999})))

    assert one(source(rig)) is None


@pytest.mark.parametrize(
    "odd", ["", "../legalentities", "a/b", "a?b=1", "x" * 61, "00000000-0000-0000-0000-000000000000"]
)
def test_an_invalid_id_is_not_requested(fake: FakePaycor, rig: ClientRig, odd: str) -> None:
    """It would become part of a path, and it may come from outside."""
    assert source(rig).one(odd) is None
    assert fake.received == []


@pytest.mark.parametrize(
    "body",
    [paycor_error("Oops"), record(2), record(1, legalEntity=None), [record(1)]],
    ids=["an error with status 200", "another employee", "no legal entity", "a list"],
)
def test_an_answer_about_another_employee_is_refused(fake: FakePaycor, rig: ClientRig, body: object) -> None:
    """The employee is not treated as gone or as another one because of it."""
    fake.gives(V2_PATH, answer(body))

    with pytest.raises(SourceContractError, match=employee_id(1)):
        source(rig).one(employee_id(1))


def test_an_outage_does_not_mean_that_the_employee_is_gone(fake: FakePaycor, rig: ClientRig) -> None:
    """Only a 404 of both calls does."""
    fake.gives(V2_PATH, MISSING)
    fake.gives(V1_PATH, answer({}, 503))

    with pytest.raises(SourceUnavailable):
        source(rig).one(employee_id(1))


@pytest.mark.parametrize(
    "fields",
    [
        envelope([custom_field(1, "LMS Group", "Clinical")]),
        [custom_field(1, "LMS Group", "Clinical"), custom_field(1, "Shoe Size", "42")],
        custom_field(1, "LMS Group", "Clinical"),
        [custom_field(1, "LMS Group", "Clinical", employee=None)],
    ],
    ids=["a page", "an array", "a single value", "without an employee"],
)
def test_every_mapped_attribute_is_read(fake: FakePaycor, rig: ClientRig, fields: object) -> None:
    """By calls for this employee only; custom fields may have any documented form."""
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    fake.gives(CUSTOM, answer(fields))
    fake.gives(PERSON, answer(person(1, phones=[phone("Mobile", "555-9000")])))
    serve_company(fake)

    found = one(source(rig, frozenset({GROUP, "mobile_phone", "department", "job_title"})))

    assert found is not None
    assert found.attributes == {
        GROUP: "Clinical",
        "mobile_phone": "+1 937 555-9000",
        "department": "Outpatient Care",
        "job_title": "Clinic Supervisor",
    }


@pytest.mark.req("D11")
@pytest.mark.parametrize("reply", [FORBIDDEN, MISSING], ids=["refused", "not found"])
def test_a_refused_attribute_is_unknown(fake: FakePaycor, rig: ClientRig, reply: Answer) -> None:
    """One employee needs other permissions than the list; without them nothing is emptied."""
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    fake.gives(CUSTOM, reply)
    fake.gives(PERSON, reply)

    found = one(source(rig, frozenset({GROUP, "mobile_phone", "job_code"})))

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    ("others", "attributes"),
    [
        (answer(envelope([custom_field(2, "LMS Group", "Office")])), {GROUP: None}),
        (answer(envelope([custom_field(2, "LMS Group 2026", "Office")])), {}),
        (FORBIDDEN, {}),
        (answer({}, 500), {}),
    ],
    ids=["others have it", "no employee has it", "the list is refused", "the list is unavailable"],
)
def test_a_missing_field_is_empty_if_other_employees_have_it(
    fake: FakePaycor, rig: ClientRig, others: Answer, attributes: Json
) -> None:
    """A few pages of the company list show whether the value was cleared or the field is gone; they are read once."""
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    fake.gives(CUSTOM, answer(envelope([custom_field(1, "Shoe Size", "42")])))
    fake.post_gives(CUSTOM_FIELDS_PATH, others)
    reader = source(rig, frozenset({GROUP}))

    found = one(reader)

    assert found is not None
    assert found.attributes == attributes
    requests_before = len(fake.calls(CUSTOM_FIELDS_PATH))
    assert one(reader) == found
    assert len(fake.calls(CUSTOM_FIELDS_PATH)) == requests_before


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    "answers",
    [
        (answer(envelope([])),),
        (answer(envelope([custom_field(1, "Shoe Size", "42")], "t1")), answer({}, 500)),
        (answer({}, 500),),
    ],
    ids=["empty", "interrupted", "unavailable"],
)
def test_a_missing_field_is_unknown_without_the_complete_list(
    fake: FakePaycor, rig: ClientRig, answers: tuple[Answer, ...]
) -> None:
    """Even if an earlier list was complete. The employee is still read."""
    serve_company(fake)
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    fake.gives(CUSTOM, answer(envelope([custom_field(1, "LMS Group", "Office")])))
    reader = source(rig, frozenset({GROUP, "job_code"}))
    one(reader)
    fake.gives(CUSTOM, *answers)

    found = one(reader)

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


@pytest.mark.req("D10", "D11")
def test_an_outage_of_an_optional_list_leaves_its_values_unknown(fake: FakePaycor, rig: ClientRig) -> None:
    """Departments and person are unavailable; the status of the employee is still read."""
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    fake.gives(PERSON, answer({}, 503))
    fake.gives(DEPARTMENTS_PATH, answer({}, 503))

    found = one(source(rig, frozenset({"mobile_phone", "department", "job_code"})))

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


def refusing_includes(*refused: str) -> Callable[[list[tuple[str, str]]], Answer]:
    """An employee call that refuses these includes."""

    def reply(params: list[tuple[str, str]]) -> Answer:
        included = {value for name, value in params if name == "include"}
        changes: Json = {} if "WorkLocation" in included else {"workLocation": None}
        return FORBIDDEN if included & set(refused) else answer(in_v2(record(1, **changes)))

    return reply


@pytest.mark.req("B5", "D11")
def test_an_optional_block_that_is_refused_is_left_out(fake: FakePaycor, rig: ClientRig) -> None:
    """It is tried once and then no longer requested."""
    fake.gives_by_query(V2_PATH, refusing_includes("WorkLocation"))
    reader = source(rig, frozenset({"work_city", "job_code"}))

    found = one(reader)

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}
    requests_before = len(fake.received)
    assert one(reader) == found
    assert len(fake.received) == requests_before + 1


@pytest.mark.req("B5")
def test_a_refused_required_block_is_an_error(fake: FakePaycor, rig: ClientRig) -> None:
    """It names the permission for one employee, as in the developer portal."""
    fake.gives_by_query(V2_PATH, refusing_includes("Status", "WorkLocation"))

    with pytest.raises(SourceForbidden, match="“View Employee Status”"):
        source(rig).one(employee_id(1))


@pytest.mark.req("B5")
def test_a_null_required_block_is_an_error(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor may also withhold a block by null. The error names its permission."""
    fake.gives(V2_PATH, answer(in_v2(record(1, employmentDateData=None))))

    with pytest.raises(SourceForbidden, match="“View Employee Employment Dates”"):
        source(rig).one(employee_id(1))


def test_departments_are_read_once_for_several_employees(fake: FakePaycor, rig: ClientRig) -> None:
    """A few employees cost a few calls."""
    serve_company(fake)
    fake.gives(V2_PATH, answer(in_v2(record(1))))
    reader = source(rig, frozenset({"department"}))

    assert one(reader) == one(reader) is not None
    assert len(fake.calls(DEPARTMENTS_PATH)) == 1
    assert reader.findings() == ()


def test_a_refused_employee_names_the_permission(fake: FakePaycor, rig: ClientRig) -> None:
    """It is another one than for the list."""
    fake.gives(V2_PATH, FORBIDDEN)

    with pytest.raises(SourceForbidden, match="“View Employee Information”"):
        source(rig).one(employee_id(1))
