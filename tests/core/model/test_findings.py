import ast
from pathlib import Path
from typing import get_args

import pytest

import connector
from connector.core.model import findings
from connector.core.model.findings import FINDINGS, FindingKind, Who

PACKAGE = Path(connector.__file__).parent


def texts(folder: Path) -> set[str]:
    """Every text that is written out in the modules of a folder, but for the catalogue of findings itself."""
    modules = [path for path in folder.rglob("*.py") if path != Path(findings.__file__)]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def codes(folder: Path) -> set[str]:
    """The code of every `Finding("...")` that is written out in the modules of a folder."""
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
    """Nobody reads a bare code: each has a name and advice."""
    made = codes(PACKAGE)

    assert "no_work_email" in made
    assert made - FINDINGS.keys() == set()


def test_every_finding_in_the_catalogue_is_made() -> None:
    """What cannot happen is not explained."""
    assert FINDINGS.keys() - texts(PACKAGE) == set()


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_says_what_it_is_and_what_to_do(code: str) -> None:
    """A short name without a full stop, whole sentences of advice, and whose move it is."""
    kind = FINDINGS[code]

    assert kind.code == code
    assert kind.label[0].isupper()
    assert not kind.label.endswith(".")
    assert kind.advice.endswith(".")
    assert kind.who in get_args(Who)


def test_no_two_findings_are_called_the_same() -> None:
    """Two lists on one page cannot have one heading."""
    assert len({kind.label for kind in FINDINGS.values()}) == len(FINDINGS)


@pytest.mark.parametrize("who", get_args(Who))
def test_somebody_has_to_act_or_nobody(who: Who) -> None:
    """The to-do list leaves out what needs nobody."""
    assert FindingKind("code", "Label", "Advice.", who).needs_action is (who != "nobody")


@pytest.mark.req("B9", "B10", "D4")
@pytest.mark.parametrize("code", ["no_work_email", "no_work_address", "ambiguous_status", "email_shared"])
def test_what_is_wrong_in_paycor_is_for_hr(code: str) -> None:
    """Whoever keeps Paycor is the one who can mend it."""
    assert FINDINGS[code].who == "hr"
