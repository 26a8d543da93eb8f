"""From + Connect to Active: what Paycor receives, what is stored, and what is not."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from connector.errors import ConsentError, EntityTaken, Refused, SourceAuthError, SourceForbidden
from connector.services.connection.connect import ConnectionService
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection, Consent, Credential, Entity
from tests.clock import Clock
from tests.services.connection.steps import (
    CALLBACK,
    SESSION_KEY,
    begin,
    connect,
    count,
    finish_consent,
    state,
)
from tests.services.paycor import ENTITY, SECOND_ENTITY, FakePaycor


@pytest.mark.req("A45", "A47", "A48")
def test_consent_review_and_finish_make_it_active(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, clock: Clock
) -> None:
    """+ Connect, sign in at Paycor, review, Finish: the connection is active, by this admin, from now."""
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
    """The address is Paycor's own, with PKCE and a state that cannot be guessed."""
    parts = urlsplit(begin(connecting))
    query = parse_qs(parts.query)

    assert parts.netloc == "hcm.paycor.com"
    assert query["redirect_uri"] == [CALLBACK]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 32


def test_a_stored_consent_reveals_no_secret(connecting: ConnectionService, database: Database) -> None:
    """Neither the state nor the key of the session can be read from the database."""
    query = parse_qs(urlsplit(begin(connecting)).query)
    with database.reading() as session:
        row = session.scalars(sa.select(Consent)).one()

    stored = row.state_hash + row.session_hash + row.verifier
    assert query["state"][0].encode() not in stored
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
def test_an_invalid_consent_connects_nothing(
    connecting: ConnectionService,
    paycor: FakePaycor,
    database: Database,
    clock: Clock,
    changes: Mapping[str, str],
    minutes: int,
    said: str,
) -> None:
    """The error says why and what to do, and nothing is stored."""
    code, claimed = paycor.consent(begin(connecting))
    clock.advance(timedelta(minutes=minutes))

    with pytest.raises(ConsentError, match=said) as refused:
        finish_consent(connecting, claimed, code, **changes)

    assert "press + connect" in refused.value.message.lower()
    assert "zebra" not in refused.value.message
    assert (state(database), paycor.token_calls) == (None, 0)


@pytest.mark.req("A45")
@pytest.mark.parametrize("changes", [{"viewer_id": "mallory"}, {"session_key": "other"}, {"session_key": ""}])
def test_another_admin_or_browser_does_not_use_a_consent_up(
    connecting: ConnectionService, paycor: FakePaycor, changes: Mapping[str, str]
) -> None:
    """The admin who started the consent still finishes it."""
    code, claimed = paycor.consent(begin(connecting))
    with pytest.raises(ConsentError):
        finish_consent(connecting, claimed, code, **changes)

    assert finish_consent(connecting, claimed, code) == "a"


def test_a_consent_that_paycor_ended_cannot_be_used_again(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Its answer was for the admin who started it."""
    code, claimed = paycor.consent(begin(connecting))
    with pytest.raises(ConsentError, match="refused at Paycor"):
        finish_consent(connecting, claimed, code, error="access_denied")

    with pytest.raises(ConsentError, match="used already"):
        finish_consent(connecting, claimed, code)
    assert count(database, Consent) == 0


def test_a_consent_just_in_time_is_accepted(
    connecting: ConnectionService, paycor: FakePaycor, clock: Clock
) -> None:
    """Ten minutes less a second."""
    code, claimed = paycor.consent(begin(connecting))
    clock.advance(timedelta(minutes=9, seconds=59))

    assert finish_consent(connecting, claimed, code) == "a"


@pytest.mark.parametrize("claimed", [None, "", "made-up"])
def test_an_unknown_state_is_refused(connecting: ConnectionService, claimed: str | None) -> None:
    """A prepared link cannot connect a portal."""
    with pytest.raises(ConsentError, match="not started here"):
        finish_consent(connecting, claimed, "code")


def test_a_state_works_once(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """Going back in the browser does not send a code twice."""
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    with pytest.raises(ConsentError, match="used already"):
        finish_consent(connecting, claimed, code)

    assert paycor.token_calls == 1


def test_a_code_that_paycor_rejects_leaves_nothing(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The state is used up before the exchange, also when that fails."""
    _, claimed = paycor.consent(begin(connecting))

    with pytest.raises(SourceAuthError):
        finish_consent(connecting, claimed, "made-up")

    assert (state(database), count(database, Consent), count(database, Credential)) == (None, 0, 0)


def test_consents_that_ran_out_are_deleted(
    connecting: ConnectionService, database: Database, clock: Clock
) -> None:
    """An admin who never comes back leaves no row for ever."""
    begin(connecting)
    clock.advance(timedelta(minutes=10))
    begin(connecting)

    assert count(database, Consent) == 1


@pytest.mark.req("B4")
def test_the_vendors_application_is_one_of_production(
    connecting: ConnectionService, database: Database
) -> None:
    """In production it never leads to the sandbox's consent page."""
    assert connecting.redirect_ready("production")
    assert not connecting.redirect_ready("sandbox")
    with pytest.raises(Refused, match="no application at Paycor sandbox"):
        connecting.begin_consent("a", "admin", SESSION_KEY, "sandbox", CALLBACK)

    assert count(database, Consent) == 0


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
    """The second portal is refused, and not told which portal has the company, until the first disconnects."""
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


def test_an_active_connection_has_nothing_to_finish(
    connecting: ConnectionService, paycor: FakePaycor
) -> None:
    """Pressing Finish twice changes nothing."""
    connect(connecting, paycor)

    with pytest.raises(Refused, match="nothing to review"):
        connecting.finish("a", "admin")


@pytest.mark.parametrize("act", ["review", "finish", "disconnect"])
def test_a_portal_without_a_connection_is_told_to_connect(connecting: ConnectionService, act: str) -> None:
    """On every button."""
    acts: dict[str, Callable[[], object]] = {
        "review": lambda: connecting.review("a"),
        "finish": lambda: connecting.finish("a", "admin"),
        "disconnect": lambda: connecting.disconnect("a", "admin", forget=False),
    }

    with pytest.raises(Refused, match=r"Press \+ Connect"):
        acts[act]()
