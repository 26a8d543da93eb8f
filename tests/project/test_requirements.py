"""The table of promises and its tests: what `make requirements` reports as a fault, and what not."""

import pytest

from tests.project import requirements
from tests.project.requirements import Row

BUILT = Row("A1", "C", "Something.", "0.1")
PLANNED = Row("X1", "C", "Something else.", "planned")


def test_every_row_of_the_document_is_read() -> None:
    """A row that the pattern misses would be a promise without a check."""
    lines = requirements.DOCUMENT.read_text(encoding="utf-8").splitlines()
    written = [line.split()[1] for line in lines if line.startswith("| ") and not line.startswith("| id ")]

    assert [row.id for row in requirements.rows()] == written
    assert len(set(written)) == len(written) == 122


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        pytest.param({"A1": ["test_a"]}, [], id="a built row with a test"),
        pytest.param({}, ["A1 is built and has no test."], id="a built row without a test"),
        pytest.param({"A1": ["test_a"], "X1": ["test_b"]}, [], id="a planned row that has a test already"),
        pytest.param(
            {"A1": ["test_a"], "A99": ["test_b"]},
            ["test_b names A99, which docs/requirements.md does not have."],
            id="a row that does not exist",
        ),
    ],
)
def test_a_fault_is_a_promise_without_a_test_or_a_test_without_a_promise(
    tests: dict[str, list[str]], expected: list[str]
) -> None:
    """A planned row needs no test."""
    assert requirements.faults([BUILT, PLANNED], tests) == expected


def test_the_table_has_each_row_with_its_tests_below_it() -> None:
    """A reader sees the tests of a promise right under it."""
    lines = requirements.table([BUILT, PLANNED], {"A1": ["tests/test_a.py::test_a"]}).splitlines()

    assert [line.split()[0] for line in lines] == ["A1", "tests/test_a.py::test_a", "X1"]
