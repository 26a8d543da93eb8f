from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.model.account import FieldType
from connector.core.model.employee import email_key
from tests.core.builders import employee
from tests.strategies import ADDRESSES, spellings


@pytest.mark.req("D1")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_spelling_of_an_address_has_the_same_key(address: str) -> None:
    """Case, surrounding blanks and the composition of accents make no difference."""
    assert {email_key(one) for one in spellings(address)} == {email_key(address)}


@pytest.mark.req("D1")
def test_different_addresses_stay_different() -> None:
    """Dots, plus signs and accents are kept."""
    others = ("a.da@x.example", "ada@x.example", "ada+1@x.example", "adá@x.example", "ada@xx.example")

    assert len({email_key(one) for one in others}) == len(others)


@pytest.mark.req("D1", "B9")
@pytest.mark.parametrize("address", [None, "", "  ", "\t\n", "\u00a0"])
def test_blank_address_is_none(address: str | None) -> None:
    """Two people without an email do not share one."""
    assert email_key(address) is None
    assert employee(email=address).email_key is None


#: Letters whose case folding or composition changes the number of letters.
HARD_LETTERS = "aAéÉe\u0301ßẞﬁİıΣςσǰJ\u030c\u0345ᾳΑΙ\u0327K\u212b"


@pytest.mark.req("D1")
@given(st.text(HARD_LETTERS, max_size=6))
@example("\u0345\u0301")
@example("ᾳ\u0301")
def test_email_key_of_a_key_is_itself(text: str) -> None:
    """Composed or not: stores and hosts may apply it again."""
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
        pytest.param("", "e1", id="a blank id"),
    ],
)
def test_person_key_is_the_person_id(person_id: str | None, expected: str) -> None:
    """The employee id where Paycor sends none."""
    assert employee(person_id=person_id).person_key == expected


@pytest.mark.req("A34")
def test_three_of_seven_types_are_choices() -> None:
    """Only these have a list of allowed values."""
    assert len(FieldType) == 7
    assert [one.value for one in FieldType if one.is_choice] == [
        "string_choice",
        "decimal_choice",
        "integer_choice",
    ]
