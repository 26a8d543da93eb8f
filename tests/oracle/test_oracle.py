"""A few days of a company: each ends as a model says that knows the requirements and not the connector."""

import ast
from pathlib import Path

import pytest

from tests.oracle.model.choices import PORTALS, Choices
from tests.oracle.simulation import run_oracle

MODEL = Path(__file__).parent / "model"
#: Enough for every story of an event to end; `make oracle` watches thirty.
DAYS = 8


@pytest.mark.req(
    "A2", "A9", "A11", "A17", "A22", "D1", "D2", "D3", "D9", "D10", "D20", "D23", "D24", "D26", "D27", "D29"
)
def test_every_day_on_sqlite_ends_as_the_model_says(tmp_path: Path) -> None:
    """Welcome mails at once, access kept on leave."""
    _check_days(tmp_path, f"sqlite:///{tmp_path / 'lms.sqlite'}", PORTALS[0], seed=1)


@pytest.mark.req("A37", "A38", "D5", "D28", "X13")
def test_every_day_on_postgresql_ends_as_the_model_says(tmp_path: Path, postgres_url: str) -> None:
    """Invitations on the hire date, access suspended on leave and outside."""
    _check_days(tmp_path, postgres_url, PORTALS[1], seed=2)


def _check_days(folder: Path, url: str, choices: Choices, seed: int) -> None:
    result = run_oracle(folder, url, choices=choices, seed=seed, days=DAYS)

    assert result.problems == []
    assert result.days == DAYS
    assert result.events.total() > DAYS


def test_a_day_that_differs_is_told(tmp_path: Path) -> None:
    """Another setting in the model than in the portal: the first day names people, values and rules."""
    result = run_oracle(
        tmp_path,
        f"sqlite:///{tmp_path / 'lms.sqlite'}",
        choices=PORTALS[0],
        model_choices=PORTALS[1],
        seed=1,
        days=2,
        kinds=(),
    )

    assert result.days == 1
    assert any("state: the model says pending, the LMS has active;" in one for one in result.problems)
    assert any("welcome mails: the model says 0, the LMS sent 1" in one for one in result.problems)


def test_the_model_knows_nothing_of_the_connector() -> None:
    """It imports itself and the sandbox's company, so no fault of a rule can be in both."""
    imported = {
        name
        for path in MODEL.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imports(node)
    }
    own = ("tests.oracle.model", "connector.sandbox.company")

    assert any(name.startswith("connector") for name in imported)
    assert {
        name for name in imported if name.startswith(("connector", "tests")) and not name.startswith(own)
    } == set()


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or "."]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
