"""The contract of the mirror: what Paycor said at the last complete read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee
from connector.core.ports.host import EditedAccount


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """A record that came new, waiting for the read to be complete."""

    employee: Employee
    digest: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """A read that ran off the end: `count` records.

    `provable` is False when a record could not be told whose it is, when the read is doubted, or when not everybody
    was asked for: then nobody counts as absent. `counted` says that the next read is held against this one's size.
    """

    count: int
    provable: bool
    counted: bool = True


class Mirror(Protocol):
    """What Paycor said at the last complete read, and what has not been acted on yet ("dirty")."""

    def open_intake(self, *, whole: bool) -> None:
        """Throw away what an unfinished read left; `whole` says that everybody is going to be read."""
        ...

    def unknown(self, digests: Sequence[bytes]) -> Sequence[int]:
        """The places of the digests that are not in the mirror as it is; the others' employees have been seen."""
        ...

    def stage(self, staged: Sequence[StagedRecord]) -> None:
        """Keep changed records aside, of each employee the first; the mirror itself does not change."""
        ...

    def heard(self) -> int:
        """How many employees the read has had so far, each once; asked for when it has run off the end."""
        ...

    def adopt(self, read: Read) -> None:
        """Make the staged records the mirror, count who was absent, and mark whoever is affected as dirty."""
        ...

    def last_count(self) -> int | None:
        """How many records the last complete read had that was not doubted; None before the first."""
        ...

    def unseen(self, employee_ids: Sequence[str]) -> int:
        """How many of these employees have not been in the read so far."""
        ...

    def mark_due(self, now: datetime) -> Sequence[str]:
        """Mark as dirty everybody whose stored dates fall due by `now` (rule D8), and whoever that changes.

        Gives their person keys, in order.
        """
        ...

    def people_of(self, employee_ids: Sequence[str]) -> Sequence[str]:
        """The person keys of these employees, in order; nobody for those whom nobody has heard of."""
        ...

    def mark_edited(self, touched: Iterable[EditedAccount] | None) -> None:
        """Mark as dirty whoever's account was edited by somebody else (rule A2); None: everybody who is linked."""
        ...

    def cases(self, only: Sequence[str] | None = None) -> Iterator[Sequence[DecisionInput]]:
        """Everybody dirty, or these humans whether dirty or not, a chunk at a time, in the order of person keys."""
        ...

    def owners(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        """The person keys that these accounts are linked to; an account that is linked to nobody is left out."""
        ...
