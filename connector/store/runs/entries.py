"""Rows of plans and the words for what became of them: a row in, an operation out."""

from collections.abc import Mapping

from connector.core.model.account import Mail
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import EntryOutcome
from connector.core.ports.host import OutcomeStatus
from connector.store.tables.runs import EntryRow

#: How many rows are worked through at a time.
CHUNK = 500

#: How a row ends that was carried out.
DONE = tuple(EntryOutcome(status.value) for status in OutcomeStatus if status.is_done)

#: The order in which kinds are applied: who must not get in any more first, freed addresses before new accounts.
SAFE_ORDER = (
    OperationKind.SUSPEND,
    OperationKind.UNLINK,
    OperationKind.UPDATE,
    OperationKind.REACTIVATE,
    OperationKind.LINK,
    OperationKind.CREATE,
)


def operation_of(row: EntryRow) -> Operation:
    """The operation that a row keeps."""
    before: Mapping[str, str | None] = row.before
    return Operation(
        OperationKind(row.kind),
        row.person_key,
        row.employee_id,
        row.account_id,
        before,
        row.after,
        Mail(row.mail),
    )
