"""Canonical texts of Paycor's values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.attributes import ValueKind, custom_kind
from connector.paycor.records.canonical import canonical_text, canonical_value, civil_date


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (ValueKind.TEXT, "  Clinical ", "Clinical"),
        (ValueKind.TEXT, "", None),
        (ValueKind.TEXT, None, None),
        (ValueKind.TEXT, 7, "7"),
        (ValueKind.TEXT, 7.5, "7.5"),
        (ValueKind.TEXT, True, "Yes"),
        (ValueKind.TEXT, {"a": 1}, None),
        (ValueKind.YES_NO, "yes", "Yes"),
        (ValueKind.YES_NO, "N", "No"),
        (ValueKind.YES_NO, False, "No"),
        (ValueKind.YES_NO, "perhaps", "perhaps"),
        (ValueKind.NUMBER, "$1,234.50", "1234.50"),
        (ValueKind.NUMBER, "-12", "-12"),
        (ValueKind.NUMBER, 12.5, "12.5"),
        (ValueKind.NUMBER, "1,23", "1,23"),
        (ValueKind.DATE, "2026-03-02T00:00:00.000Z", "2026-03-02"),
        (ValueKind.DATE, "0001-01-01T00:00:00", None),
        (ValueKind.DATE, "03/02/2026", "03/02/2026"),
        (ValueKind.DATE, "2026-02-31", "2026-02-31"),
    ],
)
def test_a_value_is_canonical_for_its_kind(kind: ValueKind, value: object, expected: str | None) -> None:
    """A value that does not fit its kind stays as Paycor writes it."""
    assert canonical_value(kind, value) == expected


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [
        ("FreeFormAlphaNumeric", ValueKind.TEXT),
        ("DropDownAlphaNumeric", ValueKind.TEXT),
        ("PickListAlphaNumeric", ValueKind.TEXT),
        ("FreeFormCurrency", ValueKind.NUMBER),
        ("DropDownCurrency", ValueKind.NUMBER),
        ("PickListCurrency", ValueKind.NUMBER),
        ("DropDownYesNo", ValueKind.YES_NO),
        ("Date", ValueKind.DATE),
        ("SomethingNew", ValueKind.TEXT),
    ],
)
def test_every_data_type_of_paycor_has_a_kind(data_type: str, kind: ValueKind) -> None:
    """An unknown data type is text."""
    assert custom_kind(data_type) is kind


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Re\u200bnata", "Renata"),
        ("\ufeffAnn\x00", "Ann"),
        ("12 Main\r\nSuite 4\tNorth", "12 Main  Suite 4 North"),
        ("\u200e \x07", None),
        ("Jos\u00e9\u00a0Mar\u00eda \U0001f600", "Jos\u00e9\u00a0Mar\u00eda \U0001f600"),
    ],
    ids=["zero width space", "mark and NUL", "line break and tab", "nothing visible", "everything visible"],
)
def test_characters_that_no_one_sees_are_dropped(written: str, text: str | None) -> None:
    """They made two addresses of one, and a database may refuse them."""
    assert canonical_text(written) == text


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(["", "T00:00:00", "T23:59:59Z", " 10:00"]))
def test_a_date_is_never_shifted(day: date, tail: str) -> None:
    """Whatever follows the first ten characters."""
    assert civil_date(day.isoformat() + tail) == day


@given(st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats(allow_nan=False)))
def test_a_canonical_text_stays_the_same(value: object) -> None:
    """Canonicalising it again changes nothing."""
    for kind in ValueKind:
        once = canonical_value(kind, value)
        assert canonical_value(kind, once) == once
    assert canonical_text(canonical_text(value)) == canonical_text(value)
