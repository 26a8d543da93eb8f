"""A pasted application: when it becomes a connection, and what stays when it does not."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from connector.errors import EntityTaken, SourceAuthError, SourceError, SourceForbidden
from connector.paycor.auth.credentials import Tokens
from connector.services.connection.connect import ConnectionService
from connector.services.invalid_settings import InvalidSettings
from connector.store.connection import connections, legal_entities
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection, Credential, Entity
from connector.wiring import Wiring
from tests.services.paycor import APPLICATION, ENTITY, NEEDED, SECOND_ENTITY, TENANT, FakePaycor, pasted
from tests.services.stored import add

Stored = tuple[str | None, Tokens | None, list[int]]


def stored(wiring: Wiring, portal_id: str = "a") -> Stored:
    """What is stored for a portal: the state, the tokens and the legal entities."""
    with wiring.database.reading() as session:
        row = connections.of_portal(session, portal_id)
        if row is None:
            return None, None, []
        ids = [entity.legal_entity_id for entity in legal_entities.of_connection(session, row.id)]
    return row.state, wiring.tokens(row.id).current(), ids


def set_state(database: Database, state: str) -> None:
    """Put the connection into this state."""
    with database.writing() as session:
        session.execute(sa.update(Connection).values(state=state))


@pytest.fixture
def active(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """Portal `a` has pasted its application and is active."""
    connecting.paste("a", "admin", pasted())
    connecting.finish("a", "admin")


@pytest.mark.req("B3")
def test_a_valid_application_goes_to_review(
    connecting: ConnectionService, paycor: FakePaycor, wiring: Wiring
) -> None:
    """The refresh token was used once, and its successor from Paycor is stored."""
    connecting.paste("a", "admin", pasted())

    state, tokens, entities = stored(wiring)
    assert (state, entities) == ("review", [ENTITY])
    assert tokens is not None
    assert (paycor.token_calls, tokens.refresh_token) == (1, paycor.refresh_token)


@pytest.mark.req("B3")
def test_its_secrets_are_stored_encrypted(
    connecting: ConnectionService, paycor: FakePaycor, wiring: Wiring
) -> None:
    """The next call can read them, and the table does not show them."""
    connecting.paste("a", "admin", pasted())

    with wiring.database.reading() as session:
        row = session.scalars(sa.select(Credential)).one()
        connection = session.scalars(sa.select(Connection)).one()
    sealed = [row.client_secret, row.subscription_key, row.access_token, row.refresh_token]
    assert [value for value in sealed if value is None or b"zebra" in value] == []
    assert wiring.credentials(connection).client_secret == APPLICATION["client_secret"]


@pytest.mark.req("B3")
def test_finish_reads_the_legal_entities_that_were_named(
    connecting: ConnectionService, active: None, wiring: Wiring, database: Database
) -> None:
    """Not all that the consent covers; their company id is stored with them."""
    with database.reading() as session:
        entities = session.scalars(sa.select(Entity)).all()

    assert stored(wiring)[0] == "active"
    assert [(one.legal_entity_id, one.tenant_id) for one in entities] == [(ENTITY, TENANT)]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        pytest.param({"client_id": ""}, ["client_id"], id="one is missing"),
        pytest.param(
            {"client_id": "", "refresh_token": "a b"}, ["client_id", "refresh_token"], id="two are wrong"
        ),
        pytest.param({"legal_entity_id": "abc"}, ["legal_entity_id"], id="an id that is no number"),
        pytest.param({"environment": "test"}, ["environment"], id="an unknown environment"),
        pytest.param({"base_url": "https://paycor.example"}, ["base_url"], id="an address, from an admin"),
    ],
)
def test_each_wrong_field_is_named(
    connecting: ConnectionService,
    paycor: FakePaycor,
    wiring: Wiring,
    changes: Mapping[str, object],
    wrong: list[str],
) -> None:
    """Before any call to Paycor; no sentence repeats what was pasted."""
    with pytest.raises(InvalidSettings) as refused:
        connecting.paste("a", "admin", pasted(**changes))

    assert sorted(map(str, refused.value.errors)) == wrong
    assert "zebra" not in refused.value.message + str(refused.value.errors)
    assert (stored(wiring), paycor.token_calls) == ((None, None, []), 0)


def test_an_operator_may_set_another_address(
    connecting: ConnectionService, paycor: FakePaycor, wiring: Wiring, database: Database
) -> None:
    """It is stored with the connection, and every later call goes there."""
    paycor.at = "elsewhere"

    connecting.paste("a", None, pasted(base_url="https://paycor.example/"), operator=True)
    connecting.finish("a", None)

    with database.reading() as session:
        row = session.scalars(sa.select(Connection)).one()
    assert (row.state, row.api_url) == ("active", "https://paycor.example")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"client_secret": "wrong"}, "client secret", id="a wrong secret"),
        pytest.param({"refresh_token": "wrong"}, "no longer accepts", id="a wrong token"),
        pytest.param({"subscription_key": "wrong"}, "subscription key", id="a wrong key"),
        pytest.param({"environment": "sandbox"}, "Paycor sandbox", id="the wrong environment"),
    ],
)
def test_what_paycor_rejects_is_not_stored(
    connecting: ConnectionService,
    paycor: FakePaycor,
    wiring: Wiring,
    changes: Mapping[str, object],
    said: str,
) -> None:
    """No connection has secrets that do not work; the message says which one was wrong."""
    with pytest.raises(SourceAuthError, match=said):
        connecting.paste("a", "admin", pasted(**changes))

    assert stored(wiring) == (None, None, [])


@pytest.mark.req("B4")
def test_a_sandbox_application_is_refused_in_production(
    connecting: ConnectionService, paycor: FakePaycor, wiring: Wiring
) -> None:
    """The message says that it may belong to the other environment."""
    paycor.at = "sandbox"

    with pytest.raises(SourceAuthError, match="Paycor production.*Paycor sandbox"):
        connecting.paste("a", "admin", pasted())

    assert stored(wiring) == (None, None, [])


def test_a_legal_entity_that_is_not_covered_is_named(
    connecting: ConnectionService, paycor: FakePaycor, wiring: Wiring
) -> None:
    """The pasted token is used up, so its successor is stored: the review offers what is covered."""
    with pytest.raises(SourceForbidden, match="4711.*covers: 190204, 190205"):
        connecting.paste("a", "admin", pasted(legal_entity_id="4711"))

    state, tokens, entities = stored(wiring)
    assert (state, entities) == ("review", [])
    assert tokens is not None
    assert tokens.refresh_token == paycor.refresh_token
    connecting.finish("a", "admin", [SECOND_ENTITY])
    assert stored(wiring)[2] == [SECOND_ENTITY]


@pytest.mark.req("D16")
def test_a_legal_entity_of_another_portal_is_refused(
    connecting: ConnectionService, active: None, paycor: FakePaycor, wiring: Wiring
) -> None:
    """At once, not only at Finish, and without naming the other portal."""
    before = stored(wiring, "a")

    with pytest.raises(EntityTaken) as refused:
        connecting.paste("b", "admin", pasted(refresh_token=paycor.refresh_token))

    assert "Top" not in refused.value.message
    assert stored(wiring, "a")[::2] == before[::2]
    assert stored(wiring, "b")[2] == []


@pytest.mark.req("D18")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, None, id="there was none"),
        pytest.param("review", "disconnected", id="one was in review"),
        pytest.param("disconnected", "disconnected", id="one was disconnected"),
        pytest.param("attention", "attention", id="one needed attention"),
    ],
)
def test_secrets_that_do_not_work_are_erased(
    connecting: ConnectionService,
    paycor: FakePaycor,
    wiring: Wiring,
    database: Database,
    before: str | None,
    after: str | None,
) -> None:
    """Paycor issues a token and then rejects it: the connection has its earlier state, but never review."""
    if before:
        add(
            database,
            Connection(portal_id="a", environment="production", mode="paste", state=before, policy={}),
        )
    paycor.is_closed = True

    with pytest.raises(SourceAuthError):
        connecting.paste("a", "admin", pasted())

    assert stored(wiring) == (after, None, [])
    with database.reading() as session:
        assert session.scalars(sa.select(Audit.action)).all() == ["consent.given", "consent.failed"]


@pytest.mark.parametrize("state", ["active", "paused"])
@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        pytest.param({"client_secret": "wrong"}, None, id="a wrong secret"),
        pytest.param({"legal_entity_id": "4711"}, None, id="a legal entity that is not covered"),
        pytest.param({}, "Status", id="a right that is missing"),
    ],
)
def test_a_working_consent_stays_until_the_new_one_is_proven(
    connecting: ConnectionService,
    active: None,
    paycor: FakePaycor,
    wiring: Wiring,
    database: Database,
    state: str,
    changes: Mapping[str, object],
    lacking: str | None,
) -> None:
    """Connecting again with something wrong changes nothing: state, tokens and legal entities are as before."""
    set_state(database, state)
    paycor.lacking = {lacking} if lacking else set()
    before = stored(wiring)

    with pytest.raises(SourceError):
        connecting.paste("a", "admin", pasted(refresh_token=paycor.refresh_token, **changes))

    assert stored(wiring) == before


@pytest.mark.parametrize("include", sorted(NEEDED))
def test_a_right_without_which_there_can_be_no_sync_is_named(
    connecting: ConnectionService, active: None, paycor: FakePaycor, include: str
) -> None:
    """Before it replaces a connection that works."""
    paycor.lacking = {include}

    with pytest.raises(SourceForbidden, match=NEEDED[include]):
        connecting.paste("a", "admin", pasted(refresh_token=paycor.refresh_token))


@pytest.mark.req("D18")
@pytest.mark.parametrize("state", ["active", "attention", "disconnected"])
def test_a_proven_consent_replaces_the_old_one(
    connecting: ConnectionService,
    active: None,
    paycor: FakePaycor,
    wiring: Wiring,
    database: Database,
    state: str,
) -> None:
    """The connection's row stays, with everything that refers to it; the legal entities are those named now."""
    set_state(database, state)

    connecting.paste(
        "a",
        "admin",
        pasted(refresh_token=paycor.refresh_token, legal_entity_id=f"{ENTITY}, {SECOND_ENTITY}"),
    )

    after, tokens, entities = stored(wiring)
    assert (after, entities) == ("review", [ENTITY, SECOND_ENTITY])
    assert tokens is not None
    assert tokens.refresh_token == paycor.refresh_token
    with database.reading() as session:
        assert session.scalars(sa.select(Connection.id)).all() == [1]


@pytest.mark.req("B4")
def test_another_environment_frees_the_legal_entities_of_the_old_one(
    connecting: ConnectionService, active: None, paycor: FakePaycor, wiring: Wiring
) -> None:
    """The same number is another company there."""
    paycor.at = "sandbox"

    connecting.paste(
        "a",
        "admin",
        pasted(refresh_token=paycor.refresh_token, environment="sandbox", legal_entity_id=str(SECOND_ENTITY)),
    )

    with wiring.database.reading() as session:
        rows = session.scalars(sa.select(Entity)).all()
    assert [(row.environment, row.legal_entity_id) for row in rows] == [("sandbox", SECOND_ENTITY)]
