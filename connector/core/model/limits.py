"""The limits on a plan as values: what they count, which limit a plan breaks, and why a plan is held."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.core.model.account import Mail
from connector.core.model.operation import FIELD, Operation, OperationKind

#: How many days back the weekly limits count.
WEEK_DAYS = 7


class Metric(StrEnum):
    """What is counted in a plan; `Limits` has a limit of the same name for each."""

    LEAVERS = "leavers"
    BLANKED = "blanked"
    EMAILS = "emails"
    CREATED = "created"
    MAILS = "mails"

    @property
    def is_growth(self) -> bool:
        """Whether it counts what is added; a limit on it holds the excess, every other one the whole plan (D20)."""
        return self in (Metric.CREATED, Metric.MAILS)


def metrics_of(operation: Operation) -> Counter[Metric]:
    """What one operation counts towards."""
    before, after = operation.before, operation.after
    blanked = (
        name
        for name in after
        if name.startswith(FIELD) and after[name] is None and before.get(name) is not None
    )
    counts = {
        Metric.LEAVERS: operation.kind is OperationKind.SUSPEND,
        Metric.BLANKED: sum(1 for _ in blanked),
        Metric.EMAILS: "email" in after and bool(before.get("email")),
        Metric.CREATED: operation.kind is OperationKind.CREATE,
        Metric.MAILS: operation.mail is not Mail.NONE,
    }
    return Counter({metric: int(count) for metric, count in counts.items() if count})


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that a plan breaks. `weekly`: together with what the last seven days have `done`, in `count` too."""

    metric: Metric
    count: int
    limit: int
    weekly: bool = False
    done: int = 0

    @property
    def room(self) -> int:
        """How much of the plan is within the limit."""
        return max(self.limit - self.done, 0)


@dataclass(frozen=True, slots=True)
class FeedWarning:
    """Why a read that reached its end may still be incomplete: too few records, or missing canaries."""

    read: int
    expected: int
    missing: int = 0


@dataclass(frozen=True, slots=True)
class PlanHold:
    """Why a plan is held: the limits that it breaks, and the warning about the feed."""

    breaches: tuple[Breach, ...] = ()
    feed_warning: FeedWarning | None = None

    @property
    def holds_all(self) -> bool:
        """Whether nothing of the plan is carried out. Otherwise only what is over the limits of growth waits (D20)."""
        return self.feed_warning is not None or not all(one.metric.is_growth for one in self.breaches)

    @property
    def rooms(self) -> Mapping[Metric, int]:
        """How much of the plan is within each limit that it breaks."""
        return {one.metric: one.room for one in self.breaches}

    def lets_through(self, operation: Operation) -> bool:
        """Whether a row belongs to the safe part: it counts towards no limit that the plan breaks.

        A plan with a feed warning has no safe part.
        """
        return self.feed_warning is None and not metrics_of(operation).keys() & {
            one.metric for one in self.breaches
        }
