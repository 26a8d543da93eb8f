import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Blueprint, Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy

from connector import manifest
from connector.core.ports.lms import Lms
from connector.errors import ConfigurationError
from tests.sandbox.lms.conftest import MakeApp
from tests.sandbox.lms.rows import set_portal
from tests.sandbox.lms.visitor import DAYTON, NORTHFIELD, admin, dayton_admin, learner, limited_admin

MANIFEST = """
name: a-plugin
version: 1.0.0
title: A plugin
summary: Shows that plugins are installed.
entry_point: {entry_point}
blueprint: {{name: {blueprint}, mount: /plugged}}
menu: {{section: Integrations, label: HR Integrations}}
permission: {permission}
settings: []
jobs: []
tables: []
migration_command: flask a-plugin upgrade
"""


class Plugin:
    """Registers a blueprint, and keeps its arguments."""

    arguments: dict[str, object] = {}

    def init_app(self, app: Flask, *, host: Lms, db: SQLAlchemy) -> None:
        """Install it."""
        Plugin.arguments = {"host": host, "db": db, "base": host.base_template}
        pages = Blueprint("plugged", __name__)
        template = "{% extends base %}{% block title %}T{% endblock %}{% block content %}<h1>Inside</h1>{% endblock %}"
        pages.add_url_rule(
            "/<portal_id>/",
            "index",
            lambda portal_id: render_template_string(template, base=host.base_template),
        )
        app.register_blueprint(pages, url_prefix="/plugged")


@pytest.fixture(autouse=True)
def module() -> Iterator[None]:
    """The module that the manifest's entry point names."""
    made = ModuleType("a_plugin")
    made.Plugin = Plugin  # type: ignore[attr-defined]
    sys.modules["a_plugin"] = made
    yield
    del sys.modules["a_plugin"]


def written(
    folder: Path,
    entry_point: str = "a_plugin:Plugin",
    blueprint: str = "plugged",
    permission: str = "portal.full",
) -> Path:
    """A manifest in a file."""
    path = folder / "plugin.yaml"
    path.write_text(MANIFEST.format(entry_point=entry_point, blueprint=blueprint, permission=permission))
    return path


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Flask:
    """A seeded LMS with the plugin."""
    return make_app(LMS_PLUGINS=[written(tmp_path)])


def shows(page: str) -> bool:
    """Whether the plugin's entry is in the navigation."""
    return 'href="/plugged/' in page


@pytest.mark.req("A43")
def test_the_entry_is_there_where_the_operator_switched_it_on(app: Flask) -> None:
    """It leads to the portal at hand, and is gone as soon as the switch is off."""
    visitor = admin(app)
    assert 'href="/plugged/1/">HR Integrations' in visitor.read(f"{NORTHFIELD}/users")
    assert 'href="/plugged/2/">HR Integrations' in visitor.read(f"{DAYTON}/users")

    set_portal(app, "dayton", integrations=False)

    assert shows(visitor.read(f"{NORTHFIELD}/users"))
    assert not shows(visitor.read(f"{DAYTON}/users"))
    assert not shows(dayton_admin(app).read(f"{DAYTON}/users"))


@pytest.mark.req("A44")
@pytest.mark.parametrize(("plan", "seen"), [("essential", False), ("premium", True), ("enterprise", True)])
def test_integrations_depend_on_the_plan(app: Flask, plan: str, seen: bool) -> None:
    """A plan without integrations hides them, whatever the switch says."""
    set_portal(app, "northfield", plan=plan, integrations=True)

    assert shows(admin(app).read(f"{NORTHFIELD}/users")) is seen


def test_only_full_admins_see_the_entry(app: Flask) -> None:
    """The manifest's permission decides."""
    assert not shows(limited_admin(app).read(f"{NORTHFIELD}/users"))
    assert not shows(learner(app).read("/"))


def test_a_plugin_s_page_stands_in_the_frame_of_its_portal(app: Flask) -> None:
    """Around it are the navigation of the portal in its address and the entry as the current one."""
    visitor = admin(app)

    page = visitor.read("/plugged/2/")

    assert "<h1>Inside</h1>" in page
    assert "<title>T · Dayton Clinics</title>" in page
    assert f'href="{DAYTON}/users"' in page
    assert '<a href="/plugged/2/" aria-current="page">' in page


def test_the_plugin_gets_the_lms_and_its_database(app: Flask) -> None:
    """One Flask-SQLAlchemy for both."""
    assert Plugin.arguments["db"] is app.extensions["sqlalchemy"]
    assert Plugin.arguments["base"] == "lms/base.html"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entry_point": "no_such_module:Plugin"}, "no_such_module:Plugin"),
        ({"entry_point": "a_plugin:Missing"}, "a_plugin:Missing"),
        ({"blueprint": "another"}, "another"),
        ({"permission": "everything"}, "everything"),
    ],
)
def test_a_plugin_that_cannot_be_installed_stops_the_start(
    make_app: MakeApp, tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    """The error names what is wrong."""
    with pytest.raises(ConfigurationError, match=message):
        make_app(LMS_PLUGINS=[written(tmp_path, **changes)])


def test_the_permission_of_the_connector_is_one_that_this_lms_has() -> None:
    """The two words are kept in two files."""
    assert manifest.load().permission == "portal.full"
