"""Every numbered behaviour of the fact sheet's list has tests that name it."""

import ast
from collections import Counter
from pathlib import Path
from re import match

import pytest

pytestmark = pytest.mark.req("X23")

#: The last number of the list of what a faithful simulator must do.
LAST = 20


def test_every_behaviour_is_named_by_a_test() -> None:
    """`test_13_...` carries behaviour 13; no number is without one, and none is beyond the list."""
    count: Counter[int] = Counter()
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (found := match(r"test_(\d+)_", node.name)):
                count[int(found[1])] += 1

    assert sorted(count) == list(range(1, LAST + 1))
