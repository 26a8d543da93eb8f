"""Texts from the LMS that no database takes."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.rules.values.lms_texts import checked_account, checked_outcome, short_version, usable_ids

ADA = Account(
    "1", "ada@example.test", "Ada", "Größe", AccountState.ACTIVE, is_learner=True, fields={"t": "x"}
)


@pytest.mark.req("D22")
@pytest.mark.parametrize(
    "values",
    [
        {"first_name": "A\0"},
        {"email": "\ud83d@example.test"},
        {"fields": {"t": "\0"}},
        {"external_id": "p\0"},
        {"account_id": "1" * 101},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_account_with_an_unusable_text_has_a_problem(values: dict[str, object]) -> None:
    """An ordinary one is the very same account."""
    assert checked_account(ADA) is ADA
    assert checked_account(replace(ADA, **values)).problem == "text"  # type: ignore[arg-type]


@pytest.mark.req("D22")
def test_a_long_version_is_kept_as_its_digest() -> None:
    """It still differs whenever the LMS's does, and is the same in an account and in an outcome."""
    long = "v" * 300
    outcome = checked_outcome(Outcome(OutcomeStatus.UPDATED, "1", long, "co\0de"))

    assert outcome.version == checked_account(replace(ADA, version=long)).version == short_version(long)
    assert outcome.code == "code"
    assert short_version(long) != short_version(long + "2")
    assert short_version("7") == "7"


@pytest.mark.req("D22")
def test_an_account_id_that_cannot_be_stored_is_a_refusal() -> None:
    """Of its own row alone."""
    assert checked_outcome(Outcome(OutcomeStatus.CREATED, "1" * 101)).status is OutcomeStatus.REJECTED
    assert usable_ids(["1", "\0", "1" * 101]) == ["1"]
