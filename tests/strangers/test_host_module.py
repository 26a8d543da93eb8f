"""`connector.host` is all that a class of an LMS needs; what is behind it may move."""

import ast
import re
from collections.abc import Iterator

from connector import host
from tests.project.distribution import ROOT

#: What an example may import: `consent` knows Paycor's addresses, which are not part of a class.
PUBLIC = {"connector", "connector.host", "connector.paycor.environments"}


def imported() -> Iterator[tuple[str, str, str]]:
    """Each name that an example imports from the connector: file, module, name."""
    for path in sorted((ROOT / "examples").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "connector":
                for alias in node.names:
                    yield path.name, str(node.module), alias.name


def test_the_examples_import_only_what_is_public() -> None:
    """They are copied into LMSs, where every other import could break with a release."""
    names = list(imported())

    assert [name for name in names if name[1] not in PUBLIC] == []
    assert {name for _, module, name in names if module == "connector.host"} <= set(host.__all__)
    assert len(names) > 20


def test_the_documents_import_only_what_is_public() -> None:
    """For the same reason."""
    for path in (ROOT / "docs").rglob("*.md"):
        lines = re.findall(
            r"^ +(?:from|import) connector\.core.*$", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert lines == [], path.name


def test_every_public_name_is_there() -> None:
    """The list is written by hand."""
    assert [name for name in host.__all__ if not hasattr(host, name)] == []
    assert host.__all__ == sorted(host.__all__)
