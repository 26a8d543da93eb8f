from typing import Any

import pytest

from connector.core.model.settings import Condition, Operator, Outside, Scope
from connector.services.settings import head_count
from tests.services.stored import add, employee
from tests.web.conftest import Desk

FORM: dict[str, Any] = {
    "only_attribute": ["work_state", "hire_date"],
    "only_operator": ["equals", "after"],
    "only_values": ["NY\r\n CT \r\n", "2020-01-31"],
    "never_attribute": ["job_title"],
    "never_operator": ["contains"],
    "never_values": ["Contractor"],
    "people_in": "e1",
    "outside": "suspend",
}
SCOPE = Scope(
    (
        Condition("work_state", Operator.EQUALS, ("NY", "CT")),
        Condition("hire_date", Operator.AFTER, ("2020-01-31",)),
    ),
    (Condition("job_title", Operator.CONTAINS, ("Contractor",)),),
    ("e1",),
    (),
    Outside.SUSPEND,
)


def furnish(desk: Desk) -> None:
    """A connected portal with three people, one of whom is named."""
    desk.connect()
    add(desk.database, *(employee(number, None) for number in (1, 2, 3)))


def kept(desk: Desk) -> Scope:
    """The scope as it is saved."""
    return desk.services.settings.policy("hq").scope


@pytest.mark.req("X13")
def test_a_scope_is_saved_as_it_was_typed(desk: Desk) -> None:
    """Values one a line; the page shows it again, and whoever is named stays while they are ticked."""
    furnish(desk)

    desk.post("/scope", **FORM)
    text = desk.get("/scope")
    first = kept(desk)
    desk.post("/scope", people_out="e2", outside="leave_alone")

    assert first == SCOPE
    assert "NY\nCT</textarea>" in text
    assert "Ada L1" in text
    assert Scope(people_out=("e2",)) == kept(desk)


@pytest.mark.req("X13")
def test_conditions_are_added_and_removed_without_saving(desk: Desk) -> None:
    """The others stay as they were typed."""
    furnish(desk)

    more = desk.post("/scope", 200, **{**FORM, "add": "never"})
    fewer = desk.post("/scope", 200, **{**FORM, "remove": "only.0"})

    assert more.count('name="never_attribute"') == 2
    assert fewer.count('name="only_attribute"') == 1
    assert "2020-01-31" in fewer
    assert Scope() == kept(desk)


@pytest.mark.req("X13")
def test_who_that_would_be_is_counted_before_it_is_saved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not known is told apart from who is out; too many are left to a preview."""
    furnish(desk)

    text = desk.post("/scope", 200, **FORM, people_out="e2", count="1")
    monkeypatch.setattr(head_count, "MOST_COUNTED", 2)
    many = desk.get("/scope")

    for word in ("<dt>In</dt><dd>1<", "<dt>Out</dt><dd>1<", "<dt>Not known yet</dt><dd>1<"):
        assert word in text
    assert "run a preview" in many
    assert Scope() == kept(desk)


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"never_attribute": ["shoe_size"]}, "Choose a Paycor attribute", id="no attribute"),
        pytest.param({"never_values": [" "]}, "Give at least one value", id="no value"),
        pytest.param({"only_values": ["NY", "2020-02-30"]}, "Line 1 is no date", id="no day"),
        pytest.param({"outside": "elsewhere"}, "Not a valid choice", id="a choice there is not"),
        pytest.param({"people_out": "e1"}, "named on both sides", id="in and out"),
        pytest.param({"people_out": "e9"}, "Line 1: Nobody", id="nobody"),
        pytest.param(
            {name: FORM[name] * 50 for name in ("never_attribute", "never_operator", "never_values")},
            "more than 50 conditions",
            id="too many",
        ),
    ],
)
def test_what_cannot_be_is_told(desk: Desk, changed: dict[str, Any], expected: str) -> None:
    """Nothing is saved, and what was typed is still there."""
    furnish(desk)

    text = desk.post("/scope", 200, **{**FORM, **changed})

    assert expected in text
    assert "Nothing was saved" in text
    assert text.count('name="only_attribute"') == 2
    assert Scope() == kept(desk)
