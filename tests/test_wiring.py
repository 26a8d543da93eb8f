"""Objects built from settings: the right address, the right application, the right portal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.config import load
from connector.core.model.connection import ConsentMethod
from connector.errors import ConfigurationError, SourceAuthError
from connector.paycor.auth.credentials import Credentials, Tokens
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.db.vault import new_key
from connector.store.tables.connection import Connection
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.lms import FakeLms

VENDORS = Credentials("vendor", "zebra-1", "zebra-2", "scope")
OWN = Credentials("own", "zebra-3", "zebra-4", "own-scope")
APPLICATION = {
    "CONNECTOR_CLIENT_ID": VENDORS.client_id,
    "CONNECTOR_CLIENT_SECRET": VENDORS.client_secret,
    "CONNECTOR_SUBSCRIPTION_KEY": VENDORS.subscription_key,
    "CONNECTOR_SCOPE": VENDORS.scope,
    "CONNECTOR_PUBLIC_URL": "https://lms.example",
}
LOCAL = {
    "CONNECTOR_ENV": "development",
    "CONNECTOR_PAYCOR_API_URL": "http://127.0.0.1:5001",
    "CONNECTOR_PAYCOR_AUTHORIZE_URL": "http://127.0.0.1:5001/AppActivation/Authorize",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Our tables, empty."""
    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}"))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


def wiring(database: Database, clock: Clock, **settings: str) -> Wiring:
    """The wiring of an app with these settings."""
    return Wiring(load({"CONNECTOR_SECRET_KEYS": new_key(), **settings}, {}), database, FakeLms(), clock)


def connect(wired: Wiring, own: Credentials | None, clock: Clock, api_url: str | None = None) -> Connection:
    """A connection with tokens, to the vendor's application or to one of its own."""
    with wired.database.writing() as session:
        row = connections.create(session, "a", "production", ConsentMethod.PASTE, 2)
        row.api_url = api_url
        session.flush()
        tokens = Tokens("access", "refresh", clock())
        wired.seal_credentials(connections.ensure_credential(session, row.id), own, tokens)
    return row


@pytest.mark.parametrize(("own", "expected"), [(None, VENDORS), (OWN, OWN)])
def test_a_connection_uses_the_application_it_was_consented_to(
    database: Database, clock: Clock, own: Credentials | None, expected: Credentials
) -> None:
    """The customer's own if one was pasted, else the vendor's."""
    wired = wiring(database, clock, **APPLICATION)

    assert wired.credentials(connect(wired, own, clock)) == expected


def test_without_the_vendors_application_the_settings_are_named(database: Database, clock: Clock) -> None:
    """A connection by redirect cannot go on without them."""
    wired = wiring(database, clock)

    with pytest.raises(ConfigurationError, match="CONNECTOR_CLIENT_ID"):
        wired.credentials(connect(wired, None, clock))


def test_erased_secrets_are_reported(database: Database, clock: Clock) -> None:
    """After Disconnect there are no credentials for Paycor."""
    wired = wiring(database, clock, **APPLICATION)
    row = connect(wired, None, clock)
    with database.writing() as session:
        connections.erase_secrets(session, row.id)

    with pytest.raises(SourceAuthError, match="connect it again"):
        wired.credentials(row)


@pytest.mark.parametrize(
    ("settings", "api_url", "expected"),
    [
        pytest.param({}, None, "https://apis.paycor.com", id="Paycor's own"),
        pytest.param(LOCAL, None, "http://127.0.0.1:5001", id="the settings', in development"),
        pytest.param({}, "https://paycor.example", "https://paycor.example", id="an operator's"),
        pytest.param(
            LOCAL, "https://paycor.example", "https://paycor.example", id="an operator's before both"
        ),
    ],
)
def test_where_paycor_is(
    database: Database, clock: Clock, settings: dict[str, str], api_url: str | None, expected: str
) -> None:
    """The address set for one connection comes before the settings', and those before Paycor's own."""
    wired = wiring(database, clock, **settings)

    assert wired.environment(connect(wired, OWN, clock, api_url)).api_url == expected


def test_a_replaced_key_is_reported(database: Database, clock: Clock) -> None:
    """The admins do not have to connect again because of a mistake in the settings."""
    row = connect(wiring(database, clock, **APPLICATION), OWN, clock)
    other = wiring(database, clock, **APPLICATION)

    with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEYS"):
        other.credentials(row)
    with pytest.raises(ConfigurationError, match="CONNECTOR_SECRET_KEYS"):
        other.tokens(row.id).current()
