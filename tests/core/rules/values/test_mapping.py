from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import Finding
from connector.core.model.settings import MappingRow, Settings, WhenNull
from connector.core.rules.values.mapping import desired_fields, missing_field_findings, nearest
from tests.core.builders import employee
from tests.strategies import CHOICES, TEXTS

STRING, DECIMAL, INTEGER, DATE, STRING_CHOICE, DECIMAL_CHOICE, INTEGER_CHOICE = FieldType


def mapped(
    value: Value, field: Field, when_null: WhenNull = WhenNull.CLEAR
) -> tuple[dict[str, Value], list[str]]:
    """What one value sets in one field, and the codes of the findings."""
    settings = Settings(1, "UTC", mapping=(MappingRow("job_title", field.key, when_null),))
    record = employee(attributes={"job_title": value})
    values, findings = desired_fields(record, Facts(), settings, {field.key: field})
    return values, [finding.code for finding in findings]


def derived(record: Employee, facts: Facts) -> dict[str, Value]:
    """Every attribute that follows from all records together, by its key."""
    keys = ("supervisor", "direct_reports", "manager_name", "manager_email", "manager_number")
    settings = Settings(1, "UTC", mapping=tuple(MappingRow(key, key) for key in keys))
    return desired_fields(record, facts, settings, {key: Field(key, key) for key in keys})[0]


@pytest.mark.req("A4", "A34")
@pytest.mark.parametrize(
    ("kind", "fitting", "others"),
    [
        pytest.param(STRING, ["Analyst", "7", " ", "日本", "renée"], [], id="string"),
        pytest.param(
            INTEGER,
            ["7", "-7", "+7", "007", "0"],
            ["7.0", "7,0", "seven", "1_000", " 7", "٣", "²"],
            id="integer",
        ),
        pytest.param(
            DECIMAL, ["7", "-7.50", "0.1"], ["7,5", "7.", ".5", "1e3", "NaN", "٣.٥", "1 000"], id="decimal"
        ),
        pytest.param(
            DATE,
            ["2026-03-02", "2024-02-29"],
            ["2026-3-2", "20260302", "2026-02-29", "2026-W10-1", "03/02/2026", "2026-03-02T00:00:00"],
            id="date",
        ),
    ],
)
def test_value_must_fit_its_field(kind: FieldType, fitting: list[str], others: list[str]) -> None:
    """A value that fits is written unchanged; another leaves the field alone and is listed."""
    field = Field("f", "F", kind)

    assert [text for text in fitting if mapped(text, field) != ({"f": text}, [])] == []
    assert [text for text in others if mapped(text, field) != ({}, ["value_mismatch"])] == []


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("field", "fitting", "others"),
    [
        pytest.param(Field("f", "F", max_length=3), ["abc", "äöü", "大大大"], ["abcd"], id="text"),
        pytest.param(Field("f", "F"), ["x" * 100_000], [], id="text without a limit"),
        pytest.param(
            Field("f", "F", DATE, first_day=date(2000, 1, 1), last_day=date(2030, 12, 31)),
            ["2000-01-01", "2030-12-31"],
            ["1999-12-31", "2031-01-01", "soon"],
            id="date",
        ),
    ],
)
def test_value_must_be_within_the_limits_of_its_field(
    field: Field, fitting: list[str], others: list[str]
) -> None:
    """The LMS would cut the text or move the date, and the sync would write it again every night."""
    assert [text for text in fitting if mapped(text, field) != ({"f": text}, [])] == []
    assert [text for text in others if mapped(text, field) != ({}, ["value_mismatch"])] == []


@pytest.mark.req("A32", "D12")
@pytest.mark.parametrize(
    ("kind", "choices", "value", "fits"),
    [
        pytest.param(STRING_CHOICE, ("Ohio", "Iowa"), "Ohio", True, id="the same text"),
        pytest.param(STRING_CHOICE, ("Ohio",), "ohio", False, id="another case"),
        pytest.param(STRING_CHOICE, ("Ohio",), "Ohio ", False, id="a trailing blank"),
        pytest.param(STRING_CHOICE, ("Ohio",), " Ohio", False, id="a leading blank"),
        pytest.param(STRING_CHOICE, ("Ohio ",), "Ohio", False, id="a blank in the choice"),
        pytest.param(STRING_CHOICE, ("Café",), "Cafe\u0301", False, id="composed differently"),
        pytest.param(STRING_CHOICE, ("Ohio",), "Oh", False, id="a part of the text"),
        pytest.param(STRING_CHOICE, (), "Ohio", False, id="no choices"),
        pytest.param(INTEGER_CHOICE, ("7",), "7", True, id="the same integer"),
        pytest.param(INTEGER_CHOICE, ("7",), "07", False, id="the same number, written differently"),
        pytest.param(DECIMAL_CHOICE, ("7.5",), "7.5", True, id="the same decimal"),
        pytest.param(DECIMAL_CHOICE, ("7.5",), "7.50", False, id="the same decimal, written differently"),
    ],
)
def test_choice_must_match_exactly(kind: FieldType, choices: tuple[str, ...], value: str, fits: bool) -> None:
    """A choice that does not exist is never sent: the field keeps its old value."""
    expected = ({"f": value}, []) if fits else ({}, ["choice_mismatch"])

    assert mapped(value, Field("f", "F", kind, choices=choices)) == expected


