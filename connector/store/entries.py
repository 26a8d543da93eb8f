"""Rows of plans and the words for what became of them: a row in, an operation out."""

from collections.abc import Mapping

from connector.core.ports import OutcomeStatus
from connector.core.records import Kind, Mail, Operation
from connector.store.models import EntryRow

#: How many rows are worked through at a time.
CHUNK = 500

#: Not begun; begun, and nobody has said yet how it ended.
PLANNED, INTENDED = "planned", "intended"
#: Given to the run that applies it; not asked for, because it is not what is due any more.
RELEASED, MOVED = "released", "moved"
#: Not taken back by an undo, because something has changed since; the code says what.
LEFT = "edited"
#: How a row ends that was carried out.
DONE = tuple(status.value for status in OutcomeStatus if status.is_done)

#: The order in which kinds are applied: who must not get in any more first, freed addresses before new accounts.
SAFE_ORDER = (Kind.SUSPEND, Kind.UNLINK, Kind.UPDATE, Kind.REACTIVATE, Kind.LINK, Kind.CREATE)


def operation_of(row: EntryRow) -> Operation:
    """The operation that a row keeps."""
    before: Mapping[str, str | None] = row.before
    return Operation(
        Kind(row.kind), row.person_key, row.employee_id, row.account_id, before, row.after, Mail(row.mail)
    )
