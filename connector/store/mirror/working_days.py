"""The stored first and last working day of people whose dates are due.

A rehire date that has come cancels the termination before it (rule D7), so both are worked out again from the record.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select, update

from connector.core.model.employee import Employee
from connector.core.model.settings import Settings
from connector.core.rules.access import presence
from connector.store.db.sessions import Session
from connector.store.tables.people import EmployeeRow

_decode = msgspec.json.Decoder(Employee).decode


def refresh(
    session: Session, connection_id: int, person_keys: Sequence[str], settings: Settings, now: datetime
) -> None:
    """Store the working days of these people as of `now`; rows whose days stay the same are not written."""
    columns = (EmployeeRow.id, EmployeeRow.record, EmployeeRow.starts_on, EmployeeRow.ends_on)
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.person_key.in_(person_keys)
    moved = []
    for row in session.execute(select(*columns).where(mine)):
        starts_on, ends_on = presence.working_days(_decode(row.record), settings, now)
        if (starts_on, ends_on) != (row.starts_on, row.ends_on):
            moved.append({"row": row.id, "first": starts_on, "last": ends_on})
    if moved:
        change = update(EmployeeRow).where(EmployeeRow.__table__.c.id == bindparam("row"))
        session.connection().execute(
            change.values(starts_on=bindparam("first"), ends_on=bindparam("last")), moved
        )
