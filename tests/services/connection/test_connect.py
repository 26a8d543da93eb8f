"""From + Connect to Active and to Disconnect: what Paycor sees, what is stored, and what is not."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from connector.core.model.settings import MappingRow
from connector.errors import (
    ConsentError,
    EntityTaken,
    Refused,
    SourceAuthError,
    SourceForbidden,
)
from connector.services.connection.connect import ConnectionService
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection, Consent, Credential, Entity, MappingLine
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import Lease, RunRow
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.paycor import ENTITY, SECOND_ENTITY, TENANT, FakePaycor, pasted
from tests.services.stored import add, employee, entry, finding, link, run

CALLBACK = "https://lms.example/settings/integrations/hr/callback"
SESSION_KEY = "zebra-session"


def count(database: Database, table: type[Base]) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def state(database: Database, portal_id: str = "a") -> str | None:
    """The state of a portal's connection, None when it has none."""
    with database.reading() as session:
        row = connections.of_portal(session, portal_id)
        return None if row is None else row.state


def begin(connecting: ConnectionService, portal_id: str = "a") -> str:
    """Press Continue on the connect page: the address of Paycor's."""
    return connecting.begin_consent(portal_id, "admin", SESSION_KEY, "production", CALLBACK)


def finish_consent(connecting: ConnectionService, state: str | None, code: str | None, **changes: str) -> str:
    """Come back from Paycor, as the same admin in the same browser unless `changes` says otherwise."""
    return connecting.finish_consent(
        claimed_state=state,
        code=code,
        error=changes.get("error"),
        viewer_id=changes.get("viewer_id", "admin"),
        session_key=changes.get("session_key", SESSION_KEY),
        redirect_uri=CALLBACK,
    )


def connect(connecting: ConnectionService, paycor: FakePaycor, portal_id: str = "a") -> None:
    """All of it by redirect, with every legal entity there is."""
    code, state = paycor.consent(begin(connecting, portal_id))
    finish_consent(connecting, state, code)
    connecting.finish(portal_id, "admin")


# --- consent by redirect -------------------------------------------------------------------------------------------


@pytest.mark.req("A45", "A47", "A48")
def test_consent_review_and_finish_make_it_active(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, clock: Clock
) -> None:
    """+ Connect, sign in at Paycor, review, Finish: Active, by this admin, now."""
    code, claimed = paycor.consent(begin(connecting))

    assert finish_consent(connecting, claimed, code) == "a"
    assert state(database) == "review"
    connecting.finish("a", "admin")

    with database.reading() as session:
        row = session.scalars(sa.select(Connection)).one()
        entities = session.scalars(sa.select(Entity.legal_entity_id).order_by(Entity.legal_entity_id)).all()
    assert (row.state, row.mode, row.environment) == ("active", "redirect", "production")
    assert (row.connected_at, row.connected_by) == (clock(), "admin")
    assert entities == [ENTITY, SECOND_ENTITY]


@pytest.mark.req("A45")
def test_the_admin_signs_in_at_paycor(connecting: ConnectionService) -> None:
    """The address is Paycor's own, with PKCE and a state that nobody can guess."""
    parts = urlsplit(begin(connecting))
    asked = parse_qs(parts.query)

    assert parts.netloc == "hcm.paycor.com"
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32


def test_what_is_stored_of_a_consent_helps_nobody(connecting: ConnectionService, database: Database) -> None:
    """Neither the state nor the key of the session can be read from the database."""
    asked = parse_qs(urlsplit(begin(connecting)).query)
    with database.reading() as session:
        row = session.scalars(sa.select(Consent)).one()

    stored = row.state_hash + row.session_hash + row.verifier
    assert asked["state"][0].encode() not in stored
    assert SESSION_KEY.encode() not in stored


