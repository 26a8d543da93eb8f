"""The limits on a plan, and the doubts about a feed, looked at before anything is applied (rules X4, X5).

In: what the operations of a plan add up to, what was done in the last seven days, and what the read showed; out:
why the plan is held, if it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.core.plan import FIELD
from connector.core.records import Kind, Mail, Operation
from connector.core.settings import Limit, Limits, Policy

#: For how long what was done counts with what is planned.
WEEK_DAYS = 7
#: A read that lacks no more records than this is not doubted: in a small company each is many per cent.
FEW = 5


class Measure(StrEnum):
    """What is counted of a plan; by these names `Limits` has its limits."""

    LEAVERS = "leavers"
    BLANKED = "blanked"
    EMAILS = "emails"
    CREATED = "created"
    MAILS = "mails"


#: What a measure counts, as the end of a sentence that begins with a number.
WORDS: Mapping[Measure, str] = {
    Measure.LEAVERS: "people would lose access",
    Measure.BLANKED: "values would be emptied",
    Measure.EMAILS: "email addresses would change",
    Measure.CREATED: "accounts would be made",
    Measure.MAILS: "people would be mailed",
}
#: What the first sync of a portal does in any number.
_FREE_AT_FIRST = (Measure.CREATED, Measure.MAILS)


def measures(operation: Operation) -> Counter[Measure]:
    """What one operation counts towards."""
    before, after = operation.before, operation.after
    blanked = (
        name
        for name in after
        if name.startswith(FIELD) and after[name] is None and before.get(name) is not None
    )
    counts = {
        Measure.LEAVERS: operation.kind is Kind.SUSPEND,
        Measure.BLANKED: sum(1 for _ in blanked),
        Measure.EMAILS: "email" in after and bool(before.get("email")),
        Measure.CREATED: operation.kind is Kind.CREATE,
        Measure.MAILS: operation.mail is not Mail.NONE,
    }
    return Counter({measure: int(count) for measure, count in counts.items() if count})


def tally(operations: Iterable[Operation]) -> Counter[Measure]:
    """What operations add up to."""
    total: Counter[Measure] = Counter()
    for one in operations:
        total.update(measures(one))
    return total


@dataclass(frozen=True, slots=True)
class Over:
    """One limit that a plan goes over. `weekly`: together with what the last seven days did."""

    measure: Measure
    count: int
    limit: int
    weekly: bool = False

    @property
    def message(self) -> str:
        """The number and the limit."""
        span = f" within {WEEK_DAYS} days" if self.weekly else ""
        return f"{self.count:,} {WORDS[self.measure]}{span}, and the limit is {self.limit:,}."


@dataclass(frozen=True, slots=True)
class Doubt:
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
class Held:
    """Why a plan is held: the limits that it goes over, and the doubt about the feed."""

    over: tuple[Over, ...] = ()
    doubt: Doubt | None = None

    @property
    def message(self) -> str:
        """What to tell the admin."""
        reasons = [one.message for one in self.over]
        if self.doubt:
            reasons.insert(0, self.doubt.message)
        return " ".join([*reasons, "Nothing has been changed. Look at the list, then release or discard it."])

    def lets_through(self, operation: Operation) -> bool:
        """Whether a row belongs to the safe part: it counts towards no limit that the plan goes over.

        Of a plan made from a doubted feed no row does.
        """
        return self.doubt is None and not measures(operation).keys() & {one.measure for one in self.over}


def doubt(read: int, last: int | None, missing: int, policy: Policy) -> Doubt | None:
    """Whether a complete read is to be doubted; `last` is the size of the one before, None when there was none."""
    expected = last or 0
    short = expected - read > FEW and read * 100 < expected * policy.feed_pct
    return Doubt(read, expected, missing) if missing or short else None


def held(
    planned: Mapping[Measure, int],
    week: Mapping[Measure, int],
    linked: int,
    limits: Limits,
    *,
    first: bool = False,
) -> Held | None:
    """Whether a plan has to wait for an admin.

    `week` is what the last seven days did, `linked` how many learners are linked and let in.
    """
    asked = [
        measure for measure in Measure if planned.get(measure) and not (first and measure in _FREE_AT_FIRST)
    ]
    over = [_over(measure, planned[measure], week.get(measure, 0), linked, limits) for measure in asked]
    found = tuple(one for one in over if one)
    return Held(found) if found else None


def _over(measure: Measure, count: int, done: int, linked: int, limits: Limits) -> Over | None:
    limit: Limit = getattr(limits, measure.value)
    allowed = max(limit.people, linked * limit.pct // 100)
    if count > allowed:
        return Over(measure, count, allowed)
    in_week = Over(measure, count + done, allowed * limits.week_times, weekly=True)
    return in_week if in_week.count > in_week.limit else None


def doubted(found: Held | None, why: Doubt | None) -> Held | None:
    """The same verdict, with a doubt about the feed if there is one."""
    return replace(found or Held(), doubt=why) if why else found
