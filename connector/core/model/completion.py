"""Finished courses on their way to Paycor."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Completion:
    """A course that a learner has finished. `key` names this very completion for good, within the portal.

    `course` becomes the certification's name at Paycor, `note` its notes; both are read by HR there.
    """

    account_id: str
    key: str
    course: str
    completed_on: date
    expires_on: date | None = None
    note: str = ""


class CompletionState(StrEnum):
    """How far a completion has come on its way to becoming a certification at Paycor."""

    PLANNED = "planned"
    #: Begun by a run; Paycor has not answered yet.
    INTENDED = "intended"
    SENT = "sent"
    #: Paycor had it before anything was sent.
    ALREADY_THERE = "already_there"
    REJECTED = "rejected"
    #: Whether Paycor has it is not known: an admin decides.
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether a run has yet to look at it."""
        return self in (CompletionState.PLANNED, CompletionState.INTENDED, CompletionState.UNKNOWN)
