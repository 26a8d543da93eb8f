"""The limits on a plan as values: what they count, which limit a plan breaks, and why a plan is held."""

from collections import Counter
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
    """One limit that a plan breaks. `weekly`: together with what the last seven days did."""

    metric: Metric
    count: int
    limit: int
    weekly: bool = False


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

    def lets_through(self, operation: Operation) -> bool:
        """Whether a row belongs to the safe part: it counts towards no limit that the plan breaks.

        A plan with a feed warning has no safe part.
        """
        return self.feed_warning is None and not metrics_of(operation).keys() & {
            one.metric for one in self.breaches
        }
