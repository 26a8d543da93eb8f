"""The pages in a small host application: its own layout, the real services, a fake Paycor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader
from sqlalchemy import create_engine
from werkzeug.serving import make_server

from connector.config import Config
from connector.services import Services
from connector.store import schema
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from connector.web import blueprint
from connector.web.events import receive
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.stored import add
from tests.web.fakes import FakeConnectionService, FakeLms

MOUNT = "/settings/integrations/hr"
#: The pages whose form carries the version of the settings that it shows.
SETTINGS_PAGES = ("/mapping", "/invites", "/safety", "/scope", "/groups")
LAYOUT = (
    "<!doctype html><html lang=en><head><meta name=viewport content='width=device-width'>"
    "<title>{% block title %}{% endblock %}</title></head>"
    "<body><header>Acme Learning</header><main>{% block content %}{% endblock %}</main></body></html>"
)


@dataclass
class Site:
    """The pages in an admin's browser, and everything behind them that a test reads or sets."""

    app: Flask
    client: FlaskClient
    lms: FakeLms
    connection: FakeConnectionService
    database: Database
    clock: Clock
    woken: list[int]

    @property
    def services(self) -> Services:
        """What the pages call."""
        return cast(Services, self.app.extensions["connector"])

    def url(self, path: str = "", portal_id: str = "hq") -> str:
        """The address of a page below Paycor."""
        return f"{MOUNT}/{portal_id}/paycor{path}"

    def get(self, path: str = "", status: int = 200) -> str:
        """The text of a page below Paycor of the portal `hq`."""
        response = self.client.get(self.url(path))
        assert response.status_code == status, response.text
        return response.text

    def token(self) -> str:
        """A token for a form of this browser."""
        text = self.client.get(self.url("/disconnect")).text
        return text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    def version(self, path: str) -> dict[str, str]:
        """The version that the form of a settings page carries when it is opened now; empty on other pages."""
        text = self.client.get(self.url(path)).text if path in SETTINGS_PAGES else ""
        found = re.search(r'name="version" value="(\w+)"', text)
        return {"version": found[1]} if found else {}

    def post(self, path: str, status: int = 302, **form: Any) -> str:
        """Sends a form with its token; returns the address it leads to, or the page it answers with.

        A settings form is opened right before, unless the form says which version it carries.
        """
        carried = {} if "version" in form else self.version(path)
        response = self.client.post(self.url(path), data={"csrf_token": self.token(), **carried, **form})
        assert response.status_code == status, response.text
        return response.headers["Location"] if status == 302 else response.text

    def connect(self, state: str = "active") -> None:
        """Connects the portal `hq`."""
        connection = Connection(
            id=1, portal_id="hq", environment="sandbox", mode="paste", state=state, connected_at=self.clock()
        )
        add(self.database, connection)


@pytest.fixture(scope="session")
def app() -> Flask:
    """The host application, built once: compiling the templates takes longer than most tests."""
    app = Flask("host")
    app.secret_key = "for a test"
    app.jinja_loader = DictLoader({"host.html": LAYOUT})
    app.register_blueprint(blueprint(), url_prefix=MOUNT)
    app.register_blueprint(receive.blueprint(), url_prefix=MOUNT)
    return app


@pytest.fixture
def site(app: Flask, clock: Clock, tmp_path: Path) -> Iterator[Site]:
    """The pages of the portal `hq`, which is not connected yet."""
    yield from _site_on(f"sqlite:///{tmp_path}/site.db", app, clock)


@pytest.fixture
def site_on_both(app: Flask, clock: Clock, database_url: str) -> Iterator[Site]:
    """The same on SQLite and on PostgreSQL."""
    yield from _site_on(database_url, app, clock)


def _site_on(url: str, app: Flask, clock: Clock) -> Iterator[Site]:
    engine = create_engine(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(f"CREATE TABLE {schema.VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO {schema.VERSION_TABLE} VALUES ('{schema.head()}')")  # noqa: S608
    database, lms = Database(engine), FakeLms()
    woken: list[int] = []
    config = Config("development", ("LMPuK_gR0TJ7sVqYr6LbVHZ5sE6VB1Lq0oV8v0Uu3ZA=",))
    services = Services(Wiring(config, database, lms, clock), wake=woken.append)
    services.connection = fake_connection = FakeConnectionService(services.wiring)
    app.config["WTF_CSRF_ENABLED"] = True
    app.extensions["connector"] = services
    yield Site(app, app.test_client(), lms, fake_connection, database, clock, woken)
    engine.dispose()


@pytest.fixture
def connected(site: Site) -> Site:
    """The same, once the portal is connected."""
    site.connect()
    return site


@pytest.fixture
def address(app: Flask, site: Site) -> Iterator[str]:
    """The address of the overview of the portal `hq`, for a real browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{site.url()}"
    server.shutdown()
    thread.join()
    server.server_close()
