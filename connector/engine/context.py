"""What a run is made of, and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core.model.limits import PlanHold
from connector.core.model.settings import Settings
from connector.core.ports.host import Host
from connector.core.ports.ledger import Ledger, MailLedger
from connector.core.ports.mirror import Mirror
from connector.core.ports.source import Source


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run is made of. `source` is None for a run that reads nothing.

    `few` are the employee ids of a run about a few people: who is not among them is not absent, and is not decided.
    """

    source: Source | None
    mirror: Mirror
    ledger: Ledger
    mails: MailLedger
    host: Host
    settings: Settings
    clock: Callable[[], datetime]
    few: tuple[str, ...] | None = None


class RunEnding(StrEnum):
    """How far a run went."""

    PREVIEWED = "previewed"
    HELD = "held"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, the digest of its plan, how many records were read, and why an admin has to look, if so."""

    ending: RunEnding
    digest: str
    read: int
    held: PlanHold | None = None
