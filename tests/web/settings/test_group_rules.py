"""The page of group rules: typed, extended, saved, rejected."""

from typing import Any

import pytest

from connector.core.model.account import Group
from connector.core.model.settings import Condition, GroupRule, Operator
from connector.hosts.memory import MemoryHost
from tests.web.conftest import Site

FORM: dict[str, Any] = {
    "group": ["1", "2"],
    "rule.0_attribute": ["work_state"],
    "rule.0_operator": ["equals"],
    "rule.0_values": ["OH\r\nKY"],
    "rule.1_attribute": ["job_title", ""],
    "rule.1_operator": ["contains", "equals"],
    "rule.1_values": ["Nurse", ""],
}
RULES = (
    GroupRule("1", (Condition("work_state", Operator.EQUALS, ("OH", "KY")),)),
    GroupRule("2", (Condition("job_title", Operator.CONTAINS, ("Nurse",)),)),
)


@pytest.fixture
def grouped(site: Site) -> Site:
    """A connected portal of an LMS with two groups."""
    site.connect()
    site.lms.memory_host = MemoryHost(groups=[Group("1", "Ohio"), Group("2", "Nurses")])
    return site


def saved(site: Site) -> tuple[GroupRule, ...]:
    """The saved rules."""
    return site.services.settings.policy("hq").group_rules


@pytest.mark.req("X24")
def test_rules_are_saved_as_they_were_typed(grouped: Site) -> None:
    """Empty conditions are dropped; the page shows the rules again, with the names of the groups."""
    grouped.post("/groups", **FORM)
    text = grouped.get("/groups")

    assert saved(grouped) == RULES
    assert '<option value="1" selected>Ohio</option>' in text
    assert "OH\nKY</textarea>" in text


@pytest.mark.req("X24")
@pytest.mark.parametrize(
    ("button", "selects", "attributes"),
    [
        pytest.param({"add_rule": "1"}, 3, 4, id="one rule more"),
        pytest.param({"remove_rule": "0"}, 1, 2, id="one rule less"),
        pytest.param({"add": "rule.0"}, 2, 4, id="one condition more"),
        pytest.param({"remove": "rule.1.0"}, 2, 2, id="one condition less"),
    ],
)
def test_adding_and_removing_saves_nothing(
    grouped: Site, button: dict[str, str], selects: int, attributes: int
) -> None:
    """Everything else stays as it was typed."""
    text = grouped.post("/groups", 200, **FORM, **button)

    assert (text.count('name="group"'), text.count('_attribute"')) == (selects, attributes)
    assert "Not saved yet" in text
    assert saved(grouped) == ()


@pytest.mark.req("X24")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"group": ["9", "2"]}, "does not exist, or was deleted", id="no such group"),
        pytest.param(
            {"rule.0_attribute": [""], "rule.0_values": [""]}, "at least one condition", id="no condition"
        ),
        pytest.param(
            {"rule.0_attribute": ["shoe_size"]}, "Choose a Paycor attribute", id="no such attribute"
        ),
        pytest.param({"rule.0_operator": ["before"]}, "Line 1 is not a date", id="not a date"),
    ],
)
def test_an_invalid_rule_is_not_saved(grouped: Site, changed: dict[str, Any], expected: str) -> None:
    """The error shows beside it, and what was typed stays."""
    text = grouped.post("/groups", 200, **{**FORM, **changed})

    assert "Nothing was saved." in text
    assert expected in text
    assert "Nurse</textarea>" in text
    assert saved(grouped) == ()


@pytest.mark.req("X24")
def test_an_lms_without_groups_says_so(site: Site) -> None:
    """There is nothing to choose."""
    site.connect()

    assert "no groups that can be filled from outside" in site.get("/groups")
