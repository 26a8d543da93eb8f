"""The words for codes that templates look up."""

import re
from pathlib import Path

import pytest

import connector
from connector.web.frame.words import TABLES, word

TEMPLATES = Path(connector.__file__).parent / "templates"


def test_a_known_code_has_its_word() -> None:
    """The same code may have another word in another table."""
    assert (word("kind", "create"), word("kind_ahead", "create")) == ("Created", "To create")


@pytest.mark.parametrize(
    ("code", "expected"), [("moon_phase", "Moon phase"), ("run.melted_down", "Run: melted down")]
)
def test_an_unknown_code_is_made_readable(code: str, expected: str) -> None:
    """A later release may have stored it."""
    assert word("action", code) == expected


def test_every_table_that_a_template_names_exists() -> None:
    """A wrong name would fail only when the page is opened."""
    named = {
        name
        for template in TEMPLATES.rglob("*.html")
        for name in re.findall(r'(?:cx\.word|parts\.badge)\("(\w+)"', template.read_text())
    }

    assert "state" in named
    assert named <= TABLES.keys()