@pytest.mark.req("D11")
@pytest.mark.parametrize("kind", FieldType)
@pytest.mark.parametrize(
    ("when_null", "required", "expected"),
    [
        pytest.param(WhenNull.CLEAR, False, ({"f": None}, []), id="cleared"),
        pytest.param(WhenNull.KEEP, False, ({}, []), id="kept by setting"),
        pytest.param(WhenNull.CLEAR, True, ({}, ["required_empty"]), id="required: kept and listed"),
        pytest.param(WhenNull.KEEP, True, ({}, []), id="required, kept by setting"),
    ],
)
def test_empty_value_clears_its_field(
    kind: FieldType, when_null: WhenNull, required: bool, expected: tuple[dict[str, Value], list[str]]
) -> None:
    """Unless the row keeps it or the field is required; for every type of field."""
    assert mapped(None, Field("f", "F", kind, required, CHOICES.get(kind, ())), when_null) == expected


@pytest.mark.req("D11")
@pytest.mark.parametrize("when_null", WhenNull)
def test_unknown_attribute_keeps_the_field(when_null: WhenNull) -> None:
    """Without a finding, even if the field is required."""
    settings = Settings(1, "UTC", mapping=(MappingRow("job_title", "f", when_null),))

    assert desired_fields(employee(), Facts(), settings, {"f": Field("f", "F", required=True)}) == ({}, [])


@pytest.mark.req("A4")
def test_attribute_without_a_row_is_not_written() -> None:
    """Even if a field has the same name."""
    record = employee(attributes={"job_title": "Analyst"})

    assert desired_fields(record, Facts(), Settings(1, "UTC"), {"job_title": Field("job_title", "F")}) == (
        {},
        [],
    )


@pytest.mark.req("D12", "A33")
def test_mismatch_names_field_and_value() -> None:
    """The finding says which field it is and which value Paycor has; the other rows are written."""
    fields = {
        "team": Field("team", "Team", STRING_CHOICE, choices=("Nurses",)),
        "title": Field("title", "Title"),
    }
    rows = (MappingRow("department", "team"), MappingRow("job_title", "title"))
    record = employee(attributes={"department": "nurses", "job_title": "Analyst"})

    assert desired_fields(record, Facts(), Settings(1, "UTC", mapping=rows), fields) == (
        {"title": "Analyst"},
        [Finding("choice_mismatch", "e1", "Team", "nurses", "Nurses")],
    )


def test_deleted_field_stops_nothing_and_is_listed_once() -> None:
    """Its row is skipped for everyone, and one finding names the field."""
    settings = Settings(1, "UTC", mapping=(MappingRow("job_title", "gone"), MappingRow("department", "team")))
    fields = {"team": Field("team", "Team")}
    record = employee(attributes={"job_title": "Analyst", "department": "Nursing"})

    assert desired_fields(record, Facts(), settings, fields) == ({"team": "Nursing"}, [])
    assert missing_field_findings(settings, fields) == [Finding("field_missing", subject="gone")]


@pytest.mark.req("B12", "D11")
@pytest.mark.parametrize(
    ("reports", "has_position", "expected"),
    [
        pytest.param(0, True, {"supervisor": "No", "direct_reports": "0"}, id="none"),
        pytest.param(1, True, {"supervisor": "Yes", "direct_reports": "1"}, id="one"),
        pytest.param(12, True, {"supervisor": "Yes", "direct_reports": "12"}, id="twelve"),
        pytest.param(1, False, {"supervisor": "Yes", "direct_reports": "1"}, id="one, own position unknown"),
        pytest.param(0, False, {}, id="unknown, because positions do not come"),
    ],
)
def test_supervisor_has_a_direct_report(reports: int, has_position: bool, expected: dict[str, Value]) -> None:
    """One current direct report is enough; where positions do not come, no supervisor is reset to No."""
    record = employee(has_position=has_position, manager_id="m1")

    assert derived(record, Facts(reports=reports)) == expected


