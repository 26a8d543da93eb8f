"""One employee by themselves."""

from collections.abc import Callable

import pytest

from connector.core.model.employee import Employee
from connector.errors import SourceContractError, SourceForbidden, SourceUnavailable
from connector.paycor.source import PaycorSource
from tests.paycor.bodies import custom_field, in_v2, person, phone
from tests.paycor.reading import lay_out, source
from tests.paycor.stub import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    ENTITY,
    FORBIDDEN,
    Answer,
    Caller,
    Json,
    Wire,
    answer,
    employee_id,
    envelope,
    paycor_error,
    query,
    record,
)

NEWER, OLDER = (f"/{version}/employees/{employee_id(1)}" for version in ("v2", "v1"))
CUSTOM = f"/v1/employees/{employee_id(1)}/customfields"
PERSON = f"/v1/employees/{employee_id(1)}/person"
MISSING = answer(paycor_error("Not found"), 404)
GROUP = "custom:LMS Group"


def one(found: PaycorSource, wanted_id: str = employee_id(1)) -> Employee | None:
    """The employee of an id, decoded."""
    page = found.one(wanted_id)
    return None if page is None else found.decode(page, 0)


def test_one_employee_comes_as_a_page_of_their_own(wire: Wire, paycor: Caller) -> None:
    """Of their legal entity, with every block and the work address, whatever case the id was given in."""
    wire.gives(NEWER, answer(in_v2(record(1))))

    page = source(paycor).one(employee_id(1).upper())

    assert page is not None
    assert (page.legal_entity_id, len(page.records)) == (ENTITY, 1)
    assert query(wire.asked[0]) == [
        ("include", "EmploymentDates"),
        ("include", "Position"),
        ("include", "Status"),
        ("include", "WorkLocation"),
        ("emailType", "Work"),
    ]


def test_the_older_call_answers_where_the_newer_one_does_not(wire: Wire, paycor: Caller) -> None:
    """Not every Paycor has both; where neither knows the id, there is nobody (yet, or any more)."""
    wire.gives(NEWER, MISSING)
    wire.gives(OLDER, answer(record(1)))

    assert one(source(paycor)) is not None
    wire.gives(OLDER, MISSING)
    assert one(source(paycor)) is None


@pytest.mark.req("D16")
def test_an_employee_of_another_legal_entity_is_nobody(wire: Wire, paycor: Caller) -> None:
    """The consent may cover more than this portal reads."""
    wire.gives(NEWER, answer(record(1, legalEntity={"id": 190999})))

    assert one(source(paycor)) is None


@pytest.mark.parametrize(
    "odd", ["", "../legalentities", "a/b", "a?b=1", "x" * 61, "00000000-0000-0000-0000-000000000000"]
)
def test_what_is_no_id_is_not_asked_for(wire: Wire, paycor: Caller, odd: str) -> None:
    """It becomes part of a path, and it may come from outside."""
    assert source(paycor).one(odd) is None
    assert wire.asked == []


@pytest.mark.parametrize(
    "body",
    [paycor_error("Oops"), record(2), record(1, legalEntity=None), [record(1)]],
    ids=["an error that says 200", "somebody else", "no legal entity", "a list"],
)
def test_an_answer_that_is_not_theirs_is_refused(wire: Wire, paycor: Caller, body: object) -> None:
    """Nobody is taken for gone, or for somebody else, because of it."""
    wire.gives(NEWER, answer(body))

    with pytest.raises(SourceContractError, match=employee_id(1)):
        source(paycor).one(employee_id(1))


def test_an_outage_is_not_somebody_gone(wire: Wire, paycor: Caller) -> None:
    """Only a 404 of both calls is."""
    wire.gives(NEWER, MISSING)
    wire.gives(OLDER, answer({}, 503))

    with pytest.raises(SourceUnavailable):
        source(paycor).one(employee_id(1))


@pytest.mark.parametrize(
    "fields",
    [
        envelope([custom_field(1, "LMS Group", "Clinical")]),
        [custom_field(1, "LMS Group", "Clinical"), custom_field(1, "Shoe Size", "42")],
        custom_field(1, "LMS Group", "Clinical"),
        [custom_field(1, "LMS Group", "Clinical", employee=None)],
    ],
    ids=["a page", "an array", "a single one", "without saying whose"],
)
def test_everything_that_is_mapped_comes_along(wire: Wire, paycor: Caller, fields: object) -> None:
    """By calls for this employee alone; custom fields in any of the forms that Paycor documents."""
    wire.gives(NEWER, answer(in_v2(record(1))))
    wire.gives(CUSTOM, answer(fields))
    wire.gives(PERSON, answer(person(1, phones=[phone("Mobile", "555-9000")])))
    lay_out(wire)

    found = one(source(paycor, frozenset({GROUP, "mobile_phone", "department", "job_title"})))

    assert found is not None
    assert found.attributes == {
        GROUP: "Clinical",
        "mobile_phone": "+1 937 555-9000",
        "department": "Outpatient Care",
        "job_title": "Clinic Supervisor",
    }


