"""Custom fields: every data type, and values with and without content."""

import re

import pytest

from connector.sandbox.company import Company
from connector.sandbox.company.custom_fields import CUSTOM_FIELDS, custom_value

pytestmark = pytest.mark.req("X23")

#: Paycor's eight data types of a custom field.
DATA_TYPES = {
    *("FreeFormAlphaNumeric", "FreeFormCurrency", "DropDownAlphaNumeric", "DropDownYesNo"),
    *("DropDownCurrency", "Date", "PickListAlphaNumeric", "PickListCurrency"),
}


def test_there_is_a_custom_field_of_every_data_type() -> None:
    """Eight types, each once; a list to choose from where the type has one."""
    assert sorted(field.data_type for field in CUSTOM_FIELDS) == sorted(DATA_TYPES)
    assert {field.data_type[:4] for field in CUSTOM_FIELDS if field.options} == {"Drop", "Pick"}


def test_a_required_custom_field_is_always_filled_and_the_others_sometimes_not(company: Company) -> None:
    """Nothing, several choices and stray spaces occur; what must be filled is."""
    values = {
        field.name: [custom_value(field_index, company.person(index), company.anchor) for index in range(60)]
        for field_index, field in enumerate(CUSTOM_FIELDS)
    }

    assert [field.name for field in CUSTOM_FIELDS if None not in values[field.name]] == ["LMS Group"]
    assert "English, Spanish" in values["Languages"]
    assert [value for value in values["Desk"] if value and value != value.strip()]


def test_a_currency_comes_with_and_without_decimals_and_a_date_in_two_spellings(company: Company) -> None:
    """As text, whatever the type."""
    people = [company.person(index) for index in range(60)]
    budget, renewal = (
        {
            re.sub(r"\d", "9", value)
            for person in people
            if (value := custom_value(field_index, person, company.anchor))
        }
        for field_index, field in enumerate(CUSTOM_FIELDS)
        if field.data_type in {"FreeFormCurrency", "Date"}
    )

    assert (budget >= {"999.99", "999"}, renewal) == (True, {"9999-99-99", "9999-99-99T99:99:99"})
