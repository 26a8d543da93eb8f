"""The street plan: the same names on every storey, rooms of a readable size, one name for one type."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import connector

PACKAGE = Path(connector.__file__).parent
ROOT = PACKAGE.parent

#: What the product can do, by the same name on every storey.
STREETS = {"connection", "settings", "runs", "people", "events", "completions"}
#: What the streets of a storey share.
SHARED = {
    "services": {"views", "admins", "csv_lines", "doctor", "invalid_settings"},
    "store": {"db", "tables", "mirror", "schema", "admins", "audit", "heartbeat"},
    "web": {"frame"},
    "cli": {"frame", "service"},
    "words": {"findings", "refusals", "todo"},
    "templates/connector": {"frame"},
}
MOST_FILES = 14
MOST_TEST_LINES = 400


def modules() -> list[Path]:
    """Every module of the package but the sandbox, whose classes stand for other systems' own."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "sandbox" not in path.relative_to(PACKAGE).parts)


@pytest.mark.parametrize("storey", SHARED)
def test_a_storey_has_the_streets_and_what_they_share(storey: str) -> None:
    """A reader who knows one capability on one storey finds it by the same name on all."""
    found = {
        path.stem
        for path in (PACKAGE / storey).iterdir()
        if not path.name.startswith("__") and (path.suffix == ".py" or path.is_dir())
    }

    assert found - STREETS - SHARED[storey] == set()
    assert found & STREETS


@pytest.mark.parametrize("top", ["connector", "tests"])
def test_no_folder_is_a_drawer(top: str) -> None:
    """More than fourteen files in one folder are two folders."""
    files = defaultdict(list)
    for path in (ROOT / top).rglob("*.py"):
        files[path.parent.relative_to(ROOT).as_posix()].append(path.name)

    assert {folder: len(names) for folder, names in files.items() if len(names) > MOST_FILES} == {}


def test_no_test_file_is_too_long_to_read() -> None:
    """A test file of more than 400 lines is cut by behaviour."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "tests").rglob("*.py")
    }

    assert {name: length for name, length in lengths.items() if length > MOST_TEST_LINES} == {}


def test_a_public_class_name_occurs_once() -> None:
    """One name, one type: a reader never asks which of two is meant."""
    homes = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path.relative_to(PACKAGE).as_posix())

    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def members_by_class() -> dict[str, set[str]]:
    """What each class of the package defines itself, and what its bases of ours define."""
    own: dict[str, set[str]] = {}
    bases: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                own.setdefault(node.name, set()).update(_members(node))
                bases.setdefault(node.name, []).extend(
                    base.id for base in node.bases if isinstance(base, ast.Name)
                )
    return {name: own[name].union(*(own.get(base, set()) for base in bases[name])) for name in own}


def _members(cls: ast.ClassDef) -> set[str]:
    names = set()
    for node in ast.walk(cls):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            names.add(node.attr)
    return names


def test_a_member_that_a_docstring_names_is_there() -> None:
    """`Class.member` in a docstring or a comment is a promise like any other."""
    members = members_by_class()
    stale = [
        f"{path.relative_to(PACKAGE)}: {name}.{member}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, member in re.findall(
            r"`(?:[a-z_]+\.)*([A-Z][A-Za-z]+)\.([a-z_A-Z]+)`", path.read_text(encoding="utf-8")
        )
        if name in members and member not in members[name]
    ]

    assert stale == []


def test_a_module_that_a_docstring_names_is_there() -> None:
    """`store.people.links` or `core.rules.decide` in a docstring leads somewhere."""
    stale = [
        f"{path.relative_to(PACKAGE)}: {dotted}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for dotted in re.findall(
            r"`(?:connector\.)?((?:core|engine|paycor|hosts|store|services|web|cli|jobs|words|sandbox)(?:\.\w+)+)`",
            path.read_text(encoding="utf-8"),
        )
        if not _leads_somewhere(dotted)
    ]

    assert stale == []


def _leads_somewhere(dotted: str) -> bool:
    """Whether a path of modules leads to a module, or to a name that the last module of it defines."""
    place, parts = PACKAGE, dotted.split(".")
    while parts and (place / parts[0]).is_dir():
        place, parts = place / parts[0], parts[1:]
    if parts and (place / f"{parts[0]}.py").is_file():
        place, parts = place / f"{parts[0]}.py", parts[1:]
    elif parts:
        place /= "__init__.py"
    return not parts or re.search(rf"\b{parts[0]}\b", place.read_text(encoding="utf-8")) is not None


HOW_IT_WORKS = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")


def test_how_it_works_names_modules_that_are_there() -> None:
    """The page that explains the house follows it when a room moves."""
    named = set(re.findall(r"`(?:connector/)?([\w/]+\.py)`", HOW_IT_WORKS))

    assert named
    assert {name for name in named if not (PACKAGE / name).is_file()} == set()


@pytest.mark.parametrize("module", sorted((PACKAGE / "engine").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_how_it_works_leaves_no_step_of_the_engine_out(module: Path) -> None:
    """The page names every step of a run."""
    assert f"engine/{module.name}" in HOW_IT_WORKS
