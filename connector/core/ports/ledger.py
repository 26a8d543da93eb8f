"""The contracts of a run's record: the ledger, the mails, and the rows that an earlier run applied.

Every write is fenced: it raises LeaseLost once another run has taken over.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.core.model.account import Link, Mail
from connector.core.model.limits import Metric
from connector.core.model.operation import Decision, Finding, Operation, Refusal
from connector.core.model.run import LeftReason, RunPhase
from connector.core.ports.host import Outcome
from connector.core.ports.optional import Effect


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a stored plan. `undoes`: it takes back a row of an earlier run."""

    entry_id: int
    operation: Operation
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A row that frees one address, takes another, or does both; addresses as `core.model.employee.email_key`."""

    row_id: int
    frees: str | None = None
    takes: str | None = None


@dataclass(frozen=True, slots=True)
class AppliedEntry:
    """A row that was applied; its operation names the account, also of a create.

    `link` is the account's link as it is now. `later`: a later run changed the same person and is not undone.
    """

    operation: Operation
    link: Link | None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Reversal:
    """How a row is taken back. `left` says why it is left alone instead, None if it is taken back."""

    operation: Operation
    left: LeftReason | None = None


@dataclass(frozen=True, slots=True)
class OwedMail:
    """The one mail that a new account still has to get. `begun_at` is when sending began, None if it did not."""

    link_id: int
    account_id: str
    mail: Mail
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the limits depend on in addition to the plan.

    How many learners are linked and have access, what the last seven days did unless an admin had approved it, and
    whether this is the first sync.
    """

    linked: int
    week: Mapping[Metric, int]
    first: bool


class Ledger(Protocol):
    """The permanent record of one run, and the unsettled rows of earlier runs."""

    def unsettled(self) -> Iterator[Sequence[Entry]]:
        """Rows of earlier runs that were started and have no known outcome."""
        ...

    def progress(self, phase: RunPhase, done: int = 0, total: int | None = None) -> None:
        """Store how far the run is, and keep the lease; cheap enough for one call per page."""
        ...

    def mark_reached(self) -> None:
        """Record that Paycor sent its first page: from now on a manual sync uses up its hour (rule D15)."""
        ...

    def edits_seen_at(self) -> datetime | None:
        """Up to when edits in the LMS were taken into account."""
        ...

    def store(self, decisions: Sequence[Decision], effects: Sequence[Effect] = ()) -> None:
        """Write a chunk of the plan: operations, findings, due dates. People without an operation are no longer dirty.

        `effects`, if any, are those of the operations, in their order.
        """
        ...

    def store_reversals(self, reversals: Sequence[Reversal]) -> None:
        """Write a chunk of the plan of an undo: the rows to send, and those that are left alone, with the reason."""
        ...

    def store_findings(self, findings: Sequence[Finding]) -> None:
        """Replace the findings about the connection as a whole."""
        ...

    def close_plan(self, digest: str) -> Counts:
        """Close the plan under its digest; returns what the limits are checked against."""
        ...

    def hold_excess(self, rooms: Mapping[Metric, int]) -> None:
        """Let the rows that count towards these metrics wait, but for as many as there is room for (D20).

        Who starts earliest goes first, then the lowest employee id. A row waits as a whole: without room for its mail,
        an account is not created either.
        """
        ...

    def admit(self, rooms: Mapping[Metric, int]) -> bool:
        """Plan again as many of the rows that wait as there is room for: a row that was refused has left some."""
        ...

    def approved(self) -> Iterator[Sequence[Entry]]:
        """The rows of a stored plan that this run applies, in plan order."""
        ...

    def mark_outdated(self, entries: Sequence[Entry]) -> None:
        """Mark rows as outdated: they are not sent to the host, and a later run decides again."""
        ...

    def batches(self, size: int, row_ids: Sequence[int] | None = None) -> Iterator[Sequence[Entry]]:
        """The rows not started yet, or these of them, at most `size` of one kind at a time, in the safe order."""
        ...

    def moves(self) -> Sequence[Move]:
        """The rows not started yet of which one takes the address that another frees, and those rows (rule D26)."""
        ...

    def freed(self, addresses: Collection[str]) -> Mapping[str, Collection[str]]:
        """The accounts from which rows of this plan take each of these addresses (`email_key`), by address."""
        ...

    def mark_parked(self, person_keys: Sequence[str], *, is_parked: bool) -> None:
        """Record, durably, whether these people have a parking address on their accounts: then they get no mail."""
        ...

    def mark_intended(self, entries: Sequence[Entry]) -> None:
        """Record, durably, that these are about to be sent to the host."""
        ...

    def record(
        self,
        entries: Sequence[Entry],
        outcomes: Sequence[Outcome],
        refusals: Sequence[tuple[Refusal, Finding]] = (),
    ) -> None:
        """Write their outcomes, links, and the mirror's dirty marks, and what was refused, in one transaction."""
        ...

    def mark_applied(self, edits_seen_at: datetime | None) -> None:
        """Record that the whole plan was sent to the host, and up to when LMS edits were seen."""
        ...


class MailLedger(Protocol):
    """The one mail about each new account: owed, being sent, or done; separate from the account's own outcome."""

    def unsettled(self) -> Iterator[Sequence[OwedMail]]:
        """Mails that a run which is over had started to send."""
        ...

    def owed(self, size: int) -> Iterator[Sequence[OwedMail]]:
        """Mails not started yet, at most `size` at a time."""
        ...

    def begun_since(self, instant: datetime) -> int:
        """How many mails were started since an instant, whatever their outcome."""
        ...

    def begin(self, mails: Sequence[OwedMail]) -> None:
        """Record, durably, that these are about to be sent."""
        ...

    def record(self, mails: Sequence[OwedMail], outcomes: Sequence[Outcome]) -> None:
        """Write their outcomes."""
        ...


class AppliedRun(Protocol):
    """The rows that an earlier run applied and that are not taken back yet."""

    def done(self) -> Iterator[Sequence[AppliedEntry]]:
        """Its rows, in chunks, last applied first."""
        ...
