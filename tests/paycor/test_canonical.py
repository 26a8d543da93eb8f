"""Canonical texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.attributes import Kind, custom_kind
from connector.paycor.canonical import civil_date, of_kind, text


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.TEXT, "  Clinical ", "Clinical"),
        (Kind.TEXT, "", None),
        (Kind.TEXT, None, None),
        (Kind.TEXT, 7, "7"),
        (Kind.TEXT, 7.5, "7.5"),
        (Kind.TEXT, True, "Yes"),
        (Kind.TEXT, {"a": 1}, None),
        (Kind.YES_NO, "yes", "Yes"),
        (Kind.YES_NO, "N", "No"),
        (Kind.YES_NO, False, "No"),
        (Kind.YES_NO, "perhaps", "perhaps"),
        (Kind.NUMBER, "$1,234.50", "1234.50"),
        (Kind.NUMBER, "-12", "-12"),
        (Kind.NUMBER, 12.5, "12.5"),
        (Kind.NUMBER, "1,23", "1,23"),
        (Kind.DATE, "2026-03-02T00:00:00.000Z", "2026-03-02"),
        (Kind.DATE, "0001-01-01T00:00:00", None),
        (Kind.DATE, "03/02/2026", "03/02/2026"),
        (Kind.DATE, "2026-02-31", "2026-02-31"),
    ],
)
def test_a_value_is_written_as_its_kind_wants_it(kind: Kind, value: object, expected: str | None) -> None:
    """What cannot be read as its kind stays as it was written, and so does not fit a field of that kind."""
    assert of_kind(kind, value) == expected


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [
        ("FreeFormAlphaNumeric", Kind.TEXT),
        ("DropDownAlphaNumeric", Kind.TEXT),
        ("PickListAlphaNumeric", Kind.TEXT),
        ("FreeFormCurrency", Kind.NUMBER),
        ("DropDownCurrency", Kind.NUMBER),
        ("PickListCurrency", Kind.NUMBER),
        ("DropDownYesNo", Kind.YES_NO),
        ("Date", Kind.DATE),
        ("SomethingNew", Kind.TEXT),
    ],
)
def test_every_data_type_of_paycor_has_its_kind(data_type: str, kind: Kind) -> None:
    """One that is not known yet is text."""
    assert custom_kind(data_type) is kind


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(["", "T00:00:00", "T23:59:59Z", " 10:00"]))
def test_a_date_is_never_shifted(day: date, tail: str) -> None:
    """Whatever follows the first ten characters."""
    assert civil_date(day.isoformat() + tail) == day


@given(st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats(allow_nan=False)))
def test_a_canonical_text_is_its_own_canonical_text(value: object) -> None:
    """Reading it again changes nothing."""
    for kind in Kind:
        once = of_kind(kind, value)
        assert of_kind(kind, once) == once
    assert text(text(value)) == text(value)
