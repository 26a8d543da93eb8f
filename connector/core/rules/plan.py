"""The plan as a value: the digest of its operations in plan order, and what each operation sends to the host."""

import hashlib
import json
from collections.abc import Iterable

from connector.core.model.account import AccountState
from connector.core.model.employee import Value
from connector.core.model.operation import FIELD, Operation
from connector.core.ports.host import Change, NewAccount


class PlanDigest:
    """The sha256 of a plan, built operation by operation; two plans have the same digest only if they are equal."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def add(self, operations: Iterable[Operation]) -> None:
        """Add the next operations, in plan order."""
        for one in operations:
            ids = [one.person_key, one.employee_id, one.account_id]
            row = [one.kind, *ids, dict(one.before), dict(one.after), one.mail]
            self._sha.update(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())

    @property
    def text(self) -> str:
        """The digest of the operations added so far, in hex."""
        return self._sha.hexdigest()


def new_account(operation: Operation) -> NewAccount:
    """The new account that a create sends to the host."""
    after = operation.after
    return NewAccount(
        external_id=after["external_id"] or operation.person_key,
        email=after["email"] or "",
        first_name=after.get("first_name") or "",
        last_name=after.get("last_name") or "",
        state=AccountState(after["state"] or AccountState.ACTIVE),
        fields=_fields(operation),
    )


def change(operation: Operation) -> Change:
    """The change that any other operation sends to the host."""
    after = operation.after
    state: Value = after.get("state")
    return Change(
        account_id=operation.account_id or "",
        email=after.get("email"),
        first_name=after.get("first_name"),
        last_name=after.get("last_name"),
        external_id=(after["external_id"] or "") if "external_id" in after else None,
        state=AccountState(state) if state else None,
        fields=_fields(operation),
    )


def _fields(operation: Operation) -> dict[str, Value]:
    return {
        name.removeprefix(FIELD): value for name, value in operation.after.items() if name.startswith(FIELD)
    }
