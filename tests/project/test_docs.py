"""The documents are true: their tables are the code's, their links work, nothing is left out."""

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
    """The path of the document in the project, for messages."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_generated_table_is_up_to_date(path: Path) -> None:
    """`make docs` fixes a failure."""
    text = path.read_text(encoding="utf-8")

    assert docs_tables.written(text) == text


def test_every_table_that_can_be_generated_is_in_a_document() -> None:
    """A table that no document uses would be dead code."""
    used = {match[2] for path in DOCUMENTS for match in docs_tables.BLOCK.finditer(path.read_text("utf-8"))}

    assert used == set(docs_tables.WRITERS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_inside_the_project_leads_to_a_file(path: Path) -> None:
    """Also after a document has moved."""
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_test_that_a_document_names_exists() -> None:
    """Also after a test has been renamed."""
    named = {
        (file, test)
        for path in DOCUMENTS
        for file, test in re.findall(r"(tests/[\w/]+\.py)::(\w+)", path.read_text(encoding="utf-8"))
    }

    assert named
    assert {one for one in named if f"def {one[1]}(" not in (ROOT / one[0]).read_text("utf-8")} == set()


def test_every_error_code_has_its_advice() -> None:
    """Each code has a section with that title, and no section is about a code that no longer exists."""
    text = (docs_tables.DOCS / "operations.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (\S+)\n\S", text, re.MULTILINE)

    assert sorted(sections) == sorted(error.code for error in docs_tables.error_classes())


def test_every_command_says_what_it_does() -> None:
    """A command without a sentence would have an empty cell in its table, and nothing under --help."""
    without_help = [words for words, command in docs_tables.command_lines(cli.commands) if not command.help]

    assert without_help == []


def test_every_command_that_a_document_names_exists() -> None:
    """Also after a command has been renamed."""
    named = {
        words
        for path in DOCUMENTS
        for words in re.findall(r"flask connector [a-z -]*[a-z]", path.read_text(encoding="utf-8"))
    }
    commands = {words for words, _ in docs_tables.command_lines(cli.commands)}

    assert {
        words for words in named if not any(f"{words} ".startswith(f"{name} ") for name in commands)
    } == set()


def test_commands_are_listed_with_the_words_that_call_them() -> None:
    """A command below a group is listed, a hidden one is not."""
    group = click.Group("connector")
    below = click.Group("db")
    below.add_command(click.Command("upgrade"))
    group.add_command(below)
    group.add_command(click.Command("doctor"))
    group.add_command(click.Command("secret", hidden=True))

    words = [words for words, _ in docs_tables.command_lines(group)]

    assert words == ["flask connector db upgrade", "flask connector doctor"]


def test_an_outdated_table_is_noticed() -> None:
    """The comparison above can fail: an empty block is not what the code writes."""
    outdated = "before\n<!-- begin: jobs -->\n<!-- end: jobs -->\nafter\n"
    written = docs_tables.written(outdated)

    assert written != outdated
    assert written.startswith("before\n")
    assert written.endswith("after\n")
