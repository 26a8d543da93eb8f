"""The connection of a portal and what hangs on it: plain functions on a session, committed by whoever calls.

Nothing is decided here but what the tables themselves promise: one connection a portal, one portal a legal entity.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.core.model.attributes import CustomField
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.run import RunStatus
from connector.core.model.settings import MappingRow, Policy, WhenNull
from connector.errors import EntityTaken
from connector.store.tables.completions import CompletionRow
from connector.store.tables.connection import Audit, Connection, Consent, Credential, Entity, MappingLine
from connector.store.tables.events import EventEndpoint, EventRefreshRow
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, OverrideRow, StagedRow, TodoRow
from connector.store.tables.runs import EntryRow, Lease, RunRow

#: Runs in these have not been applied, and an end of the connection ends them.
WAITING = (RunStatus.QUEUED, RunStatus.HELD)

#: All that is kept for a connection, children first, because SQLite does not cascade by itself.
_KEPT = (
    MappingLine,
    EmployeeRow,
    StagedRow,
    LinkRow,
    FindingRow,
    RunRow,
    Credential,
    Entity,
    Lease,
    EventEndpoint,
    EventRefreshRow,
    CompletionRow,
    OverrideRow,
    TodoRow,
)


def of_portal(session: Session, portal_id: str) -> Connection | None:
    """The portal's connection, whatever its state; None when it never had one."""
    return session.scalar(select(Connection).where(Connection.portal_id == portal_id))


