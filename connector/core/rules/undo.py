"""How an undo takes back what a run did (rule X6).

In: a row that was applied, and its account as it is now; out: the operation that takes it back, or why the row is left
alone.

applied            taken back by                                 only if
CREATE             SUSPEND: a created account is never deleted   no later run changed the person, the account is active
LINK               UNLINK: the values before, and no link        no later run changed the person, no value was edited
UPDATE             UPDATE: the values before                     no value was edited
SUSPEND            REACTIVATE: the state before                  no value was edited
REACTIVATE         SUSPEND: the values before                    no value was edited

"No value was edited" means: everything that the row wrote is still there. In every case the account exists and is still
linked, and the state of an account that is no longer a learner's does not change.
"""

from collections.abc import Mapping

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import LeftReason
from connector.core.ports.ledger import AppliedEntry, Reversal
from connector.core.rules.address_order import is_parking_address
from connector.core.rules.values.account_values import account_values
from connector.core.rules.values.groups import existing_groups


def reverse(row: AppliedEntry, account: Account | None) -> Reversal:
    """How a row is taken back; `account` is its account as it is now, None when it is gone from the LMS."""
    return Reversal(_inverse(row, account), _left_reason(row, account))


def _inverse(row: AppliedEntry, account: Account | None) -> Operation:
    operation = row.operation
    kind, before, after = _inverse_kind(operation), operation.after, operation.before
    if is_parking_address(after.get("email")):
        after = {name: value for name, value in after.items() if name != "email"}
        before = {name: value for name, value in before.items() if name != "email"}
    if operation.kind is OperationKind.CREATE:
        state = account.state.value if account else operation.after.get("state")
        before, after = {"state": state}, {"state": AccountState.SUSPENDED.value}
    key = row.link.person_key if row.link else operation.person_key
    return Operation(kind, key, operation.employee_id, operation.account_id, before, after, Mail.NONE)


def _inverse_kind(operation: Operation) -> OperationKind:
    if operation.kind is OperationKind.CREATE:
        return OperationKind.SUSPEND
    if operation.kind is OperationKind.LINK:
        return OperationKind.UNLINK
    if "state" not in operation.after:
        return OperationKind.UPDATE
    was_suspended = operation.before.get("state") == AccountState.SUSPENDED.value
    return OperationKind.SUSPEND if was_suspended else OperationKind.REACTIVATE


def _left_reason(row: AppliedEntry, account: Account | None) -> LeftReason | None:
    operation = row.operation
    if account is None:
        return LeftReason.REMOVED
    if row.link is None:
        return LeftReason.UNLINKED
    if row.later and operation.kind in (OperationKind.CREATE, OperationKind.LINK):
        return LeftReason.LATER_RUN
    changes_state = operation.kind is OperationKind.CREATE or "state" in operation.after
    if changes_state and not account.is_learner:
        return LeftReason.NOT_A_LEARNER
    if operation.kind is OperationKind.CREATE:
        return LeftReason.SUSPENDED if account.state is AccountState.SUSPENDED else None
    return None if _has_values(account, row.link, operation.after) else LeftReason.EDITED


def _has_values(account: Account, link: Link, written: Mapping[str, Value]) -> bool:
    """Whether the account still has all of these values; addresses that differ only in case are the same (rule D1)."""
    values = account_values(account) | existing_groups(link.groups)
    return all(
        email_key(values.get(name)) == email_key(value) if name == "email" else values.get(name) == value
        for name, value in written.items()
    )