MANAGER = employee(
    employee_id="m1",
    first_name="Grace",
    last_name="Hopper",
    email="g@acme.example",
    attributes={"employee_number": "7"},
)
KNOWN = {"manager_name": "Grace Hopper", "manager_email": "g@acme.example", "manager_number": "7"}
EMPTY = dict.fromkeys(KNOWN)


@pytest.mark.req("B6", "D3", "D11")
@pytest.mark.parametrize(
    ("values", "manager", "expected"),
    [
        pytest.param({"manager_id": "m1"}, MANAGER, KNOWN, id="a manager"),
        pytest.param({"manager_id": None}, None, EMPTY, id="no manager: emptied"),
        pytest.param({"manager_id": None, "has_position": False}, None, {}, id="positions do not come: kept"),
        pytest.param({"manager_id": "m1"}, None, {}, id="a manager without a record: kept"),
        pytest.param(
            {"manager_id": "m1"}, employee(employee_id="m1", problem="x"), {}, id="unreadable: kept"
        ),
        pytest.param({"manager_id": "m2"}, MANAGER, {}, id="another employment's manager: kept"),
        pytest.param(
            {"manager_id": None}, MANAGER, EMPTY, id="another employment's manager, none here: emptied"
        ),
        pytest.param(
            {"manager_id": "m1"},
            employee(employee_id="m1", first_name="", last_name="", email=None),
            {"manager_name": None, "manager_email": None},
            id="a manager without name and email",
        ),
        pytest.param(
            {"manager_id": "m1"},
            employee(employee_id="m1", email=None, bad_email="N/A"),
            {"manager_name": "Ada Byron"},
            id="a manager whose email is no address: kept",
        ),
    ],
)
def test_manager_is_that_of_the_employment(
    values: dict[str, Value], manager: Employee | None, expected: dict[str, Value]
) -> None:
    """Known, known to be empty, and unknown are three different cases."""
    found = derived(employee(**values), Facts(managers=(manager,) if manager else ()))

    assert {key: value for key, value in found.items() if key.startswith("manager")} == expected


def with_row(
    row: MappingRow, field: Field, attributes: dict[str, Value], *, is_first: bool = True
) -> dict[str, Value]:
    """The values that one row sets for these attributes."""
    settings = Settings(1, "UTC", mapping=(row,))
    record = employee(attributes=attributes)
    return desired_fields(record, Facts(), settings, {field.key: field}, is_first=is_first)[0]


TEXT = Field("f", "F")
WITH_FALLBACK = MappingRow("job_title", "f", fallback="job_code")


@pytest.mark.req("X12", "D11")
@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param({"job_title": "Nurse", "job_code": "N1"}, {"f": "Nurse"}, id="the first has a value"),
        pytest.param(
            {"job_title": "Nurse"}, {"f": "Nurse"}, id="the first has a value, the other is unknown"
        ),
        pytest.param({"job_title": None, "job_code": "N1"}, {"f": "N1"}, id="the first is empty"),
        pytest.param({"job_title": None, "job_code": None}, {"f": None}, id="both are empty"),
        pytest.param({"job_title": None}, {}, id="the first is empty, the other is unknown"),
        pytest.param({"job_code": "N1"}, {}, id="the first is unknown"),
        pytest.param({}, {}, id="both are unknown"),
    ],
)
def test_fallback_is_used_when_the_first_is_empty(
    attributes: dict[str, Value], expected: dict[str, Value]
) -> None:
    """Known to be empty is one thing, not known another: that keeps the field."""
    assert with_row(WITH_FALLBACK, TEXT, attributes) == expected


@pytest.mark.req("X12", "B12")
def test_fallback_may_be_a_derived_attribute() -> None:
    """Such as the number of reports where there is no title."""
    row = MappingRow("job_title", "f", fallback="direct_reports")

    assert with_row(row, TEXT, {"job_title": None}) == {"f": "0"}


ALIASES = {"RN": "Nurse", "N/A": "", "Nurse": "Carer"}


