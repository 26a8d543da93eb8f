"""The services on an SQLite file, a small LMS and a Paycor that remembers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import responses
import sqlalchemy as sa

from connector.config import Config, load
from connector.core.ports.lms import Portal
from connector.services.connection.connect import ConnectionService
from connector.services.settings.options import SettingOptions
from connector.services.settings.settings import SettingsService
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.db.vault import new_key
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.event_portal import EventPortal
from tests.services.lms import FakeLms
from tests.services.paycor import APPLICATION, FakePaycor
from tests.services.portal import ConnectedPortal


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Our tables, empty."""
    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}"))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture
def lms() -> FakeLms:
    """Two portals: one in Denver, one in UTC whose learners sign in elsewhere."""
    return FakeLms({"a": Portal("a", "Top", "America/Denver"), "b": Portal("b", "Sub", sso=True)})


@pytest.fixture
def config() -> Config:
    """Production, with the vendor's application."""
    application = {f"CONNECTOR_{name.upper()}": value for name, value in APPLICATION.items()}
    application["CONNECTOR_PUBLIC_URL"] = "https://lms.example"
    return load({"CONNECTOR_SECRET_KEYS": [new_key()], **application}, {})


@pytest.fixture
def wiring(config: Config, database: Database, lms: FakeLms, clock: Clock) -> Wiring:
    """All of it, wired."""
    return Wiring(config, database, lms, clock)


@pytest.fixture
def connecting(wiring: Wiring) -> ConnectionService:
    """Connects and disconnects."""
    return ConnectionService(wiring)


@pytest.fixture
def settings_service(wiring: Wiring) -> SettingsService:
    """Reads and saves choices."""
    return SettingsService(wiring)


@pytest.fixture
def setting_options(wiring: Wiring) -> SettingOptions:
    """What can be chosen."""
    return SettingOptions(wiring)


@pytest.fixture
def paycor() -> Iterator[FakePaycor]:
    """Paycor on the wire; no request gets past it."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        fake = FakePaycor()
        fake.register(mock)
        yield fake


@pytest.fixture
def portal(tmp_path: Path, clock: Clock, database_url: str) -> Iterator[ConnectedPortal]:
    """A connected portal in New York with three people at Paycor and no account in the LMS, on each database."""
    portal = ConnectedPortal(tmp_path, clock, url=database_url)
    yield portal
    portal.database.engine.dispose()


@pytest.fixture
def event_portal(tmp_path: Path, clock: Clock) -> EventPortal:
    """A portal that has been synced once, with an address for events."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    clock.advance(timedelta(hours=2))
    return EventPortal(portal)
