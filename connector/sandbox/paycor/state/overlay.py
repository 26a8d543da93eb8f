"""Records changed on purpose: patches over the people of the company.

A patch has two layers. `fields` changes the person before the record is made (`{"terminated_on":
"2026-12-01"}`: the names of `Person`), so that filters and blocks agree. `set` and `drop` break the
finished record at a dotted path (`{"email.emailAddress": null}`), so that anything at all can be sent.
`removed` takes the person out of the feed.
"""

import threading
from datetime import date
from typing import Any

import msgspec

from connector.sandbox.company import Person
from connector.sandbox.company.people import as_of


class Patch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The differences for one employee."""

    fields: dict[str, Any] = {}
    set: dict[str, Any] = {}
    drop: tuple[str, ...] = ()
    removed: bool = False


class Overlay:
    """The planted patches, by employee id."""

    def __init__(self) -> None:
        """No patches."""
        self._lock = threading.Lock()
        self._patches: dict[str, Patch] = {}

    def plant(self, person: Person, patch: Patch, today: date) -> None:
        """Add a patch to those already planted for this person.

        Raises msgspec.ValidationError, naming the field, when `fields` does not fit a person.
        """
        unknown = sorted(set(patch.fields) - set(Person.__struct_fields__))
        if unknown:
            raise msgspec.ValidationError(f"fields has {unknown}, which a person does not have")
        _with_fields(person, patch, today)
        with self._lock:
            old = self._patches.get(person.employee_id, Patch())
            self._patches[person.employee_id] = Patch(
                {**old.fields, **patch.fields}, {**old.set, **patch.set}, old.drop + patch.drop, patch.removed
            )

    def clear(self, employee_id: str | None = None) -> None:
        """Remove one person's patches, or all patches."""
        with self._lock:
            if employee_id is None:
                self._patches.clear()
            else:
                self._patches.pop(employee_id, None)

    def planted(self) -> dict[str, Patch]:
        """The patches, by employee id."""
        with self._lock:
            return dict(self._patches)

    def person(self, person: Person, today: date) -> Person | None:
        """The person with the patched fields; None when removed from the feed."""
        patch = self._patches.get(person.employee_id)
        if patch is None:
            return person

        return None if patch.removed else _with_fields(person, patch, today)

    def record(self, employee_id: str, record: object) -> object:
        """The record with its patches; the same record when there are none."""
        patch = self._patches.get(employee_id)
        if patch is None or not (patch.set or patch.drop):
            return record
        plain: dict[str, Any] = msgspec.to_builtins(record)
        for path, value in patch.set.items():
            parent, name = _parent_of(plain, path)
            if parent is not None:
                parent[name] = value
        for path in patch.drop:
            parent, name = _parent_of(plain, path)
            if parent is not None:
                parent.pop(name, None)
        return plain


def _with_fields(person: Person, patch: Patch, today: date) -> Person:
    if not patch.fields:
        return person
    whole = {**msgspec.structs.asdict(person), **patch.fields}

    return as_of(msgspec.convert(whole, Person), today)


def _parent_of(record: dict[str, Any], path: str) -> tuple[dict[str, Any] | None, str]:
    """The object that a dotted path ends in, and the last name; None when a block on the way was not requested."""
    *blocks, name = path.split(".")
    parent: Any = record
    for block in blocks:
        parent = parent.get(block)
        if not isinstance(parent, dict):
            return None, name
    return parent, name
