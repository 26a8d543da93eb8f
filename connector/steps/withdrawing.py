"""Withdraw: the invitations of those whose account an undo takes back, where the LMS offers that."""

from collections.abc import Sequence

from connector.core.ledger import Entry
from connector.core.offers import Withdraws
from connector.core.ports import Host
from connector.core.records import AccountState, Kind


def withdraw(host: Host, entries: Sequence[Entry]) -> None:
    """Ask for the invitations of whoever has not answered yet to be good for nothing.

    What becomes of that is not looked at: the suspension that follows is what keeps them out, and has an outcome.
    """
    waiting = [entry.operation.account_id for entry in entries if _is_unanswered(entry)]
    ids = [account_id for account_id in waiting if account_id]
    if ids and isinstance(host, Withdraws):
        host.withdraw(ids)


def _is_unanswered(entry: Entry) -> bool:
    state = entry.operation.before.get("state")
    return entry.undoes and entry.operation.kind is Kind.SUSPEND and state == AccountState.PENDING.value
