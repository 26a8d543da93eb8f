"""Overrides as rows: exceptions that an admin has made for somebody. Plain functions on a session."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.records import Override, OverrideKind
from connector.store.beyond import OverrideRow


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


def protect(
    session: Session,
    connection_id: int,
    person_key: str,
    until: date,
    *,
    reason: str,
    owner: str | None,
    now: datetime,
) -> None:
    """Keep the sync from touching somebody through the last day `until`."""
    session.add(
        OverrideRow(
            connection_id=connection_id,
            person_key=person_key,
            kind=OverrideKind.PROTECT.value,
            name="",
            reason=reason,
            owner=owner,
            until=until,
            made_at=now,
        )
    )
