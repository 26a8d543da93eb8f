"""Accounts compared: which account has which key, and versions made of values."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Key, KeyKind
from connector.hosts.accounts import KeyIndex, readable, unique_keys, versioned

ADA = Account(
    "1", "Ada@Example.test", "Ada", "Lovelace", AccountState.ACTIVE, True, "p1", {"job_title": "Nurse"}
)
BOB = Account("2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE, True)


@pytest.fixture
def index() -> KeyIndex:
    """An index of two accounts."""
    index = KeyIndex()
    index.put(ADA)
    index.put(BOB)
    return index


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param(Key(KeyKind.ID, "1"), ["1"], id="id"),
        pytest.param(Key(KeyKind.EXTERNAL_ID, "p1"), ["1"], id="external id"),
        pytest.param(Key(KeyKind.EXTERNAL_ID, "P1"), [], id="external id in another case"),
        pytest.param(Key(KeyKind.EMAIL, " ADA@example.TEST "), ["1"], id="email in another case"),
        pytest.param(Key(KeyKind.EMAIL, "nobody@example.test"), [], id="unknown email"),
    ],
)
def test_accounts_are_found_by_key(index: KeyIndex, key: Key, expected: list[str]) -> None:
    """Only emails are compared case-insensitively."""
    assert index.account_ids(key) == expected


def test_a_conflict_is_a_key_of_another_account(index: KeyIndex) -> None:
    """An account's own keys are no conflict."""
    keys = unique_keys("p1", "bob@example.test")

    assert index.conflict(keys) == (Key(KeyKind.EXTERNAL_ID, "p1"), "1")
    assert index.conflict(keys, "1") == (Key(KeyKind.EMAIL, "bob@example.test"), "2")
    assert index.conflict(unique_keys("p1", "ada@example.test"), "1") is None


def test_a_removed_account_has_no_keys(index: KeyIndex) -> None:
    """So that its keys can be used by another account of the batch."""
    index.remove(ADA)

    assert index.conflict(unique_keys("p1", "ada@example.test")) is None


@pytest.mark.parametrize(("external_id", "email"), [("", None), (None, " "), (None, None)])
def test_empty_values_are_no_keys(external_id: str | None, email: str | None) -> None:
    """Several accounts may have none."""
    assert unique_keys(external_id, email) == []


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(replace(ADA, first_name="Augusta"), id="name"),
        pytest.param(replace(ADA, state=AccountState.SUSPENDED), id="state"),
        pytest.param(replace(ADA, is_learner=False), id="type"),
        pytest.param(replace(ADA, external_id=None), id="external id"),
        pytest.param(replace(ADA, fields={}), id="fields"),
    ],
)
def test_a_version_differs_whenever_a_value_does(edited: Account) -> None:
    """And only then."""
    assert versioned(edited).version != versioned(ADA).version
    assert versioned(replace(ADA)).version == versioned(ADA).version


def test_a_version_of_the_lms_is_kept() -> None:
    """A version is made only where the LMS has none."""
    assert versioned(replace(ADA, version="7")).version == "7"


@pytest.mark.req("D22")
def test_a_record_that_cannot_be_read_is_an_account_with_a_problem(caplog: pytest.LogCaptureFixture) -> None:
    """It keeps its keys, so that nobody gets a second account, and the log has no text of the error."""

    def read() -> Account:
        raise TypeError("ada@example.test")

    account = readable(read, "7", "ada@example.test", "p1")

    assert (account.account_id, account.email, account.external_id) == ("7", "ada@example.test", "p1")
    assert (account.problem, account.is_learner) == ("answer", False)
    assert "TypeError" in caplog.text
    assert "ada@" not in caplog.text
