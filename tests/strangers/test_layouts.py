"""A layout that is not made for pages of others, as Flask-AppBuilder's, which reads a name of its own views."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, UndefinedError

from connector.errors import ConfigurationError
from tests.strangers.stranger import PAGES, closed_after, connect, install, new_app

LAYOUT = (
    "<title>{{ builder.app_name }} {% block title %}{% endblock %}</title>{% block content %}{% endblock %}"
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An LMS with such a layout, whose errors reach the test."""
    app = new_app(f"sqlite:///{tmp_path / 'lms.sqlite'}", TESTING=True)
    app.jinja_loader = DictLoader({"base.html": LAYOUT})
    connect(install(app))
    return app


def test_a_layout_that_needs_a_name_is_named_with_the_way_out(app: Flask) -> None:
    """The traceback of a template alone does not say who has to give it."""
    with (
        closed_after(app) as browser,
        pytest.raises(
            ConfigurationError, match=r"base.html .* 'builder' is undefined.*app\.context_processor"
        ),
    ):
        browser.get(PAGES)


def test_a_name_for_all_templates_is_enough(app: Flask) -> None:
    """The way out works."""
    app.context_processor(lambda: {"builder": {"app_name": "Academy"}})

    with closed_after(app) as browser:
        page = browser.get(PAGES)

    assert page.status_code == 200
    assert "Academy" in page.text


def test_a_fault_of_another_template_is_not_blamed_on_the_layout(app: Flask) -> None:
    """It stays what it is."""
    app.context_processor(lambda: {"builder": {"app_name": "Academy"}})
    app.jinja_loader = DictLoader({"base.html": LAYOUT, "connector/frame/layout.html": "{{ nobody.here }}"})

    with closed_after(app) as browser, pytest.raises(UndefinedError, match="nobody"):
        browser.get(PAGES)