@pytest.mark.parametrize(
    ("changes", "minutes", "said"),
    [
        pytest.param({"viewer_id": "mallory"}, 0, "another admin", id="another admin"),
        pytest.param({"session_key": "other"}, 0, "another browser session", id="another browser"),
        pytest.param({"session_key": ""}, 0, "another browser session", id="no session"),
        pytest.param({}, 10, "more than 10 minutes ago", id="too late"),
        pytest.param({"error": "access_denied"}, 0, "refused at Paycor", id="denied"),
        pytest.param({"error": "zebra_server_error"}, 0, "without giving it", id="another error"),
    ],
)
def test_a_consent_that_is_not_good_connects_nobody(
    connecting: ConnectionService,
    paycor: FakePaycor,
    database: Database,
    clock: Clock,
    changes: Mapping[str, str],
    minutes: int,
    said: str,
) -> None:
    """It says why and what to do, nothing is stored, and it cannot be tried again with something else."""
    code, claimed = paycor.consent(begin(connecting))
    clock.advance(timedelta(minutes=minutes))

    with pytest.raises(ConsentError, match=said) as refused:
        finish_consent(connecting, claimed, code, **changes)

    assert "press + connect" in refused.value.message.lower()
    assert "zebra" not in refused.value.message
    with pytest.raises(ConsentError, match="used already"):
        finish_consent(connecting, claimed, code)
    assert (state(database), count(database, Consent), paycor.token_calls) == (None, 0, 0)


def test_a_consent_just_in_time_is_good(
    connecting: ConnectionService, paycor: FakePaycor, clock: Clock
) -> None:
    """Ten minutes less a second."""
    code, claimed = paycor.consent(begin(connecting))
    clock.advance(timedelta(minutes=9, seconds=59))

    assert finish_consent(connecting, claimed, code) == "a"


@pytest.mark.parametrize("claimed", [None, "", "made-up"])
def test_an_unknown_state_is_refused(connecting: ConnectionService, claimed: str | None) -> None:
    """Nobody can be made to connect with a link."""
    with pytest.raises(ConsentError, match="not begun here"):
        finish_consent(connecting, claimed, "code")


