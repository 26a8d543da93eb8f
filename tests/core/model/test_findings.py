import ast
from pathlib import Path

import pytest

import connector
from connector.core.model import findings
from connector.core.model.findings import FINDINGS, FindingKind, FixedBy, codes_fixed_by
from connector.words import findings as texts_of_findings

PACKAGE = Path(connector.__file__).parent


def texts(folder: Path) -> set[str]:
    """Every string literal in the modules of a folder, except the catalogues of findings."""
    catalogues = {Path(findings.__file__), Path(texts_of_findings.__file__)}
    modules = [path for path in folder.rglob("*.py") if path not in catalogues]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def codes(folder: Path) -> set[str]:
    """The code of every literal `Finding("...")` in the modules of a folder."""
    calls = [
        node
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"
    ]
    named = [call.args[0] for call in calls if call.args]
    return {one.value for one in named if isinstance(one, ast.Constant) and isinstance(one.value, str)}


@pytest.mark.req("B7", "D2")
def test_every_finding_that_is_made_is_in_the_catalogue() -> None:
    """A code that is not in the catalogue would be shown without a text."""
    made = codes(PACKAGE)

    assert "no_work_email" in made
    assert made - FINDINGS.keys() == set()


def test_every_finding_in_the_catalogue_is_made() -> None:
    """The catalogue has no code that cannot occur."""
    assert FINDINGS.keys() - texts(PACKAGE) == set()


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_knows_its_code_and_who_can_fix_it(code: str) -> None:
    """The catalogue is keyed by the codes of its kinds."""
    assert FINDINGS[code].code == code
    assert FINDINGS[code].fixed_by in FixedBy


@pytest.mark.parametrize("fixed_by", FixedBy)
def test_only_a_finding_that_nobody_can_fix_needs_no_action(fixed_by: FixedBy) -> None:
    """The to-do list leaves out what only explains."""
    assert FindingKind("code", fixed_by).needs_action is (fixed_by is not FixedBy.NOBODY)
    assert {FINDINGS[code].fixed_by for code in codes_fixed_by(fixed_by)} == {fixed_by}


@pytest.mark.req("B9", "B10", "D4", "D23")
@pytest.mark.parametrize(
    "code", ["no_work_email", "bad_work_email", "no_work_address", "ambiguous_status", "email_shared"]
)
def test_what_is_wrong_in_paycor_is_for_hr(code: str) -> None:
    """HR keeps Paycor, so HR can fix it there."""
    assert FINDINGS[code].fixed_by is FixedBy.HR
