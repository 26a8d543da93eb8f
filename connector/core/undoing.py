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

from connector.core.decide import values
from connector.core.grouping import existing_groups
from connector.core.ledger import Done, Reversal
from connector.core.records import Account, AccountState, Kind, Link, Mail, Operation, Value, email_key

#: What an undo does to people, as the end of a sentence that begins with their number.
RESTORED: Mapping[str, str] = {
    Kind.SUSPEND.value: "suspended: the run had made their account, or let them in",
    Kind.UNLINK.value: "not linked any more, with the values from before",
    Kind.UPDATE.value: "given the values from before",
    Kind.REACTIVATE.value: "let in again: the run had suspended them",
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


def reverse(done: Done, account: Account | None) -> Reversal:
    """How a row is taken back, given its account as it is now; None when the LMS has it no more."""
    return Reversal(_inverse(done, account), _left(done, account))


def _inverse(done: Done, account: Account | None) -> Operation:
    operation = done.operation
    kind, before, after = _inverse_kind(operation), operation.after, operation.before
    if operation.kind is Kind.CREATE:
        now = account.state.value if account else operation.after.get("state")
        before, after = {"state": now}, {"state": AccountState.SUSPENDED.value}
    key = done.link.person_key if done.link else operation.person_key
    return Operation(kind, key, operation.employee_id, operation.account_id, before, after, Mail.NONE)


def _inverse_kind(operation: Operation) -> Kind:
    if operation.kind is Kind.CREATE:
        return Kind.SUSPEND
    if operation.kind is Kind.LINK:
        return Kind.UNLINK
    if "state" not in operation.after:
        return Kind.UPDATE
    return Kind.SUSPEND if operation.before.get("state") == AccountState.SUSPENDED.value else Kind.REACTIVATE


def _left(done: Done, account: Account | None) -> str:
    operation = done.operation
    if account is None:
        return "removed"
    if done.link is None:
        return "unlinked"
    if done.later and operation.kind in (Kind.CREATE, Kind.LINK):
        return "later_run"
    moves_state = operation.kind is Kind.CREATE or "state" in operation.after
    if moves_state and not account.is_learner:
        return "not_a_learner"
    if operation.kind is Kind.CREATE:
        return "suspended" if account.state is AccountState.SUSPENDED else ""
    return "" if _stands(operation.after, account, done.link) else "edited"


def _stands(written: Mapping[str, Value], account: Account, link: Link) -> bool:
    """Whether everything that was written is still there; addresses that differ in case alone are the same (D1)."""
    now = values(account) | existing_groups(link.groups)
    return all(
        email_key(now.get(name)) == email_key(value) if name == "email" else now.get(name) == value
        for name, value in written.items()
    )
