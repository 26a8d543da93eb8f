from collections.abc import Mapping
from dataclasses import fields, replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.account import Mail
from connector.core.model.employee import Value
from connector.core.model.limits import Breach, FeedWarning, Metric, PlanHold, metrics_of
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.settings import Limit, Limits, Policy
from connector.core.rules.limits import check_feed, check_limits, tally, with_feed_warning

COUNTS = st.integers(0, 3000)
SIZES = st.dictionaries(st.sampled_from(Metric), COUNTS)
LEAVERS = Metric.LEAVERS


def operation(
    kind: OperationKind,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
    mail: Mail = Mail.NONE,
) -> Operation:
    """An operation on anybody."""
    return Operation(kind, "p1", "e1", "1", before or {}, after or {}, mail)


def alike(limit: Limit) -> Limits:
    """Limits that are all the same."""
    return Limits(limit, limit, limit, limit, limit)


LEAVER = operation(OperationKind.SUSPEND, {"state": "active"}, {"state": "suspended"})
HIRE = operation(OperationKind.CREATE, after={"email": "a@example.com"}, mail=Mail.WELCOME)
MOVE = operation(OperationKind.UPDATE, {"field:team": "A"}, {"field:team": "B"})


@pytest.mark.req("X4")
@pytest.mark.parametrize(
    ("leavers", "linked", "limit"),
    [
        pytest.param(0, 0, None, id="nobody of nobody"),
        pytest.param(5, 5, None, id="five of five: a small company may close"),
        pytest.param(6, 6, 5, id="six of six"),
        pytest.param(5, 100, None, id="five per cent, five people"),
        pytest.param(6, 100, 5, id="six per cent"),
        pytest.param(6, 119, 5, id="five per cent and a bit, rounded down"),
        pytest.param(6, 120, None, id="five per cent, six people"),
        pytest.param(50, 1000, None, id="fifty of a thousand"),
        pytest.param(51, 1000, 50, id="fifty-one of a thousand"),
    ],
)
def test_a_plan_over_the_limit_of_leavers_is_held(leavers: int, linked: int, limit: int | None) -> None:
    """The limit is the larger of five people and five per cent of the linked learners."""
    expected = None if limit is None else PlanHold((Breach(LEAVERS, leavers, limit),))

    assert check_limits({LEAVERS: leavers}, {}, linked, Limits()) == expected


@pytest.mark.req("X4")
@pytest.mark.parametrize("measure", Metric)
def test_every_measure_has_a_limit_of_its_own(measure: Metric) -> None:
    """One more than allowed holds the plan, and says which limit it was."""
    limits = msgspec.convert({measure.value: {"people": 3, "pct": 0}}, Limits)

    assert {one.name for one in fields(Limits)} >= {one.value for one in Metric}
    assert check_limits({measure: 3}, {}, 1000, limits) is None
    assert check_limits({measure: 4}, {}, 1000, limits) == PlanHold((Breach(measure, 4, 3),))


@pytest.mark.req("X4")
def test_what_the_last_seven_days_did_counts_with_it() -> None:
    """Three times a run's limit in a week, though no single run was over it."""
    limits = Limits(leavers=Limit(5, 0))

    assert check_limits({LEAVERS: 5}, {LEAVERS: 10}, 0, limits) is None
    assert check_limits({LEAVERS: 5}, {LEAVERS: 11}, 0, limits) == PlanHold(
        (Breach(LEAVERS, 16, 15, weekly=True),)
    )


@pytest.mark.req("X4")
def test_what_a_plan_does_not_do_holds_nothing() -> None:
    """A week over its limit stops only what would add to it."""
    assert check_limits({Metric.CREATED: 1}, {LEAVERS: 99}, 0, Limits()) is None


@pytest.mark.req("X4", "D14")
def test_the_first_sync_may_make_and_mail_anybody() -> None:
    """An admin has started it after a preview; leavers are limited all the same."""
    planned = {Metric.CREATED: 5000, Metric.MAILS: 5000, LEAVERS: 6}

    assert check_limits(planned, {}, 0, Limits(), first=True) == PlanHold((Breach(LEAVERS, 6, 5),))


