"""Disconnect and connect again: what is erased, what stays, and what the audit shows."""

import logging

import pytest
import sqlalchemy as sa

from connector.core.model.settings import MappingRow
from connector.services.connection.connect import ConnectionService
from connector.store import settings as stored_settings
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection, Consent, Credential, Entity, MappingLine
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import Lease, RunRow
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.connection.steps import (
    begin,
    connect,
    count,
    state,
)
from tests.services.paycor import ENTITY, SECOND_ENTITY, TENANT, FakePaycor, pasted
from tests.services.stored import add, employee, entry, finding, link, refusal, run


def fill(database: Database, connection_id: int) -> None:
    """The rows of a portal after a while: people, links, runs of every kind, a lease and a mapping."""
    add(
        database,
        run(1, connection_id),
        run(2, connection_id, status="queued"),
        run(3, connection_id, status="held"),
        employee(1, "ada@example.com", connection_id),
        link(1, "none", connection_id),
        finding(1, "email_missing", connection_id),
        refusal(1, connection_id),
        Lease(connection_id=connection_id, owner="{}", token=7, expires_at=run(9).requested_at),
    )
    add(database, entry(1, run_id=1))
    with database.writing() as session:
        stored_settings.set_mapping(session, connection_id, [MappingRow("job_title", "title")])


@pytest.mark.req("A50", "D17")
def test_disconnect_erases_secrets_and_keeps_the_rest(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Secrets, consents and legal entities are gone, waiting runs are discarded, a run under way cannot write."""
    connect(connecting, paycor)
    fill(database, 1)
    begin(connecting)

    connecting.disconnect("a", "admin", forget=False)

    assert state(database) == "disconnected"
    assert [count(database, table) for table in (Credential, Consent, Entity)] == [0, 0, 0]
    assert [count(database, table) for table in (LinkRow, MappingLine)] == [1, 1]
    with database.reading() as session:
        statuses = session.scalars(sa.select(RunRow.status).order_by(RunRow.id)).all()
        lease = session.get_one(Lease, 1)
    assert statuses == ["done", "discarded", "discarded"]
    assert (lease.owner, lease.token) == ("", 8)


@pytest.mark.req("D17")
def test_forgetting_leaves_nothing_but_the_audit(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """All our tables are empty except the audit."""
    connect(connecting, paycor)
    fill(database, 1)

    connecting.disconnect("a", "admin", forget=True)

    with database.reading() as session:
        tables = Base.metadata.sorted_tables
        left = [table.name for table in tables if session.execute(sa.select(table).limit(1)).first()]
    assert left == ["connector_audit"]


@pytest.mark.req("A42")
def test_disconnecting_one_portal_leaves_the_other(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Also when it forgets everything."""
    paycor.covered = {ENTITY: TENANT}
    connect(connecting, paycor, "a")
    paycor.covered = {SECOND_ENTITY: TENANT}
    connect(connecting, paycor, "b")
    fill(database, 2)

    connecting.disconnect("a", "admin", forget=True)

    assert (state(database, "a"), state(database, "b")) == (None, "active")
    assert [count(database, table) for table in (Credential, Entity, RunRow, LinkRow)] == [1, 1, 3, 1]


@pytest.mark.req("D17", "D18")
def test_connecting_again_keeps_every_setting(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The mapping, the policy, the links and the version of the settings are those from before."""
    connect(connecting, paycor)
    fill(database, 1)
    with database.writing() as session:
        row = session.get_one(Connection, 1)
        row.settings_version, row.daily_hour, row.policy = 9, 4, {"absent_reads": 7}
    connecting.disconnect("a", "admin", forget=False)

    connect(connecting, paycor)

    with database.reading() as session:
        row = session.get_one(Connection, 1)
        assert stored_settings.mapping(session, 1) == (MappingRow("job_title", "title"),)
    assert (row.state, row.settings_version, row.daily_hour) == ("active", 9, 4)
    assert stored_settings.policy(row).absent_reads == 7
    assert count(database, LinkRow) == 1


@pytest.mark.parametrize("synced_before", [True, False], ids=["after a first sync", "before any"])
@pytest.mark.req("A23", "D17")
def test_the_daily_sync_comes_back_with_the_connection(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, clock: Clock, synced_before: bool
) -> None:
    """No admin has to press Sync for it; a portal that never synced waits for its first sync."""
    connect(connecting, paycor)
    with database.writing() as session:
        session.get_one(Connection, 1).first_sync_at = clock() if synced_before else None
    connecting.disconnect("a", "admin", forget=False)

    connect(connecting, paycor)

    with database.reading() as session:
        next_daily_at = session.get_one(Connection, 1).next_daily_at
    assert (next_daily_at is not None and next_daily_at > clock()) == synced_before


def test_every_act_is_in_the_audit_and_no_secret_is_anywhere(
    connecting: ConnectionService,
    wiring: Wiring,
    paycor: FakePaycor,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who did what in which order; neither the log nor the tables show a secret."""
    with caplog.at_level(logging.DEBUG):
        connect(connecting, paycor)
        connecting.paste("a", "admin", pasted(refresh_token=paycor.refresh_token))
        connecting.finish("a", "admin")
        connecting.disconnect("a", "admin", forget=False)

    with database.reading() as session:
        rows = session.scalars(sa.select(Audit).order_by(Audit.id)).all()
    acts = ["consent.begun", "consent.given", "connection.active"]
    assert [row.action for row in rows] == [*acts, *acts[1:], "connection.ended"]
    assert {row.viewer_id for row in rows} == {"admin"}
    assert "zebra" not in caplog.text + repr([row.detail for row in rows]) + repr(wiring.config)