def locked(session: Session, portal_id: str) -> Connection | None:
    """The same, as it is now, and nobody else's to change until the transaction ends."""
    query = select(Connection).where(Connection.portal_id == portal_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def taken_over(session: Session, portal_id: str, now: datetime) -> Connection | None:
    """The same, with its lease taken from whatever run holds it: that run can write nothing more.

    The lease is touched before the connection, because that is the order in which a run locks them.
    """
    found = of_portal(session, portal_id)
    if found is None:
        return None
    session.execute(
        update(Lease)
        .where(Lease.connection_id == found.id)
        .values(owner="", token=Lease.token + 1, expires_at=now)
    )
    return locked(session, portal_id)


def made(
    session: Session, portal_id: str, environment: str, mode: ConsentMethod, daily_hour: int
) -> Connection:
    """A new connection of a portal that has none, in state `review`, with the defaults for every choice.

    When another request makes it at the same moment, theirs is taken, and locked.
    """
    row = Connection(
        portal_id=portal_id,
        environment=environment,
        mode=mode,
        state=ConnectionState.REVIEW,
        policy={},
        settings_version=1,
        daily_hour=daily_hour,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = locked(session, portal_id)
        if found is None:
            raise
        return found
    return row


def credential(session: Session, connection_id: int) -> Credential | None:
    """The encrypted secrets; None when they have been erased."""
    return session.get(Credential, connection_id)


def credential_made(session: Session, connection_id: int) -> Credential:
    """The row of the secrets, an empty one when they have been erased."""
    found = credential(session, connection_id)
    if found is None:
        found = Credential(connection_id=connection_id)
        session.add(found)
    return found


def erase_secrets(session: Session, connection_id: int) -> None:
    """Nothing is left that could speak to Paycor."""
    session.execute(delete(Credential).where(Credential.connection_id == connection_id))


def entities(session: Session, connection_id: int) -> Sequence[Entity]:
    """The legal entities that the connection reads, by their ids."""
    query = select(Entity).where(Entity.connection_id == connection_id).order_by(Entity.legal_entity_id)
    return session.scalars(query).all()


def claim(session: Session, connection: Connection, tenants: Mapping[int, int]) -> None:
    """Make these the legal entities of the connection: legal entity id -> tenant id.

    Raises EntityTaken when another portal has one of them (rule D16). The other portal is not named: whose it is, is
    nobody's business.
    """
    session.execute(delete(Entity).where(Entity.connection_id == connection.id))
    for legal_entity_id, tenant_id in sorted(tenants.items()):
        row = Entity(
            connection_id=connection.id,
            environment=connection.environment,
            legal_entity_id=legal_entity_id,
            tenant_id=tenant_id,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            raise EntityTaken(
                f"Legal entity {legal_entity_id} is connected to another portal of this LMS. One Paycor company feeds "
                "one portal: leave it out, or have it disconnected there first."
            ) from error


def mapping(session: Session, connection_id: int) -> tuple[MappingRow, ...]:
    """The rows of "Map your data", in the order in which they were saved."""
    query = (
        select(MappingLine).where(MappingLine.connection_id == connection_id).order_by(MappingLine.position)
    )
    return tuple(
        MappingRow(
            line.attribute,
            line.field_key,
            WhenNull(line.when_null),
            line.fallback,
            line.translation,
            line.create_only,
        )
        for line in session.scalars(query)
    )


def set_mapping(session: Session, connection_id: int, rows: Sequence[MappingRow]) -> None:
    """Put these rows in the place of all others."""
    session.execute(delete(MappingLine).where(MappingLine.connection_id == connection_id))
    session.add_all(
        MappingLine(
            connection_id=connection_id,
            position=position,
            attribute=row.attribute,
            field_key=row.field_key,
            when_null=row.when_null.value,
            fallback=row.fallback,
            translation=dict(row.translation),
            create_only=row.create_only,
        )
        for position, row in enumerate(rows)
    )


def policy(connection: Connection) -> Policy:
    """What the admin has chosen; what was never chosen has its default."""
    return msgspec.convert(connection.policy or {}, Policy)


def set_policy(connection: Connection, chosen: Policy) -> None:
    """Keep the choice, by its field names."""
    connection.policy = msgspec.to_builtins(chosen)


def custom_fields(connection: Connection) -> tuple[CustomField, ...]:
    """The custom fields that were found at its Paycor; none before anybody looked."""
    return msgspec.convert(connection.custom_fields or [], tuple[CustomField, ...])


def set_custom_fields(connection: Connection, found: Iterable[CustomField]) -> None:
    """Keep what was found."""
    connection.custom_fields = msgspec.to_builtins(list(found))


def stop(session: Session, connection: Connection, now: datetime) -> None:
    """End whatever could still use the consent, in this one transaction (rule D17).

    Secrets and consents are erased, the legal entities are free for another portal, and runs that wait are discarded.
    Events find no door any more, and sending completions has to be switched on anew. A run under way is ended by
    `taken_over`.
    """
    erase_secrets(session, connection.id)
    for heard in (EventEndpoint, EventRefreshRow):
        session.execute(delete(heard).where(heard.connection_id == connection.id))
    connection.completions_from = None
    session.execute(delete(Entity).where(Entity.connection_id == connection.id))
    session.execute(delete(Consent).where(Consent.portal_id == connection.portal_id))
    session.execute(
        update(RunRow)
        .where(RunRow.connection_id == connection.id, RunRow.status.in_(WAITING))
        .values(status=RunStatus.DISCARDED, finished_at=now)
    )
    connection.state = ConnectionState.DISCONNECTED
    connection.attention_code = None
    connection.next_daily_at = None


def pause(session: Session, connection: Connection, now: datetime, viewer_id: str | None) -> None:
    """Let nothing run by itself from now on, unless that is so already."""
    if connection.state != ConnectionState.PAUSED:
        connection.state = ConnectionState.PAUSED
        audit(session, connection.portal_id, now, viewer_id, "connection.paused")


def forget(session: Session, connection: Connection) -> None:
    """Delete all that is stored about the connection and its people; the audit alone stays."""
    runs = select(RunRow.id).where(RunRow.connection_id == connection.id)
    session.execute(delete(EntryRow).where(EntryRow.run_id.in_(runs)))
    for kept in _KEPT:
        session.execute(delete(kept).where(kept.connection_id == connection.id))
    session.delete(connection)


def audit(
    session: Session, portal_id: str, at: datetime, viewer_id: str | None, action: str, **detail: Any
) -> None:
    """Write down who did what; `detail` has ids and counts, never a secret or a person."""
    session.add(Audit(portal_id=portal_id, at=at, viewer_id=viewer_id, action=action, detail=detail))
