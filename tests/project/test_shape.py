"""The shape of the code: short files, short functions, honest names, errors that can be told apart."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import connector
from connector import errors

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40

#: Words that say nothing about what a thing is. Whole words only: `metadata` is not `data`.
FORBIDDEN = {"helper", "helpers", "util", "utils", "data", "info", "process", "handle", "misc"}
ALLOWED = {
    "process_bind_param",  # SQLAlchemy's names for what a column type does
    "process_result_value",
    "handle_starttag",  # the standard library asks for it by this name
    "custom_data",  # an LMS calls its own fields custom user data
    "custom_user_data",
    "LeaseHandle",  # what a holder of a lease has in hand
    "data_quality",  # the field's word for gaps and contradictions in records
    "InProcessHost",  # an LMS within this very process
    "InProcessLms",
}

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FILES = sorted(path for folder in ("connector", "migrations") for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    """The path as a reader of the message knows it."""
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Each source file, parsed."""
    for path in FILES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def says_nothing(name: str) -> bool:
    """Whether a name in snake_case or CamelCase has a word that fits everything.

    `manager` is a person's, as in `manager_id`; as the last of several words it is such a word.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    return bool(FORBIDDEN & set(words)) or (len(words) > 1 and words[-1] == "manager")


def test_there_is_something_to_check() -> None:
    """The other tests of this file would pass over an empty list."""
    assert len(FILES) > 1


def test_no_file_is_too_long_to_read() -> None:
    """What does not fit into 300 lines is two things."""
    counts = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}

    assert {path: count for path, count in counts.items() if count > MAX_FILE_LINES} == {}


def test_no_function_is_too_long_to_read() -> None:
    """What does not fit into 40 lines is two things; its docstring counts too."""
    counts = {
        f"{short(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: count for name, count in counts.items() if count > MAX_FUNCTION_LINES} == {}


def test_no_fault_is_swallowed() -> None:
    """An `except` whose whole body is `pass` hides what the next reader looks for."""
    silent = [
        f"{short(path)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]

    assert silent == []


def test_every_name_says_what_it_is() -> None:
    """No module, class or function is named with a word that fits everything."""
    names = [(short(path), path.stem) for path in FILES] + [
        (f"{short(path)}:{node.lineno}", node.name)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, Named)
    ]

    assert [(place, name) for place, name in names if name not in ALLOWED and says_nothing(name)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("process_rows", True, id="snake case"),
        pytest.param("RunManager", True, id="camel case"),
        pytest.param("metadata", False, id="a longer word"),
        pytest.param("_manager_block", False, id="of a person's manager"),
    ],
)
def test_a_forbidden_word_is_found_as_a_word(name: str, expected: bool) -> None:
    """The check above looks at words, not at letters."""
    assert says_nothing(name) is expected


def subclasses(root: type[errors.ConnectorError]) -> Iterator[type[errors.ConnectorError]]:
    """A class and all below it that have been imported."""
    yield root
    for child in root.__subclasses__():
        yield from subclasses(child)


def error_classes() -> list[type[errors.ConnectorError]]:
    """The tree of connector.errors; a part may have finer classes of its own."""
    return [error for error in subclasses(errors.ConnectorError) if error.__module__ == errors.__name__]


def test_a_finer_error_of_a_part_keeps_the_code_of_the_one_it_refines() -> None:
    """Codes are given in errors.py alone, so that each of them is found in the documents."""
    for module in walk_packages(connector.__path__, "connector."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    finer = [error for error in subclasses(errors.ConnectorError) if error.__module__ != errors.__name__]

    assert [error.__qualname__ for error in finer if "code" in error.__dict__] == []


def test_every_error_can_be_told_by_its_code() -> None:
    """Each class has a code of its own, so that a code leads to one page of advice."""
    codes = Counter(error.__dict__.get("code", f"none: {error.__name__}") for error in error_classes())

    assert [code for code, count in codes.items() if count > 1 or code.startswith("none")] == []


def test_every_error_says_who_can_mend_it() -> None:
    """The remedy is one of the four, and no error leaves it out."""
    assert {error.remedy for error in error_classes()} <= {"admin", "operator", "retry", "developer"}


def test_every_error_stands_in_the_drawn_tree() -> None:
    """The drawing at the top of errors.py is the tree that there is."""
    drawn = set(re.findall(r"\b[A-Z]\w+", errors.__doc__ or ""))

    assert [error.__name__ for error in error_classes() if error.__name__ not in drawn] == []
