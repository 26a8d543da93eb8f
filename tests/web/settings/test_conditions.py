"""Conditions between a form and their saved values."""

import pytest
from werkzeug.datastructures import MultiDict

from connector.core.model.settings import Condition, Operator
from connector.web.settings import conditions
from connector.web.settings.conditions import MAX_ROWS, TypedCondition

OHIO = TypedCondition("work_state", "equals", "OH\nKY")
NURSE = TypedCondition("job_title", "contains", "Nurse")
SAVED = (
    Condition("work_state", Operator.EQUALS, ("OH", "KY")),
    Condition("job_title", Operator.CONTAINS, ("Nurse",)),
)


def form(*typed: TypedCondition, name: str = "only", **buttons: str) -> MultiDict[str, str]:
    """A form with these conditions in the list `name`."""
    cells = [
        (f"{name}_{column}", getattr(one, column))
        for one in typed
        for column in ("attribute", "operator", "values")
    ]
    return MultiDict([*cells, *buttons.items()])


def test_saved_conditions_are_the_same_after_the_form() -> None:
    """From the database to the page and back."""
    shown = conditions.from_saved(SAVED)

    assert shown == [OHIO, NURSE]
    assert conditions.to_conditions(conditions.read_form(form(*shown), "only")) == SAVED


def test_a_form_keeps_its_lists_apart() -> None:
    """Each list has its own prefix."""
    sent = form(OHIO, name="never")

    assert conditions.read_form(sent, "never") == [OHIO]
    assert conditions.read_form(sent, "only") == []


def test_an_unknown_operator_becomes_the_default() -> None:
    """Only a forged form sends one."""
    [condition] = conditions.read_form(form(TypedCondition("job_title", "like", "Cook")), "only")

    assert condition.operator == "equals"


def test_a_flood_of_conditions_is_cut() -> None:
    """Above the limit of what can be saved, so that the error about it still shows."""
    assert len(conditions.read_form(form(*[OHIO] * (MAX_ROWS + 1)), "only")) == MAX_ROWS


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        pytest.param({"add": "only"}, [OHIO, NURSE, TypedCondition()], id="add"),
        pytest.param({"add": "never"}, [OHIO, NURSE], id="add to another list"),
        pytest.param({"remove": "only.0"}, [NURSE], id="remove the first"),
        pytest.param({"remove": "never.0"}, [OHIO, NURSE], id="remove from another list"),
    ],
)
def test_a_button_adds_or_removes_one_condition(
    button: dict[str, str], expected: list[TypedCondition]
) -> None:
    """Only in the list that the button names."""
    assert conditions.after_button(form(OHIO, NURSE, **button), "only") == expected


def test_errors_go_to_the_condition_with_their_index() -> None:
    """Errors of another list are left out."""
    errors: dict[str | int, str] = {"only.1": "Give at least one value.", "never.0": "Another list."}

    marked = conditions.with_errors([OHIO, NURSE], "only", errors)

    assert [one.error for one in marked] == ["", "Give at least one value."]


def test_empty_conditions_are_dropped() -> None:
    """One with an attribute or a value is kept, so that its error can show."""
    half = TypedCondition("job_title")

    assert conditions.without_empty([TypedCondition(), half, TypedCondition(values=" \n")]) == [half]
