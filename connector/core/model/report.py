"""What a run tells: every record that was read is counted once, in exactly one of the kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.model.findings import FINDINGS


@dataclass(frozen=True, slots=True)
class Report:
    """The counts of one run.

    `read` = created + linked + updated + suspended + reactivated + unchanged + skipped, as far as employees go. A
    preview counts what would happen, `mails` included. `skipped_by` and `findings_by` count by code; `findings` counts
    those that somebody has to act on. `completions` are the certifications that were added at Paycor. `moved` counts
    rows of an approved plan that were not due any more. An undo counts what it did by its kinds, in `left` the rows
    that something has changed since, and in `mailed` the mails that had gone out and cannot be taken back.
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


#: How the kinds of operations are called in a report.
COUNTED_AS = {
    "create": "created",
    "link": "linked",
    "update": "updated",
    "suspend": "suspended",
    "reactivate": "reactivated",
    "unlink": "unlinked",
}


def actionable(counts: Mapping[str, int]) -> int:
    """How many of the findings, counted by code, somebody has to act on."""
    return sum(count for code, count in counts.items() if FINDINGS[code].needs_action)