@pytest.mark.req("X12", "A32")
@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param({"job_title": "RN"}, {"f": "Nurse"}, id="translated only once"),
        pytest.param({"job_title": "rn"}, {}, id="another case: not translated, and no choice"),
        pytest.param({"job_title": "Cook"}, {"f": "Cook"}, id="no translation"),
        pytest.param({"job_title": "N/A"}, {"f": None}, id="translated to empty"),
        pytest.param({"job_title": None, "job_code": "RN"}, {"f": "Nurse"}, id="the fallback is translated"),
        pytest.param(
            {"job_title": "N/A", "job_code": "RN"}, {"f": None}, id="translated to empty: no fallback"
        ),
    ],
)
def test_translation_is_written_instead(attributes: dict[str, Value], expected: dict[str, Value]) -> None:
    """The value must match exactly. The fallback is chosen before, the choices are checked after."""
    row = MappingRow("job_title", "f", fallback="job_code", translation=ALIASES)
    field = Field("f", "F", STRING_CHOICE, choices=("Nurse", "Cook", "Carer"))

    assert with_row(row, field, attributes) == expected


@pytest.mark.req("X12", "D11")
@pytest.mark.parametrize(
    ("when_null", "required", "expected"),
    [
        pytest.param(WhenNull.CLEAR, False, {"f": None}, id="emptied"),
        pytest.param(WhenNull.KEEP, False, {}, id="kept by setting"),
        pytest.param(WhenNull.CLEAR, True, {}, id="required"),
    ],
)
def test_value_translated_to_empty_is_empty(
    when_null: WhenNull, required: bool, expected: dict[str, Value]
) -> None:
    """The same rules apply as for an empty value in Paycor."""
    row = MappingRow("job_title", "f", when_null, translation=ALIASES)

    assert with_row(row, Field("f", "F", required=required), {"job_title": "N/A"}) == expected


@pytest.mark.req("X12")
def test_row_may_be_only_for_new_accounts() -> None:
    """Later edits stay; any other row is written on every update."""
    once, always = (MappingRow("job_title", "f", create_only=only) for only in (True, False))
    title: dict[str, Value] = {"job_title": "Nurse"}

    assert with_row(once, TEXT, title) == {"f": "Nurse"}
    assert with_row(once, TEXT, title, is_first=False) == {}
    assert with_row(always, TEXT, title, is_first=False) == {"f": "Nurse"}


STATES = ("Iowa", "Ohio", "New York", "New Jersey")


@pytest.mark.req("D12", "X7")
@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        pytest.param("ohio", STATES, "Ohio", id="another case"),
        pytest.param(" Ohio ", STATES, "Ohio", id="blanks around the text"),
        pytest.param("Ohoi", STATES, "Ohio", id="two letters swapped"),
        pytest.param("NEW YORKE", STATES, "New York", id="a letter too many"),
        pytest.param("Strasse", ("Straße",), "Straße", id="folded, not only lowered"),
        pytest.param("Guam", STATES, "", id="nothing similar"),
        pytest.param("Ohio", (), "", id="no choices"),
        pytest.param("", STATES, "", id="no text"),
        pytest.param("7.50", ("7.5", "7"), "7.5", id="a number written differently"),
        pytest.param("ohio", ("Ohio", "OHIO"), "OHIO", id="two equally similar: the first in the alphabet"),
    ],
)
def test_nearest_choice(text: str, choices: tuple[str, ...], expected: str) -> None:
    """It does not depend on the order of the choices."""
    assert (nearest(text, choices), nearest(text, choices[::-1])) == (expected, expected)


@pytest.mark.req("X12", "D12")
def test_mismatch_has_the_value_of_paycor_and_a_hint() -> None:
    """If a translation is no choice, the finding shows the value before translation."""
    row = MappingRow("job_title", "f", translation={"RN": "nurses"})
    field = Field("f", "Team", STRING_CHOICE, choices=("Nurses",))
    settings = Settings(1, "UTC", mapping=(row,))

    assert desired_fields(employee(attributes={"job_title": "RN"}), Facts(), settings, {"f": field}) == (
        {},
        [Finding("choice_mismatch", "e1", "Team", "RN", "Nurses")],
    )


@pytest.mark.req("A32", "A34", "D12")
@given(
    st.sampled_from(FieldType),
    st.one_of(st.none(), st.sampled_from(TEXTS), st.text("Ohio 07.-,+٣é\n", max_size=8)),
    st.sampled_from(WhenNull),
    st.booleans(),
)
def test_every_value_is_set_or_listed(
    kind: FieldType, value: Value, when_null: WhenNull, required: bool
) -> None:
    """Any text is set unchanged or has a finding; an empty value may also be kept by its row."""
    values, finding_codes = mapped(value, Field("f", "F", kind, required, CHOICES.get(kind, ())), when_null)

    assert values in ({}, {"f": value})
    assert len(values) + len(finding_codes) == (0 if value is None and when_null is WhenNull.KEEP else 1)
