"""Finished courses that are sent to Paycor."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Completion:
    """A course that a learner has finished. `key` identifies this completion within the portal and never changes.

    `course` becomes the certification's name in Paycor, `note` its notes; HR reads both there.
    """

    account_id: str
    key: str
    course: str
    completed_on: date
    expires_on: date | None = None
    note: str = ""


class CompletionState(StrEnum):
    """How far a completion is on its way to becoming a certification in Paycor."""

    PLANNED = "planned"
    #: A run has started to send it; Paycor has not answered yet.
    INTENDED = "intended"
    SENT = "sent"
    #: Paycor already had it, so nothing was sent.
    ALREADY_THERE = "already_there"
    REJECTED = "rejected"
    #: It is not known whether Paycor has it: an admin decides.
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether a run still has to look at it."""
        return self in (CompletionState.PLANNED, CompletionState.INTENDED, CompletionState.UNKNOWN)
