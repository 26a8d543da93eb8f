"""Conditions on what is known: each operator, several values, and what is not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.employee import Value
from connector.core.model.settings import Condition, Operator
from connector.core.rules.values.conditions import meets, meets_all, meets_any
from tests.rules import conditions
from tests.strategies import ASKED_KEYS, TEXTS, attributes

EQUALS, NOT_EQUALS, CONTAINS, BEFORE, AFTER = Operator
Answer = bool | None


def answer(value: Value, operator: Operator, *wanted: str) -> Answer:
    """What a condition on a job title of this text answers."""
    return meets({"job_title": value}, Condition("job_title", operator, wanted))


@pytest.mark.req("X13", "X24")
@pytest.mark.parametrize(
    ("value", "operator", "wanted", "expected"),
    [
        pytest.param("Nurse", EQUALS, ["Nurse"], True, id="equals"),
        pytest.param("Nurse", EQUALS, ["Cook", "Nurse"], True, id="equals one of two"),
        pytest.param("Nurse", EQUALS, ["nurse"], False, id="equals in other case"),
        pytest.param("Nurse", EQUALS, [], False, id="equals one of none"),
        pytest.param(None, EQUALS, [""], True, id="equals the empty text: empty"),
        pytest.param("Nurse", EQUALS, [""], False, id="equals the empty text: not empty"),
        pytest.param("Nurse", NOT_EQUALS, ["Cook"], True, id="is not"),
        pytest.param("Nurse", NOT_EQUALS, ["Cook", "Nurse"], False, id="is none of two"),
        pytest.param("Nurse", NOT_EQUALS, [], True, id="is none of none"),
        pytest.param(None, NOT_EQUALS, ["Nurse"], True, id="is not: empty"),
        pytest.param(None, NOT_EQUALS, [""], False, id="is not empty: empty"),
        pytest.param("Head Nurse", CONTAINS, ["Nurse"], True, id="contains"),
        pytest.param("Head Nurse", CONTAINS, ["nurse"], False, id="contains in other case"),
        pytest.param(None, CONTAINS, ["Nurse"], False, id="contains: empty"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-03"], True, id="the day before"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-02"], False, id="before the same day"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-01", "2027-01-01"], True, id="before one of two"),
        pytest.param("2026-03-02", AFTER, ["2026-03-01"], True, id="the day after"),
        pytest.param("2026-03-02", AFTER, ["2026-03-02"], False, id="after the same day"),
        pytest.param("0999-12-31", BEFORE, ["2026-03-02"], True, id="before, a thousand years ago"),
        pytest.param("Nurse", BEFORE, ["Z"], False, id="a text is before nothing"),
        pytest.param("2026-03-02", AFTER, ["yesterday"], False, id="a day is after no text"),
        pytest.param(None, BEFORE, ["2026-03-02"], False, id="before: empty"),
        pytest.param(None, AFTER, ["2026-03-02"], False, id="after: empty"),
    ],
)
def test_an_operator_compares(value: Value, operator: Operator, wanted: list[str], expected: bool) -> None:
    """Letter by letter, day by day; what is known to be empty is the empty text."""
    assert answer(value, operator, *wanted) is expected


@pytest.mark.req("X13")
@pytest.mark.parametrize("operator", Operator)
def test_what_is_not_known_is_neither_so_nor_not_so(operator: Operator) -> None:
    """No operator decides about an attribute that did not come."""
    assert meets({}, Condition("job_title", operator, ("Nurse", ""))) is None


@pytest.mark.req("X13", "X24")
@pytest.mark.parametrize(
    ("answers", "together", "one"),
    [
        pytest.param("", True, False, id="none"),
        pytest.param("y", True, True, id="yes"),
        pytest.param("n", False, False, id="no"),
        pytest.param("?", None, None, id="unknown"),
        pytest.param("yn", False, True, id="yes and no"),
        pytest.param("y?", None, True, id="yes and unknown"),
        pytest.param("n?", False, None, id="no and unknown"),
        pytest.param("y?n", False, True, id="all three"),
    ],
)
def test_several_conditions_are_settled_by_what_is_known(answers: str, together: Answer, one: Answer) -> None:
    """One no settles "all", one yes settles "any", and otherwise an unknown leaves it open."""
    known = {"y": "Yes", "n": "No"}
    asked = [Condition(name, EQUALS, ("Yes",)) for name in answers]

    assert meets_all(known, asked) is together
    assert meets_any(known, asked) is one


@given(attributes(), st.lists(conditions(ASKED_KEYS, TEXTS), max_size=3), attributes())
def test_learning_more_only_settles_what_was_open(
    known: dict[str, Value], asked: list[Condition], more: dict[str, Value]
) -> None:
    """An answer that was yes or no stays so, whatever else becomes known."""
    later = {**more, **known}

    for combined in (meets_all, meets_any):
        before = combined(known, asked)
        assert before is None or combined(later, asked) is before
