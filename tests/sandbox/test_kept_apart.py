"""What Paycor keeps apart from an employee: phones, custom fields, certifications. Functions of index and day."""

import re
from datetime import date

import pytest

from connector.sandbox.company import NORTHFIELD, Company
from connector.sandbox.company.certificates import certificates
from connector.sandbox.company.customs import CUSTOM_FIELDS, custom_value
from connector.sandbox.company.private import birth_date, planted_number, telephones

pytestmark = pytest.mark.req("X23")

#: Paycor's eight data types of a custom field.
DATA_TYPES = {
    *("FreeFormAlphaNumeric", "FreeFormCurrency", "DropDownAlphaNumeric", "DropDownYesNo"),
    *("DropDownCurrency", "Date", "PickListAlphaNumeric", "PickListCurrency"),
}


@pytest.fixture
def company(today: date) -> Company:
    """Sixty people: the smallest company with everything."""
    return Company(NORTHFIELD, 60, 1, today, today)


def test_there_is_a_custom_field_of_every_data_type() -> None:
    """Eight types, each once; a list to choose from where the type has one."""
    assert sorted(field.data_type for field in CUSTOM_FIELDS) == sorted(DATA_TYPES)
    assert {field.data_type[:4] for field in CUSTOM_FIELDS if field.options} == {"Drop", "Pick"}


def test_a_required_custom_field_is_always_filled_and_the_others_sometimes_not(company: Company) -> None:
    """Nothing, several choices and stray spaces occur; what must be filled is."""
    values = {
        field.name: [custom_value(place, company.person(index), company.anchor) for index in range(60)]
        for place, field in enumerate(CUSTOM_FIELDS)
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
            if (value := custom_value(place, person, company.anchor))
        }
        for place, field in enumerate(CUSTOM_FIELDS)
        if field.data_type in {"FreeFormCurrency", "Date"}
    )

    assert (budget >= {"999.99", "999"}, renewal) == (True, {"9999-99-99", "9999-99-99T99:99:99"})


def test_certifications_are_over_current_or_without_an_end(company: Company) -> None:
    """All three in a company of sixty, and people with none."""
    held = [certificates(index, company.luck(index), company.anchor) for index in range(60)]
    kinds = {
        "open" if one.expires_on is None else "over" if one.expires_on < company.anchor else "current"
        for some in held
        for one in some
    }

    assert (kinds, () in held) == ({"open", "over", "current"}, True)
    assert all(one.effective_on < (one.expires_on or date.max) for some in held for one in some)


def test_phones_are_of_several_kinds_and_somebody_has_none(company: Company) -> None:
    """Mobile, home and work numbers, numbers from abroad, none at all."""
    phones = [telephones(index, company.luck(index)) for index in range(60)]

    assert {phone.kind for some in phones for phone in some} == {"Mobile", "Home", "Work"}
    assert {phone.country for some in phones for phone in some} == {"+1", "+44"}
    assert () in phones


def test_no_number_or_birth_date_could_be_somebodys(company: Company) -> None:
    """Telephones of the range for fiction, social security numbers of a range never given out, grown-ups."""
    locals_ = [phone.local for i in range(60) for phone in telephones(i, company.luck(i)) if phone.local]

    assert [local for local in locals_ if not re.fullmatch(r"\s?555-?01\d\d\s?", local)] == []
    assert {planted_number(index)[:1] for index in (0, 59, 999_999)} == {"9"}
    assert all(date(1960, 1, 1) <= birth_date(company.luck(index)) < date(2004, 1, 1) for index in range(60))
