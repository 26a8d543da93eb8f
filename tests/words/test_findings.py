"""Findings in plain words: each has a name of its own and says what to do."""

import pytest

from connector.core.model.findings import FINDINGS
from connector.words.findings import FINDING_TEXTS, advice_on, finding_text


def test_every_finding_has_a_text_and_no_text_is_left_over() -> None:
    """A code without a text would be shown bare; a text without a code explains what cannot happen."""
    assert FINDING_TEXTS.keys() == FINDINGS.keys()


@pytest.mark.req("B7", "D2")
@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_has_a_short_name_and_whole_sentences_of_advice(code: str) -> None:
    """The name has no full stop, the advice has one; who can fix it is the catalogue's answer."""
    text = finding_text(code)

    assert text.code == code
    assert text.label[0].isupper()
    assert not text.label.endswith(".")
    assert text.advice.endswith(".")
    assert text.fixed_by is FINDINGS[code].fixed_by


def test_no_two_findings_have_the_same_name() -> None:
    """Two lists on one page cannot have one heading."""
    assert len({text.label for text in FINDING_TEXTS.values()}) == len(FINDINGS)


def test_a_code_of_another_release_is_readable() -> None:
    """A database that a newer release has written may hold findings that this one does not know."""
    assert finding_text("from_the_future").label == "From the future"
    assert advice_on("from_the_future") == ""
