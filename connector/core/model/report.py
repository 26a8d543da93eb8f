"""The counts of a run: every record that was read is counted once, under exactly one kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.model.findings import FINDINGS


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of one run.

    `read` = created + linked + updated + suspended + reactivated + unchanged + skipped + held. A preview counts what
    would happen, `mails` included. `held` are over a limit and wait while the others were carried out. `skipped_by` and
    `findings_by` count by code; `findings` counts those that need an action.
    `completions` are the certifications that were added in Paycor. `moved` counts rows of an approved plan that no
    longer fit. An undo counts what it did under the same kinds; `left` are the rows that it left alone, `mailed` the
    mails that had gone out and cannot be taken back.
    """

    read: int = 0
    created: int = 0
    linked: int = 0
    updated: int = 0
    suspended: int = 0
    reactivated: int = 0
    unlinked: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0
    findings: int = 0
    mails: int = 0
    paycor_calls: int = 0
    seconds: float = 0.0
    completions: int = 0
    moved: int = 0
    left: int = 0
    mailed: int = 0
    skipped_by: Mapping[str, int] = field(default_factory=dict)
    findings_by: Mapping[str, int] = field(default_factory=dict)


#: The count in a report by kind of operation.
COUNTED_AS = {
    "create": "created",
    "link": "linked",
    "update": "updated",
    "suspend": "suspended",
    "reactivate": "reactivated",
    "unlink": "unlinked",
}


def count_actionable(counts: Mapping[str, int]) -> int:
    """How many of these findings, counted by code, need an action."""
    return sum(count for code, count in counts.items() if FINDINGS[code].needs_action)
