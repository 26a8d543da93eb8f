"""docs/sandbox.md covers every switch, fault, option and call."""

from pathlib import Path

import pytest
from flask import Flask

from connector.sandbox.paycor.__main__ import main
from connector.sandbox.paycor.state.faults import KINDS
from connector.sandbox.paycor.state.switches import Switches

pytestmark = pytest.mark.req("X23")

TEXT = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_switch_kind_of_fault_and_option_is_documented() -> None:
    """A new one must be documented."""
    options = {option for parameter in main.params for option in parameter.opts}
    names = {*Switches.__struct_fields__, *KINDS, *options} - {"status-500"}

    assert sorted(name for name in names if name not in TEXT) == []


def test_every_call_is_documented(app: Flask) -> None:
    """By the last fixed word of its path, in any letter case."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if "_static" not in rule.rule}
    words = {
        [part for part in rule.split("/") if part and "<" not in part][-1:][0]
        for rule in rules
        if rule != "/"
    }
    pages = {"signin", "decide"}

    assert sorted(word for word in words - pages if word not in TEXT.lower()) == []
