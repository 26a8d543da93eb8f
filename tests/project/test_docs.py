"""The documents speak true: their tables are the code's, their links lead somewhere, nothing is left out."""

import re
from pathlib import Path

import click
import pytest

from connector import cli
from tests.project import docs_tables

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


def test_every_test_that_a_document_names_is_there() -> None:
    """What is said to be shown is shown by a test of that name."""
    named = {
        (file, test)
        for path in DOCUMENTS
        for file, test in re.findall(r"(tests/[\w/]+\.py)::(\w+)", path.read_text(encoding="utf-8"))
    }

    assert named
    assert {one for one in named if f"def {one[1]}(" not in (ROOT / one[0]).read_text("utf-8")} == set()


def test_every_error_code_has_its_advice() -> None:
    """Who meets a code finds a section with that title, and no section is about a code that is gone."""
    text = (docs_tables.DOCS / "operations.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (\S+)\n\S", text, re.MULTILINE)

    assert sorted(sections) == sorted(error.code for error in docs_tables.error_classes())


def test_every_command_says_what_it_does() -> None:
    """A command without a sentence would have an empty cell in its table, and nothing under --help."""
    silent = [words for words, command in docs_tables.command_lines(cli.commands) if not command.help]

    assert silent == []


def test_every_command_that_a_document_names_is_there() -> None:
    """A command that was renamed takes the documents along."""
    named = {
        words
        for path in DOCUMENTS
        for words in re.findall(r"flask connector [a-z -]*[a-z]", path.read_text(encoding="utf-8"))
    }
    known = {words for words, _ in docs_tables.command_lines(cli.commands)}

    assert {
        words for words in named if not any(f"{words} ".startswith(f"{name} ") for name in known)
    } == set()


def test_commands_are_listed_with_the_words_that_call_them() -> None:
    """A command below a command is found, one that is hidden is not."""
    group = click.Group("connector")
    below = click.Group("db")
    below.add_command(click.Command("upgrade"))
    group.add_command(below)
    group.add_command(click.Command("doctor"))
    group.add_command(click.Command("secret", hidden=True))

    words = [words for words, _ in docs_tables.command_lines(group)]

    assert words == ["flask connector db upgrade", "flask connector doctor"]


def test_a_table_that_is_behind_is_seen() -> None:
    """The comparison above can fail: an emptied block is not what the code would write."""
    behind = "before\n<!-- begin: jobs -->\n<!-- end: jobs -->\nafter\n"
    renewed = docs_tables.written(behind)

    assert renewed != behind
    assert renewed.startswith("before\n")
    assert renewed.endswith("after\n")
