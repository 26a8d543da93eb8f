"""Custom fields of employees."""

import json

import pytest
import responses
from requests import ReadTimeout

from connector.core.model.attributes import CustomField
from connector.core.model.operation import Finding
from connector.errors import SourceContractError, SourceUnavailable
from connector.paycor.records.custom_fields import LOOKED_AT, known
from tests.paycor.bodies import custom_field
from tests.paycor.reading import OTHER, digests_of, employees, lay_out, read, source
from tests.paycor.stub import (
    CUSTOM_FIELDS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
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
    record,
    wired,
)

GROUP, SHIFT = "custom:LMS Group", "custom:Shift"


@pytest.mark.req("A31")
def test_a_custom_field_is_an_attribute_of_its_employee(wire: Wire, paycor: Caller) -> None:
    """The list comes in its own order and its own pages; each finds its employee by id, in whatever case."""
    lay_out(wire, record(1), record(2), record(3), size=2)
    fields = [
        custom_field(3, "LMS Group", " Office "),
        custom_field(1, "Shoe Size", "42"),
        custom_field(1, " LMS Group", "Clinical", employee={"id": employee_id(1).upper()}),
        custom_field(2, "LMS Group", None),
    ]
    wire.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 2), method=responses.POST)

    found = employees(source(paycor, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{GROUP: "Clinical"}, {GROUP: None}, {GROUP: "Office"}]


@pytest.mark.req("A1")
def test_the_list_is_asked_for_with_an_empty_filter(wire: Wire, paycor: Caller) -> None:
    """The body is an empty object on every page, and nothing in it could write."""
    lay_out(wire, record(1))
    fields = [custom_field(1, "LMS Group", "Clinical")] * 3
    wire.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 1), method=responses.POST)

    read(source(paycor, frozenset({GROUP})))

    asked = wire.calls(CUSTOM_FIELDS_PATH)
    assert [json.loads(request.body or "") for request in asked] == [{}, {}, {}]
    assert [query(request) for request in asked] == [
        [],
        [("continuationToken", "t1")],
        [("continuationToken", "t2")],
    ]
    assert {request.headers["Content-Type"] for request in asked} == {"application/json"}


@pytest.mark.parametrize(
    ("data_type", "value", "expected"),
    [
        ("FreeFormAlphaNumeric", "Clinical", "Clinical"),
        ("FreeFormCurrency", "$1,250.00", "1250.00"),
        ("FreeFormCurrency", 1250.5, "1250.5"),
        ("DropDownYesNo", "true", "Yes"),
        ("Date", "2026-03-02T00:00:00", "2026-03-02"),
        ("PickListAlphaNumeric", "", None),
        (None, "Clinical", "Clinical"),
    ],
)
def test_a_value_is_canonical_by_its_data_type(
    wire: Wire, paycor: Caller, data_type: str | None, value: object, expected: str | None
) -> None:
    """So that a field of the LMS of the same type takes it."""
    lay_out(wire, record(1))
    wire.post_gives(
        CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "LMS Group", value, dataType=data_type)]))
    )

    (found,) = employees(source(paycor, frozenset({GROUP})))

    assert found.attributes == {GROUP: expected}


@pytest.mark.req("D11")
def test_a_value_that_did_not_come_is_not_known_to_be_empty(wire: Wire, paycor: Caller) -> None:
    """Neither an employee whom the list passes over, nor one with a value of no documented form, is emptied."""
    lay_out(wire, record(1), record(2), record(3), record(4))
    odd = custom_field(2, "LMS Group", {"text": "Clinical"})
    nameless = custom_field(4, "", "Clinical")
    fine = [custom_field(number, "Shoe Size", "42") for number in (2, 4)]
    fields = [odd, nameless, *fine, custom_field(3, "LMS Group", "Office")]
    wire.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 2), method=responses.POST)

    found = employees(source(paycor, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{}, {}, {GROUP: "Office"}, {}]


@pytest.mark.req("D11")
def test_a_value_that_is_left_out_of_somebody_who_came_is_empty(wire: Wire, paycor: Caller) -> None:
    """Paycor omits what was cleared: whoever came with something else has nothing in a field that others have."""
    lay_out(wire, record(1), record(2), record(3))
    fields = [custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "Office")]
    wire.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 1), method=responses.POST)

    found = employees(source(paycor, frozenset({GROUP, SHIFT})))

    assert [dict(one.attributes) for one in found] == [{GROUP: None}, {GROUP: "Office"}, {}]


@pytest.mark.req("D11")
def test_a_field_of_one_legal_entity_is_one_of_the_company(wire: Wire, paycor: Caller) -> None:
    """Whichever is read first: the last one there who had it can be cleared, too."""
    lay_out(wire, record(1))
    other = {path: path.replace(str(ENTITY), str(OTHER)) for path in (EMPLOYEES_PATH, CUSTOM_FIELDS_PATH)}
    wire.gives(ONBOARDING_PATH.replace(str(ENTITY), str(OTHER)), EMPTY)
    wire.gives(other[EMPLOYEES_PATH], answer(envelope([record(2)])))
    wire.post_gives(CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "Shoe Size", "42")])))
    wire.post_gives(other[CUSTOM_FIELDS_PATH], answer(envelope([custom_field(2, "LMS Group", "Office")])))

    found = employees(source(paycor, frozenset({GROUP}), entities=2))

    assert [dict(one.attributes) for one in found] == [{GROUP: None}, {GROUP: "Office"}]


