"""Why the LMS refused something: every reason that a host of ours gives has a sentence."""

import ast
from pathlib import Path

import pytest

import connector
from connector.core.model.findings import FINDINGS
from connector.words.refusals import OF_HOSTS, hint_text, reason_text

PACKAGE = Path(connector.__file__).parent

#: Reasons that were seen at a real Moodle.
SEEN = [
    "moodle.usernotupdatedremote",
    "moodle.useremailinvalid",
    "moodle.dmlwriteexception",
    "moodle.invalidparameter",
]


def codes() -> set[str]:
    """The codes that hosts write as they are: constants in capitals, and literal arguments `code=`."""
    found = set[str]()
    for path in (PACKAGE / "hosts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found


@pytest.mark.req("D29")
@pytest.mark.parametrize("code", sorted(codes() | {*SEEN, "hook", "not_a_learner"}))
def test_every_reason_of_a_host_has_a_sentence(code: str) -> None:
    """Not the bare code."""
    text = reason_text(code)

    assert text.endswith(".")
    assert f"“{code}”" not in text


@pytest.mark.req("D29")
def test_reason_that_only_the_lms_knows_is_quoted() -> None:
    """So that somebody can look it up there."""
    assert "tooManyLogins" in reason_text("scim.tooManyLogins")
    assert reason_text("") == ""


@pytest.mark.parametrize("text", OF_HOSTS.values())
def test_a_reason_is_a_whole_sentence(text: str) -> None:
    """It stands alone on the page."""
    assert text[0].isupper()
    assert text.endswith(".")


def test_hint_is_a_reason_or_a_choice() -> None:
    """The findings about refusals have the reason, the others the choice that was probably meant."""
    assert hint_text("field_refused", "field.length") == "The value is longer than the field."
    assert hint_text("choice_mismatch", "Ohio") == "Nearest choice: Ohio"
    assert hint_text("choice_mismatch", "") == ""
    assert {"field_refused", "choice_mismatch"} <= FINDINGS.keys()
