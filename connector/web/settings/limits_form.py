"""The form of the Safety page: the limits of a plan and the proof of a feed, numbers in, parts of a `Policy` out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import wtforms
from wtforms.validators import InputRequired

from connector.core.model.limits import Metric
from connector.core.model.settings import Limit, Limits, Policy
from connector.web.frame.forms import TokenForm

_WANTED = "Give a whole number."


def number(label: str, description: str = "") -> wtforms.IntegerField:
    """A whole number that has to be given; its range is the service's to check."""
    return wtforms.IntegerField(label, description=description, validators=[InputRequired(_WANTED)])


class SafetyForm(TokenForm):
    """What a sync may do before somebody has to look at it (rules X4, X5, D10)."""

    leavers_people = number("Leavers, people")
    leavers_pct = number("Leavers, per cent")
    blanked_people = number("Emptied values, number")
    blanked_pct = number("Emptied values, per cent")
    emails_people = number("Changed emails, people")
    emails_pct = number("Changed emails, per cent")
    created_people = number("New accounts, people")
    created_pct = number("New accounts, per cent")
    mails_people = number("Mails, people")
    mails_pct = number("Mails, per cent")
    week_times = number(
        "In seven days, times the limit of one sync",
        "Many small steps come to the same as one large one. With 3, seven days may do three times as much.",
    )
    absent_reads = number(
        "Missing from Paycor's list, syncs in a row",
        "Somebody who is simply not in the list any more is treated as a leaver after this many complete syncs.",
    )
    feed_pct = number(
        "Share of the last read, per cent",
        "A list that is shorter than this is doubted: nobody counts as gone, and the sync is held.",
    )
    kept = wtforms.SelectMultipleField("Watched people", validate_choice=False)
    canaries = wtforms.TextAreaField(
        "Watch these people too",
        description="One a line: employee id, work email, or the employee number if it is mapped. 20 people at most.",
    )

    def policy(self, saved: Policy, canaries: tuple[str, ...]) -> Policy:
        """What was chosen, beside what is chosen elsewhere; only after the form was found valid."""
        limits = {
            measure.value: Limit(
                self._number(f"{measure.value}_people"), self._number(f"{measure.value}_pct")
            )
            for measure in Metric
        }
        return replace(
            saved,
            limits=Limits(**limits, week_times=self._number("week_times")),
            absent_reads=self._number("absent_reads"),
            feed_pct=self._number("feed_pct"),
            canaries=canaries,
        )

    def _number(self, name: str) -> int:
        return int(self[name].data)


def given(policy: Policy) -> Mapping[str, Any]:
    """The numbers of a policy by the names of the form's fields."""
    numbers: dict[str, Any] = {"week_times": policy.limits.week_times}
    for measure in Metric:
        limit: Limit = getattr(policy.limits, measure.value)
        numbers |= {f"{measure.value}_people": limit.people, f"{measure.value}_pct": limit.pct}
    return numbers | {"absent_reads": policy.absent_reads, "feed_pct": policy.feed_pct}
