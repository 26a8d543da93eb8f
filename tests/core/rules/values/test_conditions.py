"""Conditions on attributes: each operator, several values, and unknown attributes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.employee import Value
from connector.core.model.settings import Condition, Operator
from connector.core.rules.values.conditions import meets, meets_all, meets_any
from tests.settings_strategies import conditions
from tests.strategies import SCOPE_KEYS, TEXTS, attributes

EQUALS, NOT_EQUALS, CONTAINS, BEFORE, AFTER = Operator
Answer = bool | None


def answer(value: Value, operator: Operator, *expected: str) -> Answer:
    """Whether a condition on a job title of this text is met."""
    return meets({"job_title": value}, Condition("job_title", operator, expected))


@pytest.mark.req("X13", "X24")
@pytest.mark.parametrize(
    ("value", "operator", "texts", "expected"),
    [
        pytest.param("Nurse", EQUALS, ["Nurse"], True, id="equals"),
        pytest.param("Nurse", EQUALS, ["Cook", "Nurse"], True, id="equals one of two"),
        pytest.param("Nurse", EQUALS, ["nurse"], False, id="equals in another case"),
        pytest.param("Nurse", EQUALS, [], False, id="equals one of none"),
        pytest.param(None, EQUALS, [""], True, id="equals the empty text: empty"),
        pytest.param("Nurse", EQUALS, [""], False, id="equals the empty text: not empty"),
        pytest.param("Nurse", NOT_EQUALS, ["Cook"], True, id="is not"),
        pytest.param("Nurse", NOT_EQUALS, ["Cook", "Nurse"], False, id="is none of two"),
        pytest.param("Nurse", NOT_EQUALS, [], True, id="is none of none"),
        pytest.param(None, NOT_EQUALS, ["Nurse"], True, id="is not: empty"),
        pytest.param(None, NOT_EQUALS, [""], False, id="is not empty: empty"),
        pytest.param("Head Nurse", CONTAINS, ["Nurse"], True, id="contains"),
        pytest.param("Head Nurse", CONTAINS, ["nurse"], False, id="contains in another case"),
        pytest.param(None, CONTAINS, ["Nurse"], False, id="contains: empty"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-03"], True, id="the day before"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-02"], False, id="before the same day"),
        pytest.param("2026-03-02", BEFORE, ["2026-03-01", "2027-01-01"], True, id="before one of two"),
        pytest.param("2026-03-02", AFTER, ["2026-03-01"], True, id="the day after"),
        pytest.param("2026-03-02", AFTER, ["2026-03-02"], False, id="after the same day"),
        pytest.param("0999-12-31", BEFORE, ["2026-03-02"], True, id="before, a thousand years ago"),
        pytest.param("Nurse", BEFORE, ["Z"], False, id="a text is not before anything"),
        pytest.param("2026-03-02", AFTER, ["yesterday"], False, id="a day is not after a text"),
        pytest.param(None, BEFORE, ["2026-03-02"], False, id="before: empty"),
        pytest.param(None, AFTER, ["2026-03-02"], False, id="after: empty"),
    ],
)
def test_operators_compare(value: Value, operator: Operator, texts: list[str], expected: bool) -> None:
    """Texts exactly and case-sensitive, dates by day; a value known to be empty is the empty text."""
    assert answer(value, operator, *texts) is expected


@pytest.mark.req("X13")
@pytest.mark.parametrize("operator", Operator)
def test_unknown_attribute_gives_no_answer(operator: Operator) -> None:
    """For every operator."""
    assert meets({}, Condition("job_title", operator, ("Nurse", ""))) is None


@pytest.mark.req("X13", "X24")
@pytest.mark.parametrize(
    ("answers", "all_met", "any_met"),
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
def test_several_conditions(answers: str, all_met: Answer, any_met: Answer) -> None:
    """One no decides "all", one yes decides "any"; otherwise an unknown leaves it open."""
    values = {"y": "Yes", "n": "No"}
    several = [Condition(name, EQUALS, ("Yes",)) for name in answers]

    assert meets_all(values, several) is all_met
    assert meets_any(values, several) is any_met


@given(attributes(), st.lists(conditions(SCOPE_KEYS, TEXTS), max_size=3), attributes())
def test_more_known_attributes_change_no_answer(
    values: dict[str, Value], several: list[Condition], more: dict[str, Value]
) -> None:
    """A yes or no stays, whatever else becomes known."""
    later = {**more, **values}

    for combined in (meets_all, meets_any):
        before = combined(values, several)
        assert before is None or combined(later, several) is before
