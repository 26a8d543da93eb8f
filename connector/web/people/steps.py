"""The steps of an explanation in plain words: a step in, its line on the person's page out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.core.model.operation import FIELD
from connector.core.rules.why import StepName, TraceStep
from connector.words.findings import FINDING_TEXTS, FIXED_BY
from connector.words.people import NAMES, STEP_VALUES, STEPS
from connector.words.refusals import hint_text

#: Steps whose value says already what their subject, a code, would say.
_WITHOUT_SUBJECT = (StepName.ENTITLEMENT, StepName.STATUS)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the page. Only a finding has `why`, its label, and `advice`, what to do about it."""

    label: str
    value: str
    subject: str
    rule: str
    why: str
    since: datetime | None
    who: str
    advice: str


def step_line(step: TraceStep, labels: Mapping[str, str]) -> StepLine:
    """A step in plain words; `labels` are the LMS's names for its fields, by key."""
    text = FINDING_TEXTS.get(step.rule)
    value = STEP_VALUES.get((step.name, step.value)) or step.value[:1].upper() + step.value[1:]
    names = [_name(one, labels) for one in step.subject.split(", ")] if step.subject else []
    return StepLine(
        label=STEPS[step.name],
        value=" – ".join(filter(None, (value, hint_text(step.rule, step.hint)))),
        subject="" if step.name in _WITHOUT_SUBJECT else ", ".join(names),
        rule="" if text else f"Rule {step.rule}",
        why=text.label if text else "",
        since=step.since,
        who=FIXED_BY[step.who] if text else "",
        advice=text.advice if text else "",
    )


def _name(name: str, labels: Mapping[str, str]) -> str:
    """The label of a field, or the plain name of another value that an operation writes."""
    key = name.removeprefix(FIELD)
    return labels.get(key) or NAMES.get(key, key)
