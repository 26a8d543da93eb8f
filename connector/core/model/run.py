"""The closed sets of a run: its mode, trigger, status and phase, and the outcomes of the rows of its plan."""

from enum import StrEnum


class RunMode(StrEnum):
    """What a run does."""

    SYNC = "sync"
    PREVIEW = "preview"
    #: Applies rows of a plan that an earlier run stored.
    APPLY = "apply"
    #: Takes back what an earlier run did.
    UNDO = "undo"
    #: Acts on stored dates that are due, without reading Paycor.
    DUE_DATES = "due_dates"
    #: Reads the employees that events from Paycor named.
    EVENT_REFRESH = "event_refresh"
    ONE_PERSON = "one_person"
    #: Sends the mails that are still owed.
    MAIL = "mail"
    #: Sends finished courses to Paycor.
    COMPLETIONS = "completions"

    @property
    def reads_everybody(self) -> bool:
        """Whether it reads all employees from Paycor."""
        return self in (RunMode.SYNC, RunMode.PREVIEW)

    @property
    def is_undoable(self) -> bool:
        """Whether it changes accounts in a way that an undo can take back."""
        return self in _UNDOABLE

    @property
    def runs_while_paused(self) -> bool:
        """Whether it may start while the connection is paused."""
        return self in (RunMode.PREVIEW, RunMode.UNDO)

    @property
    def is_retried(self) -> bool:
        """Whether it is tried again after a failure that passes; events have pauses of their own."""
        return self is not RunMode.EVENT_REFRESH


_UNDOABLE = (RunMode.SYNC, RunMode.APPLY, RunMode.DUE_DATES, RunMode.EVENT_REFRESH, RunMode.ONE_PERSON)


class RunTrigger(StrEnum):
    """Who asked for a run: an admin, an operator, the clock, or an event from Paycor."""

    MANUAL = "manual"
    OPERATOR = "operator"
    #: An admin approved a held or previewed plan.
    RELEASE = "release"
    DAILY = "daily"
    HOURLY = "hourly"
    EVENT = "event"


class RunStatus(StrEnum):
    """The status of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    #: Its plan waits for an admin, or what is over a limit of growth does.
    HELD = "held"
    #: Every row of its held plan was handed to a run that applies it.
    RELEASED = "released"
    #: Its held plan gave way to that of a newer sync.
    REPLACED = "replaced"
    FAILED = "failed"
    #: It was killed; the next run settles what it left.
    INTERRUPTED = "interrupted"
    #: It ended after a batch, because its process was about to end.
    STOPPED = "stopped"
    #: It is never carried out.
    DISCARDED = "discarded"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens without an admin; a held run counts as over."""
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
    """The outcome of one row of a plan: a word of the connector, or of the host (`core.ports.host.OutcomeStatus`)."""

    #: Not started.
    PLANNED = "planned"
    #: Over a limit of growth: it waits for an admin while the rest of its plan is carried out.
    HELD = "held"
    #: Sent to the host, which has not answered yet.
    INTENDED = "intended"
    #: Handed to the run that applies it.
    RELEASED = "released"
    #: Not sent: it no longer fits what should be.
    OUTDATED = "outdated"
    #: An undo left it alone; the code says why.
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


class LeftReason(StrEnum):
    """Why an undo leaves a row alone."""

    #: The values that the run wrote were changed since.
    EDITED = "edited"
    #: A later run changed the same person and is not undone yet.
    LATER_RUN = "later_run"
    #: Access has ended already.
    SUSPENDED = "suspended"
    NOT_A_LEARNER = "not_a_learner"
    #: The account is no longer linked.
    UNLINKED = "unlinked"
    #: The account is gone from the LMS.
    REMOVED = "removed"
