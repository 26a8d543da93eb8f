"""The custom fields of employees: how they are requested, read and found."""

import json

import pytest
import responses

from connector.core.model.attributes import CustomField
from connector.paycor.records.custom_fields import SAMPLE_PAGES, find_custom_fields
from tests.paycor.bodies import custom_field
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    ENTITY,
    ClientRig,
    FakePaycor,
    answer,
    employee_id,
    envelope,
    paged,
    query,
    record,
)
from tests.paycor.source_reads import OTHER_ENTITY, employees, read, serve_company, source

GROUP = "custom:LMS Group"


@pytest.mark.req("A31")
def test_a_custom_field_is_an_attribute_of_its_employee(fake: FakePaycor, rig: ClientRig) -> None:
    """The list has its own order and pages; a value finds its employee by id, in upper or lower case."""
    serve_company(fake, record(1), record(2), record(3), size=2)
    fields = [
        custom_field(3, "LMS Group", " Office "),
        custom_field(1, "Shoe Size", "42"),
        custom_field(1, " LMS Group", "Clinical", employee={"id": employee_id(1).upper()}),
        custom_field(2, "LMS Group", None),
    ]
    fake.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 2), method=responses.POST)

    found = employees(source(rig, frozenset({GROUP})))

    assert [dict(one.attributes) for one in found] == [{GROUP: "Clinical"}, {GROUP: None}, {GROUP: "Office"}]


@pytest.mark.req("A1")
def test_the_list_is_requested_with_an_empty_filter(fake: FakePaycor, rig: ClientRig) -> None:
    """The body is an empty object for every page, so it cannot write."""
    serve_company(fake, record(1))
    fields = [custom_field(1, "LMS Group", "Clinical")] * 3
    fake.gives_pages(CUSTOM_FIELDS_PATH, paged(fields, 1), method=responses.POST)

    read(source(rig, frozenset({GROUP})))

    requests = fake.calls(CUSTOM_FIELDS_PATH)
    assert [json.loads(request.body or "") for request in requests] == [{}, {}, {}]
    assert [query(request) for request in requests] == [
        [],
        [("continuationToken", "t1")],
        [("continuationToken", "t2")],
    ]
    assert {request.headers["Content-Type"] for request in requests} == {"application/json"}


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
    fake: FakePaycor, rig: ClientRig, data_type: str | None, value: object, expected: str | None
) -> None:
    """So it fits an LMS field of the same type."""
    serve_company(fake, record(1))
    fake.post_gives(
        CUSTOM_FIELDS_PATH, answer(envelope([custom_field(1, "LMS Group", value, dataType=data_type)]))
    )

    (found,) = employees(source(rig, frozenset({GROUP})))

    assert found.attributes == {GROUP: expected}


def test_the_fields_of_a_company_are_found_in_its_first_values(fake: FakePaycor, rig: ClientRig) -> None:
    """Each name once with its data type, sorted, from a few pages; a name that is too long to map is left out."""
    fields = [custom_field(1, f"Field {number}", "x") for number in range(SAMPLE_PAGES)]
    more = [custom_field(1, "Never seen", "x")] * 20
    fake.gives_pages(CUSTOM_FIELDS_PATH, paged([*fields, *more], 1), method=responses.POST)
    other = CUSTOM_FIELDS_PATH.replace(str(ENTITY), str(OTHER_ENTITY))
    alpha = custom_field(2, "alpha", "2026-01-01", dataType="Date")
    fake.post_gives(
        other, answer(envelope([alpha, alpha, custom_field(2, " ", "x"), custom_field(2, "x" * 241, "x")]))
    )

    found = find_custom_fields(rig.client, [ENTITY, OTHER_ENTITY])

    assert found == (
        CustomField("alpha", "Date"),
        *(CustomField(f"Field {number}", "FreeFormAlphaNumeric") for number in range(SAMPLE_PAGES)),
    )
    assert len(fake.calls(CUSTOM_FIELDS_PATH)) <= SAMPLE_PAGES + 1
