"""Taking back what a run has done (rule X6): a row that was carried out and its account as it is now in, the operation
that takes it back out, or why the row is left as it is.

what was done      taken back by                                 only if
CREATE             SUSPEND: what was made is never deleted       nothing of ours has come after it, the account is open
LINK               UNLINK: the values before, and no link        nothing of ours has come after it, all values stand
UPDATE             UPDATE: the values before                     all values stand
SUSPEND            REACTIVATE: the state before                  all values stand
REACTIVATE         SUSPEND: the values before                    all values stand

"All values stand" means: everything that the row wrote is still there as it was written, whoever could have changed it.
In every case the account is there and still linked, and nobody who is more than a learner by now changes their state.
"""

from collections.abc import Mapping

from connector.core.model.account import Account, AccountState, Link, Mail
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import Operation, OperationKind
from connector.core.ports.ledger import AppliedEntry, Reversal
from connector.core.rules.decide import account_values
from connector.core.rules.values.groups import existing_groups

#: What an undo does to people, as the end of a sentence that begins with their number.
RESTORED: Mapping[str, str] = {
    OperationKind.SUSPEND.value: "suspended: the run had made their account, or let them in",
    OperationKind.UNLINK.value: "not linked any more, with the values from before",
    OperationKind.UPDATE.value: "given the values from before",
    OperationKind.REACTIVATE.value: "let in again: the run had suspended them",
}
#: Why a row is left as it is.
LEFT: Mapping[str, str] = {
    "edited": "What the run wrote has been changed since",
    "later_run": "A later run has changed them: undo that one first",
    "suspended": "Suspended already, by somebody else",
    "not_a_learner": "More than a learner by now: an admin ends that by hand",
    "unlinked": "Not linked any more",
    "removed": "The account was removed from the LMS",
}


def reverse(done: AppliedEntry, account: Account | None) -> Reversal:
    """How a row is taken back, given its account as it is now; None when the LMS has it no more."""
    return Reversal(_inverse(done, account), _left(done, account))


def _inverse(done: AppliedEntry, account: Account | None) -> Operation:
    operation = done.operation
    kind, before, after = _inverse_kind(operation), operation.after, operation.before
    if operation.kind is OperationKind.CREATE:
        now = account.state.value if account else operation.after.get("state")
        before, after = {"state": now}, {"state": AccountState.SUSPENDED.value}
    key = done.link.person_key if done.link else operation.person_key
    return Operation(kind, key, operation.employee_id, operation.account_id, before, after, Mail.NONE)


def _inverse_kind(operation: Operation) -> OperationKind:
    if operation.kind is OperationKind.CREATE:
        return OperationKind.SUSPEND
    if operation.kind is OperationKind.LINK:
        return OperationKind.UNLINK
    if "state" not in operation.after:
        return OperationKind.UPDATE
    return (
        OperationKind.SUSPEND
        if operation.before.get("state") == AccountState.SUSPENDED.value
        else OperationKind.REACTIVATE
    )


def _left(done: AppliedEntry, account: Account | None) -> str:
    operation = done.operation
    if account is None:
        return "removed"
    if done.link is None:
        return "unlinked"
    if done.later and operation.kind in (OperationKind.CREATE, OperationKind.LINK):
        return "later_run"
    moves_state = operation.kind is OperationKind.CREATE or "state" in operation.after
    if moves_state and not account.is_learner:
        return "not_a_learner"
    if operation.kind is OperationKind.CREATE:
        return "suspended" if account.state is AccountState.SUSPENDED else ""
    return "" if _stands(operation.after, account, done.link) else "edited"


def _stands(written: Mapping[str, Value], account: Account, link: Link) -> bool:
    """Whether everything that was written is still there; addresses that differ in case alone are the same (D1)."""
    now = account_values(account) | existing_groups(link.groups)
    return all(
        email_key(now.get(name)) == email_key(value) if name == "email" else now.get(name) == value
        for name, value in written.items()
    )
