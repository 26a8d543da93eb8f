"""What a run needs, and its result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core.model.limits import PlanHold
from connector.core.model.run import RunPhase
from connector.core.model.settings import Settings
from connector.core.ports.host import Host
from connector.core.ports.ledger import Ledger, MailLedger
from connector.core.ports.mirror import Mirror
from connector.core.ports.source import Source


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run needs. `source` is None for a run that reads nothing.

    `only_employee_ids` are the employees that the run is about, None for all: other employees do not count as absent
    and get no decision.
    """

    source: Source | None
    mirror: Mirror
    ledger: Ledger
    mails: MailLedger
    host: Host
    settings: Settings
    clock: Callable[[], datetime]
    only_employee_ids: tuple[str, ...] | None = None
    #: Raises Stopped when the process is about to end.
    check_stop: Callable[[], None] = lambda: None

    def progress(self, phase: RunPhase, done: int = 0) -> None:
        """Record how far the run is, between two batches. Raises Stopped when the process is about to end."""
        self.ledger.progress(phase, done)
        self.check_stop()


class RunEnding(StrEnum):
    """How far a run went."""

    PREVIEWED = "previewed"
    HELD = "held"
    #: What is over a limit of growth waits; the rest was carried out.
    PARTLY_HELD = "partly_held"
    APPLIED = "applied"

    @property
    def is_applied(self) -> bool:
        """Whether the run has acted on everybody it was about, or has left somebody to an admin."""
        return self in (RunEnding.APPLIED, RunEnding.PARTLY_HELD)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, the digest of its plan, how many records it read, and why its plan is held, if it is."""

    ending: RunEnding
    digest: str
    read: int
    hold: PlanHold | None = None
