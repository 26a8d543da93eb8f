"""The contract of the mirror: the employees as of the last complete read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee
from connector.core.ports.host import EditedAccount


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """A new or changed record that waits for the end of the read."""

    employee: Employee
    digest: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """A read that reached its end, with `count` records.

    `proves_absence` is False if a record has no employee id, the feed has a warning, or the run reads only some
    employees: then no employee counts as absent. `sets_baseline`: the next read is compared with this count.
    """

    count: int
    proves_absence: bool
    sets_baseline: bool = True


class Mirror(Protocol):
    """The employees as of the last complete read; "dirty" are those that still have to be decided."""

    def open_staging(self, *, whole: bool) -> None:
        """Delete what an unfinished read left; `whole`: this read covers every employee."""
        ...

    def unknown(self, digests: Sequence[bytes]) -> Sequence[int]:
        """The indexes of the digests that the mirror does not have; the employees of the others count as seen."""
        ...

    def stage(self, staged: Sequence[StagedRecord]) -> None:
        """Keep changed records in staging, the first one of each employee; the mirror itself does not change."""
        ...

    def employees_read(self) -> int:
        """How many employees this read had, each counted once; call it at the end of the read."""
        ...

    def promote(self, read: Read) -> None:
        """Write the staged records into the mirror, count the absent, and mark everyone affected as dirty."""
        ...

    def last_read_count(self) -> int | None:
        """How many records the last complete read without a feed warning had; None before the first."""
        ...

    def count_unseen(self, employee_ids: Sequence[str]) -> int:
        """How many of these employees this read has not had so far."""
        ...

    def mark_due(self, now: datetime) -> Sequence[str]:
        """Mark as dirty everyone with a stored date due by `now` (rule D8), and everyone whose decision rests on them.

        Returns their person keys, in order.
        """
        ...

    def person_keys_of(self, employee_ids: Sequence[str]) -> Sequence[str]:
        """The person keys of these employees, in order; unknown employees are left out."""
        ...

    def mark_edited(self, edits: Sequence[EditedAccount] | None) -> Sequence[str]:
        """Mark as dirty everyone whose account was edited outside the connector (rule A2); None: everyone linked.

        Returns the ids of the edited accounts that no one is linked to.
        """
        ...

    def mark_named(self, person_keys: Sequence[str], emails: Sequence[str]) -> None:
        """Mark as dirty everyone with one of these person keys or emails (`email_key`)."""
        ...

    def linked_accounts(self) -> Iterator[Sequence[str]]:
        """The ids of all linked accounts, in chunks."""
        ...

    def mark_accounts(self, deleted: Sequence[str]) -> None:
        """Mark as dirty everyone linked to a deleted account, and everyone whose last decision rests on another one."""
        ...

    def decision_inputs(self, only: Sequence[str] | None = None) -> Iterator[Sequence[DecisionInput]]:
        """Everyone dirty, or these people even if not dirty, in chunks, in the order of person keys."""
        ...

    def owners(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        """The person key of each of these accounts that is linked, by account id."""
        ...
