from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.model.account import FieldType
from connector.core.model.employee import email_key
from tests.core.make import employee
from tests.strategies import ADDRESSES, spellings


@pytest.mark.req("D1")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_spelling_of_an_address_is_one_address(address: str) -> None:
    """Case, blanks around it and the way accents are composed make no difference."""
    assert {email_key(one) for one in spellings(address)} == {email_key(address)}


@pytest.mark.req("D1")
def test_different_addresses_stay_different() -> None:
    """Nothing but case, blanks and composition is taken away: no dot, no plus, no accent."""
    others = ("a.da@x.example", "ada@x.example", "ada+1@x.example", "adá@x.example", "ada@xx.example")

    assert len({email_key(one) for one in others}) == len(others)


@pytest.mark.req("D1", "B9")
@pytest.mark.parametrize("address", [None, "", "  ", "\t\n", "\u00a0"])
def test_a_blank_address_is_none(address: str | None) -> None:
    """Two people without an email do not share one."""
    assert email_key(address) is None
    assert employee(email=address).email_key is None


#: Letters whose case or composition is not one letter for one letter.
HARD_LETTERS = "aAéÉe\u0301ßẞﬁİıΣςσǰJ\u030c\u0345ᾳΑΙ\u0327K\u212b"


@pytest.mark.req("D1")
@given(st.text(HARD_LETTERS, max_size=6))
@example("\u0345\u0301")
@example("ᾳ\u0301")
def test_the_compared_form_is_final(text: str) -> None:
    """The form of a form is itself, whether it was composed or not: stores and hosts may take it again."""
    key = email_key(text)

    assert email_key(key) == key
    assert email_key(normalize("NFD", text)) == key
    assert email_key(normalize("NFC", text)) == key


@pytest.mark.req("D1", "D3")
@pytest.mark.parametrize(
    ("person_id", "expected"),
    [
        pytest.param("p1", "p1", id="a person id"),
        pytest.param(None, "e1", id="none"),
        pytest.param("", "e1", id="a blank one"),
    ],
)
def test_a_human_is_remembered_by_person_id(person_id: str | None, expected: str) -> None:
    """The employee id stands in where Paycor gives no person."""
    assert employee(person_id=person_id).person_key == expected


@pytest.mark.req("A34")
def test_three_of_seven_types_are_choices() -> None:
    """Only these are held against a list."""
    assert len(FieldType) == 7
    assert [one.value for one in FieldType if one.is_choice] == [
        "string_choice",
        "decimal_choice",
        "integer_choice",
    ]
