"""The steps of a trace in plain words: a step in, what the person's page says of it out."""

from dataclasses import dataclass
from datetime import datetime

from connector.core.model.findings import FINDINGS
from connector.core.model.operation import FIELD
from connector.core.rules.why import TraceStep
from connector.web.frame import words

#: What each step is called; a finding is called by its own name.
STEPS = {
    "record": "Paycor's record",
    "problem": "What is wrong with the record",
    "status": "Employment status",
    "hire_date": "Hire date",
    "rehire_date": "Rehire date",
    "termination_date": "Termination date",
    "begins": "Counts as begun on",
    "ends": "Counts as ended on",
    "override": "Exception",
    "due": "What they are due",
    "account": "Account in the LMS",
    "field": "Field",
    "finding": "Besides",
    "decision": "What a sync does now",
}
#: What was seen, where a code says it.
VALUES = {
    ("record", "listed"): "In Paycor's list",
    ("record", "not listed"): "Not in Paycor's list",
    ("record", "onboarding"): "Being onboarded",
    ("due", "grant"): "Access",
    ("due", "retain"): "Access until they leave",
    ("due", "wait"): "Access later",
    ("due", "keep"): "To be left as they are",
    ("due", "end"): "No access",
    ("account", "none"): "None",
    ("account", "unmatched"): "None yet",
    ("account", "removed"): "Removed in the LMS",
    ("account", "disputed"): "Not clear whose",
    ("decision", "skipped"): "Nothing",
    ("decision", "unchanged"): "Nothing: all is as it should be",
    ("decision", "create"): "Makes an account",
    ("decision", "link"): "Links the account, and keeps it true from then on",
    ("decision", "update"): "Updates the account",
    ("decision", "suspend"): "Suspends the account",
    ("decision", "reactivate"): "Lets them in again",
}
#: Steps whose subject is a code that the value says already.
_SILENT = ("due", "status")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the page. `why` is the finding's name, empty where there is none; `advice` only for who can mend."""

    label: str
    value: str
    subject: str
    rule: str
    why: str
    since: datetime | None
    who: str
    advice: str


def step_line(step: TraceStep, labels: dict[str, str]) -> StepLine:
    """A step in plain words; `labels` are the LMS's names for its fields."""
    kind = FINDINGS.get(step.rule)
    value = VALUES.get((step.name, step.value)) or step.value[:1].upper() + step.value[1:]
    named = [_name(one, labels) for one in step.subject.split(", ")] if step.subject else []
    subject = "" if step.name in _SILENT else ", ".join(named)
    return StepLine(
        label=STEPS[step.name],
        value=f"{value} (nearest choice: {step.hint})" if step.hint else value,
        subject=subject,
        rule="" if kind else f"Rule {step.rule}",
        why=kind.label if kind else "",
        since=step.since,
        who=words.word("who", step.who) if kind else "",
        advice=step.advice,
    )


def _name(name: str, labels: dict[str, str]) -> str:
    """What a value is called: a field by its label, any other that an operation writes in plain words."""
    plain = name.removeprefix(FIELD)
    return labels.get(plain) or words.NAMES.get(plain, plain)
