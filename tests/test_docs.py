"""The documents speak true: their tables are the code's, their links lead somewhere, nothing is left out."""

import re
from pathlib import Path

import pytest

from tests import docs_tables

ROOT = docs_tables.DOCS.parent
DOCUMENTS = [*sorted(docs_tables.DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def name_of(path: Path) -> str:
    """The document as a reader of the message knows it."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_generated_table_is_up_to_date(path: Path) -> None:
    """What the code knows better is written by the code; `make docs` mends a failure."""
    text = path.read_text(encoding="utf-8")

    assert docs_tables.written(text) == text


def test_every_table_that_can_be_generated_has_its_place() -> None:
    """A table that no document asks for would be missed by nobody."""
    asked = {found[2] for path in DOCUMENTS for found in docs_tables.BLOCK.finditer(path.read_text("utf-8"))}

    assert asked == set(docs_tables.WRITERS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_inside_the_project_leads_to_a_file(path: Path) -> None:
    """A document that moved takes its links along."""
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_error_code_has_its_advice() -> None:
    """Who meets a code finds a section with that title, and no section is about a code that is gone."""
    text = (docs_tables.DOCS / "operations.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (\S+)\n\S", text, re.MULTILINE)

    assert sorted(sections) == sorted(error.code for error in docs_tables.error_classes())


def test_a_table_that_is_behind_is_seen() -> None:
    """The comparison above can fail: an emptied block is not what the code would write."""
    behind = "before\n<!-- begin: jobs -->\n<!-- end: jobs -->\nafter\n"
    renewed = docs_tables.written(behind)

    assert renewed != behind
    assert renewed.startswith("before\n")
    assert renewed.endswith("after\n")
