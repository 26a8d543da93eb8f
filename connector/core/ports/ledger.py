"""The contracts of a run's record: the ledger, the mails, and what an earlier run applied.

Every write is fenced: it raises LeaseLost once another run has taken over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.core.model.account import Link, Mail
from connector.core.model.limits import Metric
from connector.core.model.operation import Decision, Finding, Operation
from connector.core.model.run import RunPhase
from connector.core.ports.host import Outcome
from connector.core.ports.optional import Effect


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a stored plan. `undoes` tells that it takes back what an earlier run has done."""

    entry_id: int
    operation: Operation
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class AppliedEntry:
    """A row that was carried out; its operation names the account, also of a create.

    `link` is that of the account as it is now. `later` tells that a later run has done something to the same human
    and has not been undone.
    """

    operation: Operation
    link: Link | None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Reversal:
    """What takes a row back. `left` is empty, or says in a code of `core.rules.undo` why it is not asked for."""

    operation: Operation
    left: str = ""


@dataclass(frozen=True, slots=True)
class OwedMail:
    """The one mail that a new account is still to get. `begun_at` is when sending was begun, if it was."""

    link_id: int
    account_id: str
    mail: Mail
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the guard looks at besides the plan.

    How many learners are linked and let in, what the last seven days did, and whether this is the first sync.
    """

    linked: int
    week: Mapping[Metric, int]
    first: bool


class Ledger(Protocol):
    """The permanent record of one run, and what earlier ones left undone."""

    def unsettled(self) -> Iterator[Sequence[Entry]]:
        """Operations of earlier runs that were begun and whose outcome nobody knows."""
        ...

    def progress(self, phase: RunPhase, done: int = 0, total: int | None = None) -> None:
        """Show how far the run is, and keep the lease; cheap enough to be called once a page."""
        ...

    def reached(self) -> None:
        """Paycor has given its first page: from here a manual sync uses up its hour (rule D15)."""
        ...

    def edits_seen_at(self) -> datetime | None:
        """Up to when edits made in the LMS have been looked at."""
        ...

    def store(self, decisions: Sequence[Decision], effects: Sequence[Effect] = ()) -> None:
        """Write a chunk of the plan: operations, findings, due dates. `effects`, if any, are those of the operations in
        their order. Who needs no operation is not dirty any more."""
        ...

    def store_reversals(self, reversals: Sequence[Reversal]) -> None:
        """Write a chunk of the plan of an undo: what is to be asked for, and what is left as it is, and why."""
        ...

    def store_findings(self, findings: Sequence[Finding]) -> None:
        """Write what is to be known about the connection as a whole, in place of what was known."""
        ...

    def planned(self, digest: str) -> Counts:
        """Close the plan under its digest."""
        ...

    def approved(self) -> Iterator[Sequence[Entry]]:
        """The rows of a plan that was stored earlier, which this run is to apply, in plan order."""
        ...

    def drop(self, entries: Sequence[Entry]) -> None:
        """Write that these rows are not asked for, because something has moved since; they are decided again later."""
        ...

    def batches(self, size: int) -> Iterator[Sequence[Entry]]:
        """The operations not begun yet, at most `size` of one kind at a time, in the order that is safe."""
        ...

    def intend(self, entries: Sequence[Entry]) -> None:
        """Say, durably, that these are about to be asked of the host."""
        ...

    def record(self, entries: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
        """Write what became of them: outcome, link, and the mirror's dirty mark, in one transaction."""
        ...

    def applied(self, edits_seen_at: datetime | None) -> None:
        """Everything that was planned has been asked of the host."""
        ...


class MailLedger(Protocol):
    """The one mail that goes with each new account: owed, being sent, or over; apart from the account's own outcome."""

    def unsettled(self) -> Iterator[Sequence[OwedMail]]:
        """Mails whose sending was begun by a run that is over."""
        ...

    def owed(self, size: int) -> Iterator[Sequence[OwedMail]]:
        """Mails not begun yet, at most `size` at a time."""
        ...

    def begun_since(self, instant: datetime) -> int:
        """How many mails have been begun to be sent since an instant, whatever became of them."""
        ...

    def begin(self, mails: Sequence[OwedMail]) -> None:
        """Say, durably, that these are about to be sent."""
        ...

    def record(self, mails: Sequence[OwedMail], outcomes: Sequence[Outcome]) -> None:
        """Write what became of them."""
        ...


class AppliedRun(Protocol):
    """What an earlier run has done and has not been taken back yet."""

    def done(self) -> Iterator[Sequence[AppliedEntry]]:
        """Its rows, a chunk at a time, the last that was applied first."""
        ...
