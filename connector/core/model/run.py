"""What a run can be: its mode, trigger, status and phase, and how each row of its plan ended."""

from enum import StrEnum


class RunMode(StrEnum):
    """What a run is asked to do."""

    SYNC = "sync"
    PREVIEW = "preview"
    #: Carries out rows of a plan that an earlier run stored.
    APPLY = "apply"
    #: Takes back what an earlier run did.
    UNDO = "undo"
    #: Acts on stored dates that fall due, without reading Paycor.
    DUE_DATES = "due_dates"
    #: Reads the people whom events from Paycor named.
    EVENT_REFRESH = "event_refresh"
    ONE_PERSON = "one_person"
    #: Sends the mails that are still owed.
    MAIL = "mail"
    #: Sends finished courses to Paycor.
    COMPLETIONS = "completions"

    @property
    def reads_everybody(self) -> bool:
        """Whether the whole list at Paycor is read."""
        return self in (RunMode.SYNC, RunMode.PREVIEW)

    @property
    def is_undoable(self) -> bool:
        """Whether it changes accounts, and an undo can take that back."""
        return self in _UNDOABLE

    @property
    def runs_while_paused(self) -> bool:
        """Whether it may be asked for while the connection is paused."""
        return self in (RunMode.PREVIEW, RunMode.UNDO)


_UNDOABLE = (RunMode.SYNC, RunMode.APPLY, RunMode.DUE_DATES, RunMode.EVENT_REFRESH, RunMode.ONE_PERSON)


class RunTrigger(StrEnum):
    """Who asked for a run: an admin, an operator, the clock, or an event from Paycor."""

    MANUAL = "manual"
    OPERATOR = "operator"
    #: An admin released a plan that was held or previewed.
    RELEASE = "release"
    DAILY = "daily"
    HOURLY = "hourly"
    EVENT = "event"


class RunStatus(StrEnum):
    """How a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    #: Its plan waits for an admin.
    HELD = "held"
    #: Every row of its held plan has been given to a run that applies it.
    RELEASED = "released"
    FAILED = "failed"
    #: It was killed; the next run settles what it left.
    INTERRUPTED = "interrupted"
    #: Nobody carries it out any more.
    DISCARDED = "discarded"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself; a held run waits for an admin."""
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


class RunPhase(StrEnum):
    """Which step a run is at."""

    WAITING = ""
    SETTLE = "settle"
    READ = "read"
    PLAN = "plan"
    APPLY = "apply"
    MAIL = "mail"
    COMPLETIONS = "completions"


class EntryOutcome(StrEnum):
    """What became of one row of a plan: one of our own words, or the host's (`core.ports.host.OutcomeStatus`)."""

    #: Not begun.
    PLANNED = "planned"
    #: Begun, and the host has not answered yet.
    INTENDED = "intended"
    #: Given to the run that applies it.
    RELEASED = "released"
    #: Not asked for: it is not what is due any more.
    OUTDATED = "outdated"
    #: An undo left it as it is; the code says why.
    LEFT = "left"
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SENT = "sent"
    EXISTS = "exists"
    PENDING = "pending"
    NOT_FOUND = "not_found"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"
