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
from connector.words.runs import why_held

COUNTS = st.integers(0, 3000)
SIZES = st.dictionaries(st.sampled_from(Metric), COUNTS)
LEAVERS = Metric.LEAVERS


def operation(
    kind: OperationKind,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
    mail: Mail = Mail.NONE,
) -> Operation:
    """An operation about one person."""
    return Operation(kind, "p1", "e1", "1", before or {}, after or {}, mail)


def same_limits(limit: Limit) -> Limits:
    """The same limit for every metric."""
    return Limits(limit, limit, limit, limit, limit)


LEAVER = operation(OperationKind.SUSPEND, {"state": "active"}, {"state": "suspended"})
HIRE = operation(OperationKind.CREATE, after={"email": "a@example.com"}, mail=Mail.WELCOME)
MOVE = operation(OperationKind.UPDATE, {"field:team": "A"}, {"field:team": "B"})


@pytest.mark.req("X4")
@pytest.mark.parametrize(
    ("leavers", "linked", "limit"),
    [
        pytest.param(0, 0, None, id="none of none"),
        pytest.param(5, 5, None, id="five of five: a small company may close"),
        pytest.param(6, 6, 5, id="six of six"),
        pytest.param(5, 100, None, id="five percent, five people"),
        pytest.param(6, 100, 5, id="six percent"),
        pytest.param(6, 119, 5, id="five percent and a bit, rounded down"),
        pytest.param(6, 120, None, id="five percent, six people"),
        pytest.param(50, 1000, None, id="fifty of a thousand"),
        pytest.param(51, 1000, 50, id="fifty-one of a thousand"),
    ],
)
def test_plan_over_the_limit_of_leavers_is_held(leavers: int, linked: int, limit: int | None) -> None:
    """The limit is five people, or five percent of the linked learners if that is more."""
    expected = None if limit is None else PlanHold((Breach(LEAVERS, leavers, limit),))

    assert check_limits({LEAVERS: leavers}, {}, linked, Limits()) == expected


@pytest.mark.req("X4")
@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_its_own_limit(metric: Metric) -> None:
    """One more than allowed holds the plan, and the hold says which limit it is."""
    limits = msgspec.convert({metric.value: {"people": 3, "pct": 0}}, Limits)

    assert {one.name for one in fields(Limits)} >= {one.value for one in Metric}
    assert check_limits({metric: 3}, {}, 1000, limits) is None
    assert check_limits({metric: 4}, {}, 1000, limits) == PlanHold((Breach(metric, 4, 3),))


@pytest.mark.req("X4")
def test_last_seven_days_count_in_the_weekly_limit() -> None:
    """A week allows three times the limit of a run."""
    limits = Limits(leavers=Limit(5, 0))

    assert check_limits({LEAVERS: 5}, {LEAVERS: 10}, 0, limits) is None
    assert check_limits({LEAVERS: 5}, {LEAVERS: 11}, 0, limits) == PlanHold(
        (Breach(LEAVERS, 16, 15, weekly=True, done=11),)
    )


@pytest.mark.req("X4")
def test_metric_that_is_not_in_the_plan_does_not_hold_it() -> None:
    """A weekly limit stops only plans that would add to it."""
    assert check_limits({Metric.CREATED: 1}, {LEAVERS: 99}, 0, Limits()) is None


@pytest.mark.req("X4", "D14")
def test_first_sync_may_create_and_mail_without_limit() -> None:
    """An admin started it after a preview; leavers still have a limit."""
    planned = {Metric.CREATED: 5000, Metric.MAILS: 5000, LEAVERS: 6}

    assert check_limits(planned, {}, 0, Limits(), first=True) == PlanHold((Breach(LEAVERS, 6, 5),))


@pytest.mark.req("X4")
@given(SIZES, SIZES, COUNTS, st.integers(0, 50), st.integers(0, 100), COUNTS)
def test_limits_are_monotone(
    planned: dict[Metric, int], week: dict[Metric, int], linked: int, people: int, pct: int, more: int
) -> None:
    """A held plan is held with more in it; a plan within the limits is so with more learners or higher limits."""
    limits, higher = same_limits(Limit(people, pct)), same_limits(Limit(people + more, pct))
    larger = {metric: count + more for metric, count in planned.items() if count}

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
        pytest.param(replace(HIRE, mail=Mail.NONE), {Metric.CREATED: 1}, id="hire without mail"),
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
            id="emptied, but already empty",
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
def test_metrics_of_an_operation(one: Operation, expected: dict[Metric, int]) -> None:
    """A plan counts as the sum of its operations."""
    assert metrics_of(one) == expected
    assert tally([one, one]) == {metric: 2 * count for metric, count in expected.items()}


@pytest.mark.req("X4")
def test_safe_part_of_a_held_plan() -> None:
    """Too many leavers hold only the leavers; a feed warning holds everything."""
    too_many = PlanHold((Breach(LEAVERS, 6, 5),))

    assert [too_many.lets_through(one) for one in (LEAVER, HIRE, MOVE)] == [False, True, True]
    assert not replace(too_many, feed_warning=FeedWarning(1, 100)).lets_through(MOVE)


@pytest.mark.req("X5")
@pytest.mark.parametrize(
    ("read", "last", "missing", "expected"),
    [
        pytest.param(0, None, 0, None, id="the first read"),
        pytest.param(90, 100, 0, None, id="nine tenths"),
        pytest.param(89, 100, 0, FeedWarning(89, 100), id="less than nine tenths"),
        pytest.param(0, 100, 0, FeedWarning(0, 100), id="an empty list"),
        pytest.param(15, 20, 0, None, id="five fewer in a small company"),
        pytest.param(14, 20, 0, FeedWarning(14, 20), id="six fewer in a small company"),
        pytest.param(200, 100, 0, None, id="a company that was bought"),
        pytest.param(100, 100, 1, FeedWarning(100, 100, 1), id="a canary is missing"),
    ],
)
def test_smaller_feed_gets_a_warning(
    read: int, last: int | None, missing: int, expected: FeedWarning | None
) -> None:
    """Nine tenths of the last read are enough, and no canary may be missing."""
    assert check_feed(read, last, missing, Policy()) == expected


@pytest.mark.req("X5")
def test_feed_warning_holds_a_plan_within_the_limits() -> None:
    """Without a warning, only the limits hold a plan."""
    warning, too_many = FeedWarning(10, 100), PlanHold((Breach(LEAVERS, 6, 5),))

    assert with_feed_warning(None, warning) == PlanHold(feed_warning=warning)
    assert with_feed_warning(too_many, warning) == PlanHold(too_many.breaches, warning)
    assert (with_feed_warning(None, None), with_feed_warning(too_many, None)) == (None, too_many)


@pytest.mark.req("X4", "X5")
def test_hold_message_says_how_many_and_what_to_do() -> None:
    """It has the numbers, the limits, that nothing was changed, and the next step."""
    message = why_held(
        PlanHold(
            (Breach(LEAVERS, 51, 50), Breach(Metric.EMAILS, 16, 15, weekly=True)), FeedWarning(400, 1000)
        )
    )

    for words in ("51", "50", "16", "15", "7 days", "400", "1,000", "Nothing has been changed", "release"):
        assert words in message
