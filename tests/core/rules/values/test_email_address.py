"""An email address is checked once, by the library, before anything is decided on it."""

from dataclasses import replace
from unicodedata import normalize

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.model.employee import email_key
from connector.core.model.operation import OperationKind
from connector.core.rules.values.email_address import EMAIL_MAX, checked_address
from tests.core.scenes import Scene, decision_of, scenes
from tests.strategies import ADDRESSES

#: The width of the columns of keys, in characters.
KEY_MAX = 320


@pytest.mark.req("D23")
@pytest.mark.parametrize(
    "address",
    [
        *ADDRESSES,
        "ADA.Byron@Northfield.EXAMPLE",
        "o'dell_1+lms=a/b@sub-1.acme.example",
        "ada@xn--bcher-kva.example",
        "ada@bücher.example",
        "用户@例え.jp",
        "ada@trial.test",
        f"{'a' * 64}@acme.example",
    ],
)
def test_an_address_stays_as_it_is_written(address: str) -> None:
    """Case, tags and international addresses too; the domain of trials is none of the special ones."""
    assert checked_address(address) == address


@pytest.mark.req("D23")
@pytest.mark.parametrize(
    "written",
    [
        "ada\u200b@acme.example",
        "\ufeffada@acme\u00ad.example",
        " \t ada@acme.example\r\n",
        "\u00a0ada@acme.example\u2060",
        "ada@ａcme。example",
    ],
    ids=["zero width space", "mark and soft hyphen", "blanks", "blanks of a web page", "full width"],
)
def test_what_nobody_sees_is_dropped(written: str) -> None:
    """The address equals the one that was typed by hand, so it finds the same account."""
    assert checked_address(written) == "ada@acme.example"


@pytest.mark.req("D23")
def test_an_accent_compares_equal_however_it_was_typed() -> None:
    """A letter and its accent are one character or two."""
    assert checked_address(normalize("NFD", "renée@acme.example")) == "renée@acme.example"


#: What HR systems have in the place of an address.
BAD = (
    *("", "N/A", "none", "-", "ada", "ada@", "@acme.example", "ada@acme", "ada@@acme.example"),
    *("ada@acme.example; bob@acme.example", "ada@acme.example, bob@acme.example", "ada@acme.example bob"),
    *("Ada <ada@acme.example>", "<ada@acme.example>", "mailto:ada@acme.example", '"a b"@acme.example'),
    *("ada@acme.example\nBcc: eve@acme.example", "ada@acme.example\r\n.", "ada\x00@acme.example"),
    *(
        "ada@acme.example.",
        ".ada@acme.example",
        "ada.@acme.example",
        "a..b@acme.example",
        "ada @acme.example",
    ),
    *("o\u2019dell@acme.example", "ada\u2013b@acme.example", "ａda@acme.example", "ada\ufe0f@acme.example"),
    *("ada\uff20acme.example", "ada@acme_1.example", "ada@-acme.example", "ada@[127.0.0.1]", "ada@127.0.0.1"),
    *(
        "ada@localhost",
        "ada@acme.local",
        "ada@acme.invalid",
        f"{'a' * 243}@acme.example",
        "a\ud800@acme.example",
    ),
)


@pytest.mark.req("D23")
@pytest.mark.parametrize("written", BAD, ids=ascii)
def test_a_text_that_is_not_one_address_is_refused(written: str) -> None:
    """Nobody could be mailed there, or somebody else would be."""
    assert checked_address(written) is None


LOCAL = st.text("aZ09.+-_'!#~", min_size=1, max_size=70)
DOMAIN = st.text("aZ0.-", max_size=70) | st.sampled_from(
    ("acme.example", "xn--bcher-kva.example", "xn--a.example", "ab--c.example", "a.local", "a.test", "test")
)
ASCII_ADDRESSES = st.one_of(
    st.emails(),
    st.builds("{}@{}".format, LOCAL, DOMAIN),
    st.text("aZ0@.-+ <>;,:\"'\n\x00", max_size=30),
)


@pytest.mark.req("D23")
@given(ASCII_ADDRESSES)
@example(f"{'a' * 64}@acme.example")
@example(f"{'a' * 65}@acme.example")
@example(f"a@{'a.' * 125}ab")
@example(f"a@{'a.' * 125}abc")
@example("INFO@acme.example")
def test_the_short_way_for_plain_addresses_agrees_with_the_library(written: str) -> None:
    """It accepts what the library accepts, refuses what it refuses, and both compare equal."""
    try:
        expected = validate_email(
            written.strip(), strict=True, check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        expected = None
    found = checked_address(written)

    assert (found is None) == (expected is None)
    assert (
        found is None
        or expected is None
        or "xn--" in found.lower()
        or email_key(found) == email_key(expected)
    )


@pytest.mark.req("D23")
@given(
    st.text("aZ.@ß’é\u0301ŉΐİ例۵\u200b\ufe0f\n ", max_size=30) | ASCII_ADDRESSES.map(lambda one: f"é{one}")
)
def test_a_checked_address_is_checked_for_good(written: str) -> None:
    """Checking it again changes nothing, it has no blank and nothing invisible, and its key can be stored."""
    found = checked_address(written)

    if found is None:
        return
    assert checked_address(found) == found
    assert found.isprintable()
    assert " " not in found
    assert len(found) <= EMAIL_MAX
    assert len(email_key(found) or "") <= KEY_MAX


@pytest.mark.req("D23")
@given(scenes())
def test_no_decision_rests_on_a_text_that_is_no_address(scene: Scene) -> None:
    """Whatever else is true of a person: no account is added, no mail is owed, and no address is written."""
    person = scene.inputs.person
    without = tuple(replace(one, email=None, bad_email="N/A") for one in person.employees)
    inputs = replace(scene.inputs, person=replace(person, employees=without))

    operation = decision_of(replace(scene, inputs=inputs)).operation

    assert operation is None or operation.kind is not OperationKind.CREATE
    assert operation is None or "email" not in operation.after
