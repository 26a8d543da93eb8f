"""Overrides as rows: exceptions that an admin has made for a person. Plain functions on a session."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from connector.core.model.override import Override, OverrideKind
from connector.store.db.paging import page_after
from connector.store.db.sessions import Session
from connector.store.people import directory
from connector.store.tables.people import OverrideRow


def of_people(
    session: Session, connection_id: int, person_keys: Sequence[str]
) -> Mapping[str, tuple[Override, ...]]:
    """The overrides of these people by person key, expired ones included; people without any are left out."""
    query = select(OverrideRow.person_key, OverrideRow.kind, OverrideRow.until, OverrideRow.name).where(
        OverrideRow.connection_id == connection_id, OverrideRow.person_key.in_(person_keys)
    )
    by_person: dict[str, tuple[Override, ...]] = defaultdict(tuple)
    for key, kind, until, name in session.execute(query.order_by(OverrideRow.id)):
        by_person[key] += (Override(OverrideKind(kind), until, name),)
    return dict(by_person)


def create(
    session: Session,
    connection_id: int,
    person_key: str,
    override: Override,
    *,
    reason: str,
    owner: str | None,
    now: datetime,
) -> None:
    """Store an override, and have the next run decide again about the person."""
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


def page(
    session: Session, connection_id: int, today: date, after: int | None, limit: int
) -> Sequence[OverrideRow]:
    """The overrides after the id `after` that are in force today, in the order in which they were created."""
    mine = (OverrideRow.connection_id == connection_id) & (OverrideRow.until >= today)
    return session.scalars(page_after(select(OverrideRow).where(mine), OverrideRow.id, after, limit)).all()


def end(session: Session, connection_id: int, override_id: int) -> OverrideRow | None:
    """Delete an override, and have the next run decide again; returns its row, None when there is none."""
    row = session.get(OverrideRow, override_id)
    if row is None or row.connection_id != connection_id:
        return None
    directory.mark_dirty(session, connection_id, row.person_key)
    session.delete(row)
    return row
