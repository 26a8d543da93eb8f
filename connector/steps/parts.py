"""What a run is made of, and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core.guard import Held
from connector.core.ledger import Ledger, MailLedger, Mirror
from connector.core.ports import Host, Source
from connector.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
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


class Ending(StrEnum):
    """How far a run went."""

    PREVIEWED = "previewed"
    HELD = "held"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, the digest of its plan, how many records were read, and why an admin has to look, if so."""

    ending: Ending
    digest: str
    read: int
    held: Held | None = None