@pytest.mark.req("X4")
@given(SIZES, SIZES, COUNTS, st.integers(0, 50), st.integers(0, 100), COUNTS)
def test_the_guard_is_monotone(
    planned: dict[Metric, int], week: dict[Metric, int], linked: int, people: int, pct: int, more: int
) -> None:
    """What is held stays held with more of it; what passes passes with more learners or with higher limits."""
    limits, higher = alike(Limit(people, pct)), alike(Limit(people + more, pct))
    larger = {measure: count + more for measure, count in planned.items() if count}

    if check_limits(planned, week, linked, limits):
        assert check_limits(larger, week, linked, limits)
    else:
        assert not check_limits(planned, week, linked + more, limits)
        assert not check_limits(planned, week, linked, higher)


@pytest.mark.req("X4")
@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(LEAVER, {LEAVERS: 1}, id="leaver"),
        pytest.param(HIRE, {Metric.CREATED: 1, Metric.MAILS: 1}, id="hire with mail"),
        pytest.param(replace(HIRE, mail=Mail.NONE), {Metric.CREATED: 1}, id="silent hire"),
        pytest.param(MOVE, {}, id="move"),
        pytest.param(
            operation(
                OperationKind.UPDATE, {"field:a": "1", "field:b": "2"}, {"field:a": None, "field:b": None}
            ),
            {Metric.BLANKED: 2},
            id="two values emptied",
        ),
        pytest.param(
            operation(OperationKind.UPDATE, {"field:a": None}, {"field:a": None}),
            {},
            id="emptied, but it was empty",
        ),
        pytest.param(
            operation(OperationKind.UPDATE, {"email": "a@x.example"}, {"email": "b@x.example"}),
            {Metric.EMAILS: 1},
            id="another address",
        ),
        pytest.param(
            operation(OperationKind.LINK, {"email": ""}, {"email": "b@x.example"}), {}, id="a first address"
        ),
    ],
)
def test_an_operation_counts_as_what_it_does(one: Operation, expected: dict[Metric, int]) -> None:
    """And a plan as the sum of its operations."""
    assert metrics_of(one) == expected
    assert tally([one, one]) == {measure: 2 * count for measure, count in expected.items()}


@pytest.mark.req("X4")
def test_the_safe_part_is_what_no_limit_stands_against() -> None:
    """Too many leavers stop the leavers alone; a doubted feed stops everybody."""
    too_many = PlanHold((Breach(LEAVERS, 6, 5),))

    assert [too_many.lets_through(one) for one in (LEAVER, HIRE, MOVE)] == [False, True, True]
    assert not replace(too_many, feed_warning=FeedWarning(1, 100)).lets_through(MOVE)


@pytest.mark.req("X5")
@pytest.mark.parametrize(
    ("read", "last", "missing", "expected"),
    [
        pytest.param(0, None, 0, None, id="the first read"),
        pytest.param(90, 100, 0, None, id="nine tenths"),
        pytest.param(89, 100, 0, FeedWarning(89, 100), id="less"),
        pytest.param(0, 100, 0, FeedWarning(0, 100), id="an empty list"),
        pytest.param(15, 20, 0, None, id="five fewer in a small company"),
        pytest.param(14, 20, 0, FeedWarning(14, 20), id="six fewer in a small company"),
        pytest.param(200, 100, 0, None, id="a company that was bought"),
        pytest.param(100, 100, 1, FeedWarning(100, 100, 1), id="a canary is missing"),
    ],
)
def test_a_feed_that_has_shrunk_is_doubted(
    read: int, last: int | None, missing: int, expected: FeedWarning | None
) -> None:
    """Nine tenths of the last read are enough, and every canary is needed."""
    assert check_feed(read, last, missing, Policy()) == expected


@pytest.mark.req("X5")
def test_a_doubt_holds_a_plan_that_no_limit_does() -> None:
    """With no doubt the verdict is the guard's own."""
    why, too_many = FeedWarning(10, 100), PlanHold((Breach(LEAVERS, 6, 5),))

    assert with_feed_warning(None, why) == PlanHold(feed_warning=why)
    assert with_feed_warning(too_many, why) == PlanHold(too_many.breaches, why)
    assert (with_feed_warning(None, None), with_feed_warning(too_many, None)) == (None, too_many)


@pytest.mark.req("X4", "X5")
def test_a_held_plan_says_how_many_and_what_to_do() -> None:
    """The numbers, the limits, that nothing happened, and the next step."""
    message = PlanHold(
        (Breach(LEAVERS, 51, 50), Breach(Metric.EMAILS, 16, 15, weekly=True)), FeedWarning(400, 1000)
    ).message

    for words in ("51", "50", "16", "15", "7 days", "400", "1,000", "Nothing has been changed", "release"):
        assert words in message