@pytest.mark.req("D11")
@pytest.mark.parametrize("given", [FORBIDDEN, MISSING], ids=["refused", "not there"])
def test_what_may_not_be_seen_of_them_is_unknown(wire: Wire, paycor: Caller, given: Answer) -> None:
    """The rights to one employee are others than those to the list; nothing is emptied without them."""
    wire.gives(NEWER, answer(in_v2(record(1))))
    wire.gives(CUSTOM, given)
    wire.gives(PERSON, given)

    found = one(source(paycor, frozenset({GROUP, "mobile_phone", "job_code"})))

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    ("others", "known"),
    [
        (answer(envelope([custom_field(2, "LMS Group", "Office")])), {GROUP: None}),
        (answer(envelope([custom_field(2, "LMS Group 2026", "Office")])), {}),
        (FORBIDDEN, {}),
        (answer({}, 500), {}),
    ],
    ids=["others have it", "nobody has it", "who has it may not be seen", "who has it is not told"],
)
def test_a_field_that_is_left_out_is_empty_if_others_have_it(
    wire: Wire, paycor: Caller, others: Answer, known: Json
) -> None:
    """A few pages of the list of everybody tell a value that was cleared from a field that is gone; asked for once."""
    wire.gives(NEWER, answer(in_v2(record(1))))
    wire.gives(CUSTOM, answer(envelope([custom_field(1, "Shoe Size", "42")])))
    wire.post_gives(CUSTOM_FIELDS_PATH, others)
    reading = source(paycor, frozenset({GROUP}))

    found = one(reading)

    assert found is not None
    assert found.attributes == known
    asked = len(wire.calls(CUSTOM_FIELDS_PATH))
    assert one(reading) == found
    assert len(wire.calls(CUSTOM_FIELDS_PATH)) == asked


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    "answers",
    [
        (answer(envelope([])),),
        (answer(envelope([custom_field(1, "Shoe Size", "42")], "t1")), answer({}, 500)),
        (answer({}, 500),),
    ],
    ids=["nothing came", "it broke off", "down"],
)
def test_without_their_whole_answer_nothing_is_known_to_be_empty(
    wire: Wire, paycor: Caller, answers: tuple[Answer, ...]
) -> None:
    """Not even after one that was whole; and the employee is read all the same."""
    lay_out(wire)
    wire.gives(NEWER, answer(in_v2(record(1))))
    wire.gives(CUSTOM, answer(envelope([custom_field(1, "LMS Group", "Office")])))
    reading = source(paycor, frozenset({GROUP, "job_code"}))
    one(reading)
    wire.gives(CUSTOM, *answers)

    found = one(reading)

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


@pytest.mark.req("D10", "D11")
def test_an_outage_of_what_can_be_done_without_leaves_it_unknown(wire: Wire, paycor: Caller) -> None:
    """Departments and the person do not answer: whether somebody has left is known all the same."""
    wire.gives(NEWER, answer(in_v2(record(1))))
    wire.gives(PERSON, answer({}, 503))
    wire.gives(DEPARTMENTS_PATH, answer({}, 503))

    found = one(source(paycor, frozenset({"mobile_phone", "department", "job_code"})))

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}


def without(*refused: str) -> Callable[[list[tuple[str, str]]], Answer]:
    """An employee who may not be asked for with these includes."""

    def reply(params: list[tuple[str, str]]) -> Answer:
        asked = {value for name, value in params if name == "include"}
        changes: Json = {} if "WorkLocation" in asked else {"workLocation": None}
        return FORBIDDEN if asked & set(refused) else answer(in_v2(record(1, **changes)))

    return reply


@pytest.mark.req("B5", "D11")
def test_a_block_that_may_not_be_seen_is_done_without(wire: Wire, paycor: Caller) -> None:
    """It is found out once, and then not asked for again."""
    wire.gives_by_query(NEWER, without("WorkLocation"))
    reading = source(paycor, frozenset({"work_city", "job_code"}))

    found = one(reading)

    assert found is not None
    assert found.attributes == {"job_code": "CS2"}
    before = len(wire.asked)
    assert one(reading) == found
    assert len(wire.asked) == before + 1


@pytest.mark.req("B5")
def test_without_the_status_nobody_is_decided_about(wire: Wire, paycor: Caller) -> None:
    """The right is named as the developer portal calls it for one employee."""
    wire.gives_by_query(NEWER, without("Status", "WorkLocation"))

    with pytest.raises(SourceForbidden, match="“View Employee Status”"):
        source(paycor).one(employee_id(1))


@pytest.mark.req("B5")
def test_a_record_without_its_dates_decides_nothing(wire: Wire, paycor: Caller) -> None:
    """The other way to withhold a block: null. The right to it is named, and nobody is decided about."""
    wire.gives(NEWER, answer(in_v2(record(1, employmentDateData=None))))

    with pytest.raises(SourceForbidden, match="“View Employee Employment Dates”"):
        source(paycor).one(employee_id(1))


def test_departments_are_read_once_for_several_employees(wire: Wire, paycor: Caller) -> None:
    """A handful of people costs a handful of calls."""
    lay_out(wire)
    wire.gives(NEWER, answer(in_v2(record(1))))
    reading = source(paycor, frozenset({"department"}))

    assert one(reading) == one(reading) is not None
    assert len(wire.calls(DEPARTMENTS_PATH)) == 1
    assert reading.findings() == ()


def test_the_rights_to_one_employee_are_named(wire: Wire, paycor: Caller) -> None:
    """They are not those to the list."""
    wire.gives(NEWER, FORBIDDEN)

    with pytest.raises(SourceForbidden, match="“View Employee Information”"):
        source(paycor).one(employee_id(1))
