"""The limits on a plan as values: what is counted, what is over, and why a plan is held."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.core.model.account import Mail
from connector.core.model.operation import FIELD, Operation, OperationKind

#: For how long what was done counts with what is planned.
WEEK_DAYS = 7


class Metric(StrEnum):
    """What is counted of a plan; by these names `Limits` has its limits."""

    LEAVERS = "leavers"
    BLANKED = "blanked"
    EMAILS = "emails"
    CREATED = "created"
    MAILS = "mails"


#: What a metric counts, as the end of a sentence that begins with a number.
METRIC_WORDS: Mapping[Metric, str] = {
    Metric.LEAVERS: "people would lose access",
    Metric.BLANKED: "values would be emptied",
    Metric.EMAILS: "email addresses would change",
    Metric.CREATED: "accounts would be made",
    Metric.MAILS: "people would be mailed",
}


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
    """One limit that a plan goes over. `weekly`: together with what the last seven days did."""

    metric: Metric
    count: int
    limit: int
    weekly: bool = False

    @property
    def message(self) -> str:
        """The number and the limit."""
        span = f" within {WEEK_DAYS} days" if self.weekly else ""
        return f"{self.count:,} {METRIC_WORDS[self.metric]}{span}, and the limit is {self.limit:,}."


@dataclass(frozen=True, slots=True)
class FeedWarning:
    """Why a read that ran off the end may still not be everybody: too few records, or canaries that are missing."""

    read: int
    expected: int
    missing: int = 0

    @property
    def message(self) -> str:
        """What is odd about the feed."""
        if self.missing:
            return f"{self.missing} of the people who must be in Paycor's list were not in it."
        return f"Paycor's list has {self.read:,} records, and the last complete one had {self.expected:,}."


@dataclass(frozen=True, slots=True)
class PlanHold:
    """Why a plan is held: the limits that it goes over, and the warning about the feed."""

    breaches: tuple[Breach, ...] = ()
    feed_warning: FeedWarning | None = None

    @property
    def message(self) -> str:
        """What to tell the admin."""
        reasons = [one.message for one in self.breaches]
        if self.feed_warning:
            reasons.insert(0, self.feed_warning.message)
        return " ".join([*reasons, "Nothing has been changed. Look at the list, then release or discard it."])

    def lets_through(self, operation: Operation) -> bool:
        """Whether a row belongs to the safe part: it counts towards no limit that the plan goes over.

        Of a plan made from a doubted feed no row does.
        """
        return self.feed_warning is None and not metrics_of(operation).keys() & {
            one.metric for one in self.breaches
        }
