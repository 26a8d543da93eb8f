"""One language: the words that the glossary gives up are in no name, no docstring and no document."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import connector

PACKAGE = Path(connector.__file__).parent
ROOT = PACKAGE.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
DOCUMENTS = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "connector" / "plugin.yaml"]
SOURCES = [
    path
    for top in ("connector", "migrations", "tests", "examples")
    for path in sorted((ROOT / top).rglob("*.py"))
]


def column(heading: str, index: int) -> set[str]:
    """The words in one column of the table under a heading of the glossary."""
    section = GLOSSARY.read_text(encoding="utf-8").split(f"# {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[index] for line in section.splitlines() if line.startswith("|")][2:]
    return {word.strip() for cell in cells for word in cell.split(",") if word.strip()}


IN_NAMES = column("Glossary", 3) | column("Words that are in no name", 1)
IN_PROSE = column("Words that we do not write", 1)


def name(path: Path) -> str:
    """The file as a reader of the message knows it."""
    return path.relative_to(ROOT).as_posix()


def parts(identifier: str) -> set[str]:
    """The words of a name in snake_case or CamelCase."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().strip("_").split("_"))


def identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to something of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_the_glossary_gives_words_up() -> None:
    """The checks below would pass over an empty table."""
    assert {"human", "nudge", "untold", "checksum"} <= IN_NAMES
    assert {"whoever", "anew", "mend"} <= IN_PROSE


@pytest.mark.parametrize("top", ["connector", "migrations", "tests", "examples"])
def test_no_name_has_a_word_that_was_given_up(top: str) -> None:
    """Modules, classes, functions, arguments and variables."""
    found = []
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] != top:
            continue
        if parts(path.stem) & IN_NAMES:
            found.append(f"{name(path)}: its own name")
        for line, identifier in identifiers(ast.parse(path.read_text(encoding="utf-8"))):
            if parts(identifier) & IN_NAMES:
                found.append(f"{name(path)}:{line} {identifier}")

    assert found == []


PROSE = re.compile(
    r"\b(" + "|".join(map(re.escape, sorted(IN_PROSE, key=len, reverse=True))) + r")\b", re.IGNORECASE
)


@pytest.mark.parametrize("top", ["connector", "migrations", "tests", "examples"])
def test_no_text_in_the_code_has_a_word_that_we_do_not_write(top: str) -> None:
    """Docstrings, comments and messages alike."""
    found = [
        f"{name(path)}:{number} {match[0]}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == top and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in PROSE.finditer(line)
    ]

    assert found == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_no_document_has_a_word_that_we_do_not_write(path: Path) -> None:
    """The glossary itself names them, in its table of them alone."""
    text = path.read_text(encoding="utf-8")
    if path == GLOSSARY:
        text = text.split("## Words that we do not write", 1)[0]

    assert [match[0] for match in PROSE.finditer(text)] == []


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        pytest.param("human_key", {"human", "key"}, id="snake case"),
        pytest.param("NudgeRow", {"nudge", "row"}, id="camel case"),
        pytest.param("_humane", {"humane"}, id="a longer word"),
    ],
)
def test_a_name_is_read_word_by_word(identifier: str, expected: set[str]) -> None:
    """The check looks at words, not at letters."""
    assert parts(identifier) == expected
