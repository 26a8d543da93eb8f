"""Withdraw: the invitations of those whose account an undo takes back, where the LMS offers that."""

from collections.abc import Sequence

from connector.core.model.account import AccountState
from connector.core.model.operation import OperationKind
from connector.core.ports.host import Host
from connector.core.ports.ledger import Entry
from connector.core.ports.optional import SupportsWithdraw


def withdraw(host: Host, entries: Sequence[Entry]) -> None:
    """Ask for the invitations of whoever has not answered yet to be good for nothing.

    What becomes of that is not looked at: the suspension that follows is what keeps them out, and has an outcome.
    """
    waiting = [entry.operation.account_id for entry in entries if _is_unanswered(entry)]
    ids = [account_id for account_id in waiting if account_id]
    if ids and isinstance(host, SupportsWithdraw):
        host.withdraw(ids)


def _is_unanswered(entry: Entry) -> bool:
    state = entry.operation.before.get("state")
    return (
        entry.undoes and entry.operation.kind is OperationKind.SUSPEND and state == AccountState.PENDING.value
    )
