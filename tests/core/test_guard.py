import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.guard import Held, held
from connector.core.settings import Policy

COUNTS = st.integers(0, 3000)


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("leavers", "linked", "expected"),
    [
        pytest.param(0, 0, None, id="nobody of nobody"),
        pytest.param(5, 5, None, id="five of five: a small company may close"),
        pytest.param(6, 6, Held(6, 5), id="six of six"),
        pytest.param(5, 100, None, id="five per cent, five people"),
        pytest.param(6, 100, Held(6, 5), id="six per cent"),
        pytest.param(6, 119, Held(6, 5), id="five per cent and a bit, rounded down"),
        pytest.param(6, 120, None, id="five per cent, six people"),
        pytest.param(50, 1000, None, id="fifty of a thousand"),
        pytest.param(51, 1000, Held(51, 50), id="fifty-one of a thousand"),
    ],
)
def test_a_plan_over_the_limit_is_held(leavers: int, linked: int, expected: Held | None) -> None:
    """The limit is the larger of five people and five per cent of the linked learners."""
    assert held(leavers, linked, Policy()) == expected


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(Policy(leaver_limit=0, leaver_limit_pct=0), Held(1, 0), id="nobody may leave"),
        pytest.param(Policy(leaver_limit=1, leaver_limit_pct=0), None, id="one may"),
        pytest.param(Policy(leaver_limit=0, leaver_limit_pct=100), None, id="all may"),
    ],
)
def test_both_limits_are_settings(policy: Policy, expected: Held | None) -> None:
    """One leaver of two learners."""
    assert held(1, 2, policy) == expected


@pytest.mark.req("D10")
@given(COUNTS, COUNTS, st.integers(0, 50), st.integers(0, 100), COUNTS)
def test_the_guard_is_monotone(leavers: int, linked: int, limit: int, pct: int, more: int) -> None:
    """What is held stays held with more leavers; what passes passes with more learners or with higher limits."""
    policy = Policy(leaver_limit=limit, leaver_limit_pct=pct)
    higher = Policy(leaver_limit=limit + more, leaver_limit_pct=pct)

    if held(leavers, linked, policy):
        assert held(leavers + more, linked, policy)
    else:
        assert not held(leavers, linked + more, policy)
        assert not held(leavers, linked, higher)


@pytest.mark.req("D10")
def test_a_held_plan_says_how_many_and_what_to_do() -> None:
    """The number, the limit, that nothing happened, and the next step."""
    message = Held(51, 50).message

    assert "51" in message
    assert "50" in message
    assert "Nothing has been changed" in message
    assert "release" in message