@pytest.mark.req("D11")
@pytest.mark.parametrize(
    "broken", [FORBIDDEN, answer({}, 500), ReadTimeout()], ids=["refused", "down", "slow"]
)
def test_a_list_that_breaks_off_empties_nothing(
    wire: Wire, paycor: Caller, broken: Answer | Exception
) -> None:
    """What would have come on its later pages is unknown; what came before is true."""
    lay_out(wire, record(1), record(2))
    fields = [custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "Office")]
    wire.post_gives(CUSTOM_FIELDS_PATH, answer(envelope(fields, "t1")), broken)

    found = employees(source(paycor, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{}, {GROUP: "Office"}]


@pytest.mark.req("D11", "D10")
def test_a_list_that_does_not_answer_is_done_without(wire: Wire, paycor: Caller) -> None:
    """It is told once, no field is called gone, and leavers are seen leaving."""
    lay_out(wire, record(1))
    wire.post_gives(CUSTOM_FIELDS_PATH, answer({}, 500))
    reading = source(paycor, frozenset({GROUP, "job_title"}))

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert reading.findings() == (Finding("list_unavailable", subject="Custom fields"),)


@pytest.mark.req("D11", "B5")
@pytest.mark.parametrize("given", [FORBIDDEN, answer(paycor_error(), 404)], ids=["refused", "not there"])
def test_a_list_that_may_not_be_seen_empties_nothing(wire: Wire, paycor: Caller, given: Answer) -> None:
    """The right is named once for all legal entities, and the sync goes on."""
    lay_out(wire, record(1))
    for path in (EMPLOYEES_PATH, ONBOARDING_PATH):
        wire.gives(path.replace(str(ENTITY), str(OTHER)), EMPTY)
    for entity in (ENTITY, OTHER):
        wire.post_gives(CUSTOM_FIELDS_PATH.replace(str(ENTITY), str(entity)), given)
    reading = source(paycor, frozenset({GROUP, "job_title"}), entities=2)

    (found,) = employees(reading)

    assert found.attributes == {"job_title": "Clinic Supervisor"}
    assert reading.findings() == (Finding("permission_missing", subject="Legal Entity CustomFields"),)


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("given", "error"),
    [
        (answer({}, 429), SourceUnavailable),
        (answer(paycor_error("Something went wrong")), SourceContractError),
        (answer(envelope([custom_field(1, "LMS Group", "x", fieldName={"en": "x"})])), SourceContractError),
    ],
    ids=["the limit of calls", "an error that says 200", "another form"],
)
def test_a_list_that_fails_fails_the_read(
    wire: Wire, paycor: Caller, given: Answer, error: type[Exception]
) -> None:
    """What is about more than this list, or may mislead, ends the read: the next run tries again."""
    lay_out(wire, record(1))
    wire.post_gives(CUSTOM_FIELDS_PATH, given)

    with pytest.raises(error):
        read(source(paycor, frozenset({GROUP})))


def digest(*fields: Json, wanted: str = GROUP, refused: bool = False) -> bytes:
    """The digest of one and the same record beside these custom fields."""
    with wired() as wire:
        lay_out(wire, record(1), record(2))
        wire.post_gives(CUSTOM_FIELDS_PATH, FORBIDDEN if refused else answer(envelope(list(fields))))
        return digests_of(source(caller(), frozenset({wanted})))[0]


def test_a_changed_value_makes_its_employee_new() -> None:
    """Though their record is the same; what nobody has mapped, and what others have, changes nothing."""
    clinical = custom_field(1, "LMS Group", "Clinical")
    once = digest(clinical)

    assert digest(clinical | {"dateModified": "2026-03-01T00:00:00"}) == once
    assert digest(custom_field(1, "Shoe Size", "42"), custom_field(2, "LMS Group", "x"), clinical) == once
    assert digest(custom_field(1, "LMS Group", "Office")) != once
    assert digest(custom_field(1, "LMS Group", None)) != once
    assert digest() != once
    assert digest(refused=True) == digest()


def test_a_field_that_is_gone_from_paycor_is_said_once(wire: Wire, paycor: Caller) -> None:
    """It was renamed there: nobody's value is emptied, and the admin is told to choose again."""
    lay_out(wire, record(1))
    wire.post_gives(CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "LMS Group 2026", "x")])))
    reading = source(paycor, frozenset({GROUP}))

    (found,) = employees(reading)

    assert found.attributes == {}
    assert reading.findings() == (Finding("attribute_missing", subject="LMS Group"),)


def test_an_empty_company_misses_no_field(wire: Wire, paycor: Caller) -> None:
    """There is nobody to have it."""
    lay_out(wire)
    reading = source(paycor, frozenset({GROUP}))

    assert (read(reading), reading.findings()) == ([], ())


def test_the_fields_of_a_company_are_learnt_from_its_first_values(wire: Wire, paycor: Caller) -> None:
    """Each name once with its data type, in the order of the alphabet; no more pages than it takes.

    A name that no mapping could keep is left out.
    """
    fields = [custom_field(1, f"Field {at}", "x") for at in range(LOOKED_AT)]
    more = [custom_field(1, "Never seen", "x")] * 20
    wire.gives_pages(CUSTOM_FIELDS_PATH, paged([*fields, *more], 1), method=responses.POST)
    other = CUSTOM_FIELDS_PATH.replace(str(ENTITY), str(OTHER))
    alpha = custom_field(2, "alpha", "2026-01-01", dataType="Date")
    wire.post_gives(
        other, answer(envelope([alpha, alpha, custom_field(2, " ", "x"), custom_field(2, "x" * 241, "x")]))
    )

    found = known(paycor.client, [ENTITY, OTHER])

    assert found == (
        CustomField("alpha", "Date"),
        *(CustomField(f"Field {at}", "FreeFormAlphaNumeric") for at in range(LOOKED_AT)),
    )
    assert len(wire.calls(CUSTOM_FIELDS_PATH)) <= LOOKED_AT + 1
