"""The limits on a plan, and the check of a feed, before anything is applied (rules X4, X5).

In: the totals of a plan, what the last seven days did, and what the read showed; out: why the plan is held, or None.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from connector.core.model.limits import Breach, FeedWarning, Metric, PlanHold, metrics_of
from connector.core.model.operation import Operation
from connector.core.model.settings import Limit, Limits, Policy

#: A read that lacks no more records than this gets no warning: in a small company each is many percent.
SMALL_GAP = 5


def tally(operations: Iterable[Operation]) -> Counter[Metric]:
    """The totals of these operations by metric."""
    total: Counter[Metric] = Counter()
    for one in operations:
        total.update(metrics_of(one))
    return total


def check_feed(read: int, last: int | None, missing: int, policy: Policy) -> FeedWarning | None:
    """The warning about a complete read, None if it looks complete.

    `last` is the size of the complete read before it, None if there was none; `missing` counts missing canaries.
    """
    expected = last or 0
    is_short = expected - read > SMALL_GAP and read * 100 < expected * policy.feed_pct
    return FeedWarning(read, expected, missing) if missing or is_short else None


def check_limits(
    planned: Mapping[Metric, int],
    week: Mapping[Metric, int],
    linked: int,
    limits: Limits,
    *,
    first: bool = False,
) -> PlanHold | None:
    """Why a plan has to wait for an admin, None if it is within the limits.

    `week` is what the last seven days did, `linked` how many learners are linked and have access. The `first` sync of a
    portal may grow without a limit.
    """
    limited = [metric for metric in Metric if planned.get(metric) and not (first and metric.is_growth)]
    checked = [_breach(metric, planned[metric], week.get(metric, 0), linked, limits) for metric in limited]
    breaches = tuple(breach for breach in checked if breach)
    return PlanHold(breaches) if breaches else None


def _breach(metric: Metric, count: int, done: int, linked: int, limits: Limits) -> Breach | None:
    """The limit that the plan breaks; of that of a run and that of a week, the one that leaves less room."""
    limit: Limit = getattr(limits, metric.value)
    allowed = max(limit.people, linked * limit.pct // 100)
    in_run = Breach(metric, count, allowed)
    in_week = Breach(metric, count + done, allowed * limits.week_times, weekly=True, done=done)
    broken = [one for one in (in_run, in_week) if one.count > one.limit]
    return min(broken, key=lambda one: one.room, default=None)


def with_feed_warning(hold: PlanHold | None, warning: FeedWarning | None) -> PlanHold | None:
    """The same hold with the warning about the feed, if there is one."""
    return replace(hold or PlanHold(), feed_warning=warning) if warning else hold
