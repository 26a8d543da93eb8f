"""Which connections may do what, and the sentence that says what to do first."""

import pytest

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunMode
from connector.errors import Refused
from connector.services.connection.require import may_run, require_active, require_connection
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from tests.services.stored import add

CONNECT_FIRST = "This portal is not connected to Paycor. Press + Connect first."


def connection(state: ConnectionState) -> Connection:
    """The connection of portal `a` in this state."""
    return Connection(portal_id="a", environment="sandbox", mode="paste", state=state, policy={})


@pytest.mark.parametrize("lock", [False, True])
def test_a_portal_without_a_connection_has_to_connect_first(database: Database, lock: bool) -> None:
    """Everywhere in the same words."""
    with database.writing() as session:
        with pytest.raises(Refused) as refused:
            require_connection(session, "a", lock=lock)
        with pytest.raises(Refused) as inactive:
            require_active(session, "a")

    assert refused.value.message == inactive.value.message == CONNECT_FIRST


@pytest.mark.parametrize("state", list(ConnectionState))
def test_any_state_is_a_connection(database: Database, state: ConnectionState) -> None:
    """Also one that has ended: its settings can be read and saved."""
    add(database, connection(state))

    with database.reading() as session:
        assert require_connection(session, "a").state is state


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ConnectionState.REVIEW, "Press \\+ Connect first"),
        (ConnectionState.DISCONNECTED, "Press \\+ Connect first"),
        (ConnectionState.ATTENTION, "connect to Paycor again"),
        (ConnectionState.PAUSED, "Resume it"),
    ],
)
def test_what_is_not_active_is_refused_with_what_to_do(
    database: Database, state: ConnectionState, sentence: str
) -> None:
    """Each state has its own way on; a paused connection is accepted where the caller says so."""
    add(database, connection(state))

    with database.writing() as session, pytest.raises(Refused, match=sentence):
        require_active(session, "a")
    with database.writing() as session:
        if state is ConnectionState.PAUSED:
            assert require_active(session, "a", while_paused=True).state is state
        else:
            with pytest.raises(Refused, match=sentence):
                require_active(session, "a", while_paused=True)


@pytest.mark.req("D17")
@pytest.mark.parametrize("mode", list(RunMode))
@pytest.mark.parametrize("state", list(ConnectionState))
def test_a_paused_connection_runs_only_what_a_pause_allows(state: ConnectionState, mode: RunMode) -> None:
    """An active one runs every mode, all others none."""
    expected = state is ConnectionState.ACTIVE or (
        state is ConnectionState.PAUSED and mode in (RunMode.PREVIEW, RunMode.UNDO)
    )

    assert may_run(connection(state), mode) is expected
