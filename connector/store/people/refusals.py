"""What the LMS refused, as rows: remembered so that it is not sent again every night. Plain functions on a session."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from connector.core.model.operation import Finding, Operation, Refusal
from connector.store.db.base import insert_rows
from connector.store.db.sessions import Session
from connector.store.people import findings
from connector.store.tables.people import RefusalRow

#: The name of a value, and the person key.
_Identity = tuple[str, str]


def of_people(
    session: Session, connection_id: int, person_keys: Sequence[str]
) -> Mapping[str, tuple[Refusal, ...]]:
    """What is remembered about these people, by person key; people without anything are left out."""
    by_person: dict[str, tuple[Refusal, ...]] = defaultdict(tuple)
    for row in _rows(session, connection_id, person_keys):
        by_person[row.person_key] += (
            Refusal(row.person_key, row.name, row.digest, row.code, row.at, row.version),
        )
    return dict(by_person)


def remember(
    session: Session, connection_id: int, refusals: Sequence[Refusal]
) -> Mapping[_Identity, datetime]:
    """Store these, instead of what is remembered about the same values; returns since when each is refused."""
    if not refusals:
        return {}
    by_identity = {(one.name, one.person_key): one for one in refusals}
    keys = [one.person_key for one in refusals]
    old = [row for row in _rows(session, connection_id, keys) if (row.name, row.person_key) in by_identity]
    since = {identity: one.at for identity, one in by_identity.items()} | {
        (row.name, row.person_key): row.since for row in old
    }
    _delete(session, [row.id for row in old])
    rows = [_row(connection_id, one, since[identity]) for identity, one in by_identity.items()]
    insert_rows(session, RefusalRow, rows)
    return since


def record(
    session: Session,
    connection_id: int,
    sent: Sequence[Operation],
    refused: Sequence[tuple[Refusal, Finding]],
) -> None:
    """Store what was refused of the operations that were sent, with its findings, and forget what no longer is."""
    since = remember(session, connection_id, [refusal for refusal, _ in refused])
    names = {one.person_key: {"", *one.after} for one in sent}
    solved = [
        row.id
        for row in _rows(session, connection_id, list(names))
        if row.name in names[row.person_key] and (row.name, row.person_key) not in since
    ]
    _delete(session, solved)
    rows = [
        findings.row_of(connection_id, refusal.person_key, finding, is_skip=not refusal.name)
        | {"since": since[refusal.name, refusal.person_key]}
        for refusal, finding in refused
    ]
    findings.add(session, connection_id, rows)


def _rows(session: Session, connection_id: int, person_keys: Sequence[str]) -> Sequence[RefusalRow]:
    mine = (RefusalRow.connection_id == connection_id) & RefusalRow.person_key.in_(person_keys)
    return session.scalars(select(RefusalRow).where(mine).order_by(RefusalRow.id)).all()


def _delete(session: Session, row_ids: Sequence[int]) -> None:
    if row_ids:
        session.execute(delete(RefusalRow).where(RefusalRow.id.in_(row_ids)))


def _row(connection_id: int, refusal: Refusal, since: datetime) -> dict[str, Any]:
    return {
        "connection_id": connection_id,
        "person_key": refusal.person_key,
        "name": refusal.name[:250],
        "digest": refusal.digest,
        "code": refusal.code[:100],
        "version": refusal.version[:100],
        "at": refusal.at,
        "since": since,
    }
