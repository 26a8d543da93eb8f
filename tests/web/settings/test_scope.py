"""Who is included: conditions and named people, counted, saved, rejected."""

from typing import Any

import pytest

from connector.core.model.settings import Condition, Operator, Outside, Scope
from connector.services.settings import head_count
from tests.services.stored import add, employee
from tests.web.conftest import Site

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


def connect_with_people(site: Site) -> None:
    """A connected portal with three people in the mirror."""
    site.connect()
    add(site.database, *(employee(number, None) for number in (1, 2, 3)))


def saved(site: Site) -> Scope:
    """The saved scope."""
    return site.services.settings.policy("hq").scope


@pytest.mark.req("X13")
def test_a_scope_is_saved_as_it_was_typed(site: Site) -> None:
    """The page shows it again; named people stay only while they are ticked."""
    connect_with_people(site)

    site.post("/scope", **FORM)
    text = site.get("/scope")
    first = saved(site)
    site.post("/scope", people_out="e2", outside="leave_alone")

    assert first == SCOPE
    assert "NY\nCT</textarea>" in text
    assert "Ada L1" in text
    assert Scope(people_out=("e2",)) == saved(site)


@pytest.mark.req("X13")
def test_adding_and_removing_conditions_saves_nothing(site: Site) -> None:
    """The other conditions stay as they were typed."""
    connect_with_people(site)

    more = site.post("/scope", 200, **{**FORM, "add": "never"})
    fewer = site.post("/scope", 200, **{**FORM, "remove": "only.0"})

    assert more.count('name="never_attribute"') == 2
    assert fewer.count('name="only_attribute"') == 1
    assert "2020-01-31" in fewer
    assert Scope() == saved(site)


@pytest.mark.req("X13")
def test_people_are_counted_before_the_scope_is_saved(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown is counted apart from out; with too many people, the page refers to a preview."""
    connect_with_people(site)

    text = site.post("/scope", 200, **FORM, people_out="e2", count="1")
    monkeypatch.setattr(head_count, "MOST_COUNTED", 2)
    many = site.get("/scope")

    for word in ("<dt>In</dt><dd>1<", "<dt>Out</dt><dd>1<", "<dt>Not known yet</dt><dd>1<"):
        assert word in text
    assert "run a preview" in many
    assert Scope() == saved(site)


@pytest.mark.req("X13")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"never_attribute": ["shoe_size"]}, "Choose a Paycor attribute", id="no such attribute"),
        pytest.param({"never_values": [" "]}, "Give at least one value", id="no value"),
        pytest.param({"only_values": ["NY", "2020-02-30"]}, "Line 1 is not a date", id="not a day"),
        pytest.param({"outside": "elsewhere"}, "Not a valid choice", id="no such choice"),
        pytest.param({"people_out": "e1"}, "named on both sides", id="in and out"),
        pytest.param({"people_out": "e9"}, "Line 1: No employee", id="no such person"),
        pytest.param(
            {name: FORM[name] * 50 for name in ("never_attribute", "never_operator", "never_values")},
            "50 conditions at most",
            id="too many",
        ),
    ],
)
def test_an_invalid_scope_is_not_saved(site: Site, changed: dict[str, Any], expected: str) -> None:
    """The error shows beside its field, and what was typed stays."""
    connect_with_people(site)

    text = site.post("/scope", 200, **{**FORM, **changed})

    assert expected in text
    assert "Nothing was saved" in text
    assert text.count('name="only_attribute"') == 2
    assert Scope() == saved(site)
