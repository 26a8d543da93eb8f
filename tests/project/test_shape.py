"""The shape of the code: short files, short functions, names that say something, one code per error."""

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

#: Words that do not say what a thing is. Whole words only: `metadata` is not `data`.
FORBIDDEN = {"helper", "helpers", "util", "utils", "data", "info", "process", "handle", "misc"}
ALLOWED = {
    "process_bind_param",  # SQLAlchemy's names for what a column type does
    "process_result_value",
    "process_formdata",  # WTForms calls it by this name
    "handle_starttag",  # the standard library calls it by this name
    "custom_data",  # an LMS calls its own fields custom user data
    "custom_user_data",
    "LeaseHandle",  # the field's word for the right to use a resource
    "data_quality",  # the field's word for gaps and contradictions in records
    "InProcessHost",  # an LMS within the same process
    "InProcessLms",
}

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FILES = sorted(path for folder in ("connector", "migrations") for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    """The path in the project, for messages."""
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Each source file, parsed."""
    for path in FILES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def says_nothing(name: str) -> bool:
    """Whether a name in snake_case or CamelCase has a word that says nothing.

    `manager` is a person's manager, as in `manager_id`; as the last of several words it says nothing.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    return bool(FORBIDDEN & set(words)) or (len(words) > 1 and words[-1] == "manager")


def test_there_is_something_to_check() -> None:
    """Otherwise the other tests of this file would prove nothing."""
    assert len(FILES) > 1


def test_no_file_is_too_long_to_read() -> None:
    """A file of more than 300 lines is two files."""
    counts = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}

    assert {path: count for path, count in counts.items() if count > MAX_FILE_LINES} == {}


def test_no_function_is_too_long_to_read() -> None:
    """A function of more than 40 lines, docstring included, is two functions."""
    counts = {
        f"{short(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: count for name, count in counts.items() if count > MAX_FUNCTION_LINES} == {}


def test_no_error_is_swallowed() -> None:
    """An `except` whose whole body is `pass` hides the cause of the next one."""
    silent = [
        f"{short(path)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]

    assert silent == []


def test_every_name_says_what_it_is() -> None:
    """No module, class or function has a word in its name that says nothing."""
    names = [(short(path), path.stem) for path in FILES] + [
        (f"{short(path)}:{node.lineno}", node.name)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, Named)
    ]

    assert [(path, name) for path, name in names if name not in ALLOWED and says_nothing(name)] == []


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
    """The check above compares words, not letters."""
    assert says_nothing(name) is expected


def subclasses(root: type[errors.ConnectorError]) -> Iterator[type[errors.ConnectorError]]:
    """A class and all its subclasses that have been imported."""
    yield root
    for child in root.__subclasses__():
        yield from subclasses(child)


def error_classes() -> list[type[errors.ConnectorError]]:
    """The error classes of connector.errors; other modules can have subclasses of their own."""
    return [error for error in subclasses(errors.ConnectorError) if error.__module__ == errors.__name__]


def test_an_error_class_of_another_module_keeps_the_code_of_its_base() -> None:
    """Only errors.py defines codes, so that each of them is documented."""
    for module in walk_packages(connector.__path__, "connector."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    others = [error for error in subclasses(errors.ConnectorError) if error.__module__ != errors.__name__]

    assert [error.__qualname__ for error in others if "code" in error.__dict__] == []


def test_every_error_class_has_its_own_code() -> None:
    """So that a code leads to one section of advice."""
    codes = Counter(error.__dict__.get("code", f"none: {error.__name__}") for error in error_classes())

    assert [code for code, count in codes.items() if count > 1 or code.startswith("none")] == []


def test_every_error_says_who_can_fix_it() -> None:
    """The remedy is one of the four, and no error leaves it out."""
    assert {error.remedy for error in error_classes()} <= {"admin", "operator", "retry", "developer"}


def test_every_error_is_in_the_drawing() -> None:
    """The tree at the top of errors.py is complete."""
    drawn = set(re.findall(r"\b[A-Z]\w+", errors.__doc__ or ""))

    assert [error.__name__ for error in error_classes() if error.__name__ not in drawn] == []
