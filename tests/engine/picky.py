"""An LMS in memory that refuses some values and keeps others differently, as real ones do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from connector.core.model.employee import Value
from connector.core.model.operation import FIELD
from connector.core.ports.host import Change, NewAccount, Outcome, OutcomeStatus
from connector.hosts.memory import MemoryHost

#: The names and the address of a row, which have their own attributes.
IDENTITY = ("email", "first_name", "last_name")


def values_of(row: NewAccount | Change) -> dict[str, Value]:
    """The values of a row by the names that operations use."""
    names = {name: getattr(row, name) for name in IDENTITY if getattr(row, name) is not None}
    return names | {FIELD + key: value for key, value in row.fields.items()}


class PickyHost(MemoryHost):
    """`refuses` has the reason for each value that it refuses, by name; it says which values only with `says_which`.

    `keeps` turns a value that it accepts into what it keeps. `sent` has the values of every row, in order.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.refuses: dict[str, Callable[[str], str]] = {}
        self.keeps: dict[str, Callable[[str], str]] = {}
        self.says_which = True
        self.sent: list[dict[str, Value]] = []

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """As a host does, but for picky values."""
        return [self._picky(row, lambda one: super(PickyHost, self).create([one])[0]) for row in rows]

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """As a host does, but for picky values."""
        return [self._picky(row, lambda one: super(PickyHost, self).update([one])[0]) for row in changes]

    def _picky(self, row: Any, write: Callable[[Any], Outcome]) -> Outcome:
        values = values_of(row)
        self.sent.append(values)
        reasons = {
            name: self.refuses[name](value)
            for name, value in values.items()
            if value and name in self.refuses
        }
        refused = {name: code for name, code in reasons.items() if code}
        if refused:
            code = next(iter(refused.values()))
            return Outcome(OutcomeStatus.REJECTED, code=code, refused=refused if self.says_which else {})
        kept = {
            name: self.keeps[name](value) for name, value in values.items() if value and name in self.keeps
        }
        fields = {name.removeprefix(FIELD): value for name, value in kept.items() if name.startswith(FIELD)}
        others = {name: value for name, value in kept.items() if name in IDENTITY}
        return write(replace(row, **others, fields={**row.fields, **fields}))
