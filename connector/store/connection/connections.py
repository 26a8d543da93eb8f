"""A portal's connection and its secrets, as rows. Plain functions on a session; the caller commits.

The only rule decided here is the table's own: a portal has one connection.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.run import RunStatus
from connector.store import audit
from connector.store.connection import legal_entities
from connector.store.db.sessions import Session
from connector.store.tables import Base
from connector.store.tables.connection import Connection, Consent, Credential
from connector.store.tables.events import EventEndpoint, EventRefreshRow
from connector.store.tables.runs import EntryRow, Lease, RunRow

#: Runs in these states have not been applied; the end of the connection discards them.
WAITING = (RunStatus.QUEUED, RunStatus.HELD)

#: Every table with rows of a connection, children first: SQLite does not cascade unless the app switches it on.
_TABLES = [table for table in reversed(Base.metadata.sorted_tables) if "connection_id" in table.c]


def of_portal(session: Session, portal_id: str) -> Connection | None:
    """The portal's connection in any state; None when it never had one."""
    return session.scalar(select(Connection).where(Connection.portal_id == portal_id))


def by_id(session: Session, connection_id: int) -> Connection:
    """The connection, read from the database now, also when the session has read it before."""
    return session.get_one(Connection, connection_id, populate_existing=True)


def lock(session: Session, portal_id: str) -> Connection | None:
    """The portal's connection, read now; no other transaction can change it until this one ends."""
    query = select(Connection).where(Connection.portal_id == portal_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def lock_by_id(session: Session, connection_id: int) -> Connection:
    """The same for the connection with this id."""
    return session.get_one(Connection, connection_id, populate_existing=True, with_for_update=True)


def take_over(session: Session, portal_id: str, now: datetime) -> Connection | None:
    """The portal's connection, locked, and its lease taken from the run that holds it: that run can write no more.

    It touches the lease before the connection, because a run locks them in that order.
    """
    connection = of_portal(session, portal_id)
    if connection is None:
        return None
    session.execute(
        update(Lease)
        .where(Lease.connection_id == connection.id)
        .values(owner="", token=Lease.token + 1, expires_at=now)
    )
    return lock(session, portal_id)


def create(
    session: Session, portal_id: str, environment: str, mode: ConsentMethod, daily_hour: int
) -> Connection:
    """The first connection of a portal, in state `review`, with the default for every choice.

    When another request creates it at the same moment, that one is returned, locked.
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
        created_by_other = lock(session, portal_id)
        if created_by_other is None:
            raise
        return created_by_other
    return row


def credential(session: Session, connection_id: int) -> Credential | None:
    """The encrypted secrets; None when they have been erased."""
    return session.get(Credential, connection_id)


def sealed_secrets(session: Session) -> list[tuple[str, bytes]]:
    """Every encrypted secret, with the portal that it belongs to."""
    rows = session.execute(
        select(Connection.portal_id, Credential).join(Connection, Connection.id == Credential.connection_id)
    )
    sealed = (
        (portal_id, secret)
        for portal_id, row in rows
        for secret in (row.client_secret, row.subscription_key, row.access_token, row.refresh_token)
    )
    return [(portal_id, secret) for portal_id, secret in sealed if secret is not None]


def ensure_credential(session: Session, connection_id: int) -> Credential:
    """The row for the secrets; a new empty one when they have been erased."""
    row = credential(session, connection_id)
    if row is None:
        row = Credential(connection_id=connection_id)
        session.add(row)
    return row


def erase_secrets(session: Session, connection_id: int) -> None:
    """Delete every secret, so that nothing can reach Paycor for this connection."""
    session.execute(delete(Credential).where(Credential.connection_id == connection_id))


def stop(session: Session, connection: Connection, now: datetime) -> None:
    """End everything that could still use the consent, in this one transaction (rule D17).

    Erases secrets and open consents, frees the legal entities for other portals, discards waiting runs, closes the
    address for events, and switches completions off. `take_over` ends a run that is under way.
    """
    erase_secrets(session, connection.id)
    for table in (EventEndpoint, EventRefreshRow):
        session.execute(delete(table).where(table.connection_id == connection.id))
    connection.completions_from = None
    legal_entities.release(session, connection.id)
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
    """Pause the connection; one that is paused stays as it is, without a second line in the audit."""
    if connection.state != ConnectionState.PAUSED:
        connection.state = ConnectionState.PAUSED
        audit.record(session, connection.portal_id, now, viewer_id, "connection.paused")


def forget(session: Session, connection: Connection) -> None:
    """Delete all that is stored about the connection and its people; only the audit stays, without any settings."""
    audit.forget_settings(session, connection.portal_id)
    runs = select(RunRow.id).where(RunRow.connection_id == connection.id)
    session.execute(delete(EntryRow).where(EntryRow.run_id.in_(runs)))
    for table in _TABLES:
        session.execute(delete(table).where(table.c.connection_id == connection.id))
    session.delete(connection)
