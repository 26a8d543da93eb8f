"""Overrides as rows: exceptions that an admin has made for somebody. Plain functions on a session."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.model.override import Override, OverrideKind
from connector.store.people import directory
from connector.store.tables.people import OverrideRow


def of_people(
    session: Session, connection_id: int, person_keys: Sequence[str]
) -> Mapping[str, tuple[Override, ...]]:
    """The overrides of these humans, those that are over included; nobody without one is in it."""
    query = select(OverrideRow.person_key, OverrideRow.kind, OverrideRow.until, OverrideRow.name).where(
        OverrideRow.connection_id == connection_id, OverrideRow.person_key.in_(person_keys)
    )
    found: dict[str, tuple[Override, ...]] = defaultdict(tuple)
    for key, kind, until, name in session.execute(query.order_by(OverrideRow.id)):
        found[key] += (Override(OverrideKind(kind), until, name),)
    return dict(found)


def make(
    session: Session,
    connection_id: int,
    person_key: str,
    override: Override,
    *,
    reason: str,
    owner: str | None,
    now: datetime,
) -> None:
    """Keep an exception, and have the next run decide about the human anew."""
    session.add(
        OverrideRow(
            connection_id=connection_id,
            person_key=person_key,
            kind=override.kind.value,
            name=override.name,
            reason=reason,
            owner=owner,
            until=override.until,
            made_at=now,
        )
    )
    directory.mark_dirty(session, connection_id, person_key)


def holding(
    session: Session, connection_id: int, today: date, after: int | None, limit: int
) -> Sequence[OverrideRow]:
    """Those that hold today, in the order in which they were made; `after` is the last id of the page before."""
    mine = (OverrideRow.connection_id == connection_id) & (OverrideRow.until >= today)
    query = select(OverrideRow).where(mine, OverrideRow.id > (after or 0))
    return session.scalars(query.order_by(OverrideRow.id).limit(limit)).all()


def end(session: Session, connection_id: int, override_id: int) -> OverrideRow | None:
    """Take an exception away, and have the next run decide anew; gives what it was, None when there is none."""
    row = session.get(OverrideRow, override_id)
    if row is None or row.connection_id != connection_id:
        return None
    directory.mark_dirty(session, connection_id, row.person_key)
    session.delete(row)
    return row
