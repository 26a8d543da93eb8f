"""Personal details: phones, fake SSNs and birth dates that cannot be a real person's."""

import re
from datetime import date

import pytest

from connector.sandbox.company import Company
from connector.sandbox.company.personal_details import birth_date, fake_ssn, telephones

pytestmark = pytest.mark.req("X23")


def test_phones_are_of_several_kinds_and_some_people_have_none(company: Company) -> None:
    """Mobile, home and work numbers, numbers from abroad, none at all."""
    phones = [telephones(index, company.random_bytes(index)) for index in range(60)]

    assert {phone.kind for some in phones for phone in some} == {"Mobile", "Home", "Work"}
    assert {phone.country for some in phones for phone in some} == {"+1", "+44"}
    assert () in phones


def test_no_number_or_birth_date_could_be_a_real_persons(company: Company) -> None:
    """Telephones of the range for fiction, social security numbers of a range that is never issued, adults."""
    locals_ = [
        phone.local for i in range(60) for phone in telephones(i, company.random_bytes(i)) if phone.local
    ]

    assert [local for local in locals_ if not re.fullmatch(r"\s?555-?01\d\d\s?", local)] == []
    assert {fake_ssn(index)[:1] for index in (0, 59, 999_999)} == {"9"}
    assert all(
        date(1960, 1, 1) <= birth_date(company.random_bytes(index)) < date(2004, 1, 1) for index in range(60)
    )