def test_a_state_is_good_once(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """Going back in the browser does not send a code twice."""
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    with pytest.raises(ConsentError, match="used already"):
        finish_consent(connecting, claimed, code)

    assert paycor.token_calls == 1


def test_a_code_that_paycor_does_not_take_leaves_nothing(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The state is spent before the exchange, whatever comes of that."""
    _, claimed = paycor.consent(begin(connecting))

    with pytest.raises(SourceAuthError):
        finish_consent(connecting, claimed, "made-up")

    assert (state(database), count(database, Consent), count(database, Credential)) == (None, 0, 0)


def test_consents_that_ran_out_are_cleared_away(
    connecting: ConnectionService, database: Database, clock: Clock
) -> None:
    """Whoever never came back leaves nothing for ever."""
    begin(connecting)
    clock.advance(timedelta(minutes=10))
    begin(connecting)

    assert count(database, Consent) == 1


@pytest.mark.req("B4")
def test_the_vendors_application_is_one_of_production(
    connecting: ConnectionService, database: Database
) -> None:
    """In production nobody is sent to the sandbox's consent page with it."""
    assert connecting.redirect_ready("production")
    assert not connecting.redirect_ready("sandbox")
    with pytest.raises(Refused, match="no application at Paycor sandbox"):
        connecting.begin_consent("a", "admin", SESSION_KEY, "sandbox", CALLBACK)

    assert count(database, Consent) == 0


# --- review and finish ---------------------------------------------------------------------------------------------


@pytest.mark.req("A47", "B5")
def test_the_review_shows_what_the_consent_covers(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """The legal entities with their company id, every right with its reason, and the data in plain words.

    Nothing is mapped yet: departments are allowed and not needed, and persons and custom fields are not even tried.
    """
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    review = connecting.review("a")

    assert [(one.legal_entity_id, one.tenant_id, one.chosen) for one in review.legal_entities] == [
        (ENTITY, TENANT, True),
        (SECOND_ENTITY, TENANT, True),
    ]
    assert {one.name for one in review.permissions if not one.found} == {
        "View Legal Entity Persons",
        "View Person Phone",
        "Legal Entity CustomFields",
    }
    assert [one.name for one in review.permissions if one.found and not one.needed] == [
        "View Legal Entity Departments Information"
    ]
    assert all(one.reason for one in review.permissions)
    assert review.is_enough
    assert "First name, last name and work email" in review.received
    assert "Create and Update Certification" in review.writing


@pytest.mark.req("B5")
def test_a_missing_right_is_named(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The review shows which; Finish refuses without one that a sync needs, and the connection waits."""
    paycor.lacking = {"Status", "WorkLocation"}
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    review = connecting.review("a")

    missing = [one.name for one in review.permissions if one.found is False]
    assert missing == ["View Legal Entity Employees Status", "View Legal Entity Employees Work Location"]
    assert not review.is_enough
    with pytest.raises(SourceForbidden, match="no sync: View Legal Entity Employees Status\\."):
        connecting.finish("a", "admin")
    assert state(database) == "review"


def test_an_optional_right_may_be_missing(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Without the work location people are synced all the same."""
    paycor.lacking = {"WorkLocation"}

    connect(connecting, paycor)

    assert state(database) == "active"


def test_finish_takes_the_legal_entities_that_were_chosen(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """One that the consent does not cover is refused by its number; none at all is refused."""
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    with pytest.raises(SourceForbidden, match="4711.*covers: 190204, 190205"):
        connecting.finish("a", "admin", [4711])
    with pytest.raises(Refused, match="at least one"):
        connecting.finish("a", "admin", [])
    connecting.finish("a", "admin", [SECOND_ENTITY])

    with database.reading() as session:
        assert session.scalars(sa.select(Entity.legal_entity_id)).all() == [SECOND_ENTITY]


@pytest.mark.req("D16", "A42")
def test_one_company_feeds_one_portal(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The second portal is refused without being told whose the company is, until the first lets go."""
    connect(connecting, paycor, "a")
    code, claimed = paycor.consent(begin(connecting, "b"))
    finish_consent(connecting, claimed, code)

    with pytest.raises(EntityTaken, match=f"{ENTITY} is connected to another portal") as refused:
        connecting.finish("b", "admin")

    assert "Top" not in refused.value.message
    assert (state(database, "a"), state(database, "b")) == ("active", "review")
    connecting.disconnect("a", "admin", forget=False)
    connecting.finish("b", "admin")
    assert state(database, "b") == "active"


def test_what_is_active_has_nothing_to_finish(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """Pressing Finish twice changes nothing."""
    connect(connecting, paycor)

    with pytest.raises(Refused, match="nothing to review"):
        connecting.finish("a", "admin")


@pytest.mark.parametrize("act", ["review", "finish", "disconnect"])
def test_a_portal_without_a_connection_is_told_to_connect(connecting: ConnectionService, act: str) -> None:
    """Whatever is pressed."""
    acts: dict[str, Callable[[], object]] = {
        "review": lambda: connecting.review("a"),
        "finish": lambda: connecting.finish("a", "admin"),
        "disconnect": lambda: connecting.disconnect("a", "admin", forget=False),
    }

    with pytest.raises(Refused, match=r"press \+ Connect"):
        acts[act]()


# --- disconnect ----------------------------------------------------------------------------------------------------


def fill(database: Database, connection_id: int) -> None:
    """What a portal has after a while: people, links, runs of every kind, a lease and a mapping."""
    add(
        database,
        run(1, connection_id),
        run(2, connection_id, status="queued"),
        run(3, connection_id, status="held"),
        employee(1, "ada@example.com", connection_id),
        link(1, "none", connection_id),
        finding(1, "email_missing", connection_id),
        Lease(connection_id=connection_id, owner="{}", token=7, expires_at=run(9).requested_at),
    )
    add(database, entry(1, run_id=1))
    with database.writing() as session:
        connections.set_mapping(session, connection_id, [MappingRow("job_title", "title")])


@pytest.mark.req("A50", "D17")
def test_disconnect_erases_secrets_and_keeps_the_rest(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Secrets, consents and legal entities are gone, runs that wait are discarded, one under way may not write."""
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
    """Every table of ours is empty, but for who did what."""
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
    """Whether it forgets or not."""
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
        assert connections.mapping(session, 1) == (MappingRow("job_title", "title"),)
    assert (row.state, row.settings_version, row.daily_hour) == ("active", 9, 4)
    assert connections.policy(row).absent_reads == 7
    assert count(database, LinkRow) == 1


@pytest.mark.parametrize("synced_before", [True, False], ids=["after a first sync", "before any"])
@pytest.mark.req("A23", "D17")
def test_the_daily_sync_comes_back_with_the_connection(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, clock: Clock, synced_before: bool
) -> None:
    """Nobody has to press Sync for it; a portal that never synced waits for its first one."""
    connect(connecting, paycor)
    with database.writing() as session:
        session.get_one(Connection, 1).first_sync_at = clock() if synced_before else None
    connecting.disconnect("a", "admin", forget=False)

    connect(connecting, paycor)

    with database.reading() as session:
        next_daily_at = session.get_one(Connection, 1).next_daily_at
    assert (next_daily_at is not None and next_daily_at > clock()) == synced_before


# --- what is left behind -------------------------------------------------------------------------------------------


def test_every_act_is_in_the_audit_and_no_secret_anywhere(
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
