"""An LMS of somebody else: the users and the class of the smallest example, in an app with its own settings."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from connector import Connector
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.services import Services
from connector.store import schema
from connector.store.connection import connections
from connector.store.db.vault import new_key
from tests.project.distribution import ROOT

MOUNT = "/settings/integrations/hr"
PAGES = f"{MOUNT}/main/paycor"


@cache
def example() -> ModuleType:
    """The module `lms` of the smallest example."""
    path = ROOT / "examples" / "minimal" / "lms.py"
    spec = importlib.util.spec_from_file_location("smallest_lms", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def new_app(url: str, **settings: Any) -> Flask:
    """The LMS before the connector is installed."""
    app = Flask("stranger", template_folder=str(ROOT / "examples" / "minimal" / "templates"))
    app.config.update(
        SECRET_KEY="for a test",
        SQLALCHEMY_DATABASE_URI=url,
        CONNECTOR_ENV="development",
        CONNECTOR_SECRET_KEYS=new_key(),
        CONNECTOR_SCHEDULER=False,
    )
    app.config.update(settings)
    return app


def install(app: Flask) -> Services:
    """The connector in it, with its tables."""
    lms = example()
    db: SQLAlchemy = lms.db
    db.init_app(app)
    app.add_url_rule("/sign-in", "sign_in", lambda: lms.sign_in_as_admin() or "signed in")
    Connector(app, host=lms.SmallLms(db), db=db)
    services: Services = app.extensions["connector"]
    with app.app_context():
        db.create_all()
    schema.upgrade(services.database.engine)
    return services


def connect(services: Services) -> None:
    """The portal is connected to Paycor, and works."""
    with services.database.writing() as session:
        row = connections.create(session, "main", "production", ConsentMethod.PASTE, 2)
        row.state = ConnectionState.ACTIVE


@contextmanager
def closed_after(app: Flask) -> Iterator[FlaskClient]:
    """An admin's browser; afterwards the connections of the app are closed."""
    try:
        with app.test_client() as browser:
            browser.get("/sign-in")
            yield browser
    finally:
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


@contextmanager
def visited(folder: Path, **settings: Any) -> Iterator[FlaskClient]:
    """The browser of an admin of such an LMS on SQLite, whose portal is connected."""
    app = new_app(f"sqlite:///{folder / 'lms.sqlite'}", **settings)
    connect(install(app))
    with closed_after(app) as browser:
        yield browser


def submitted(browser: FlaskClient, path: str, **values: str) -> TestResponse:
    """The answer to the first form of a page, sent with its hidden fields and these values."""
    page = browser.get(path)
    assert page.status_code == 200, page.text
    form = re.search(r'<form method="post".*?</form>', page.text, re.DOTALL)
    assert form is not None, page.text
    hidden = [tag for tag in re.findall(r"<input[^>]*>", form[0]) if 'type="hidden"' in tag]
    fields = {attribute(tag, "name"): attribute(tag, "value") for tag in hidden}
    return browser.post(path, data={**fields, **values})


def attribute(tag: str, name: str) -> str:
    """The value of an attribute of an HTML tag."""
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    assert found is not None, tag
    return found[1]
