"""An LMS with few connections to its database: a page of ours takes one at a time, beside none of the LMS's."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask, Response, g
from flask.testing import FlaskClient

from connector.web import PAGES as ALL_PAGES
from tests.services.stored import add, employee, entry
from tests.strangers.stranger import MOUNT, PAGES, closed_after, connect, example, install, new_app, submitted
from tests.web.rows import done_run

ONE = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 1}
#: What stands in the addresses for the rows below.
VALUES = {
    "<portal_id>": "main",
    "<connector_row:run_id>": "1",
    "<employee_id>": "e1",
    "<connector_row:line_id>": "1",
}


def app_with_one_connection(url: str) -> Flask:
    """The LMS loads its user before each request, as many do, and keeps the transaction open until the end."""
    app = new_app(url, SQLALCHEMY_ENGINE_OPTIONS=dict(ONE))

    @app.before_request
    def load_user() -> None:
        lms = example()
        g.user = lms.db.session.scalars(sa.select(lms.User).filter_by(role="admin")).first()

    services = install(app)
    connect(services)
    add(services.database, done_run(1), employee(1, "ada@northfield.example"))
    add(services.database, entry(1))
    return app


@contextmanager
def browsing(url: str) -> Iterator[FlaskClient]:
    """An admin's browser."""
    with closed_after(app_with_one_connection(url)) as browser:
        yield browser


def address_of(pattern: str) -> str:
    """The address of a page, with a row that exists."""
    for placeholder, value in VALUES.items():
        pattern = pattern.replace(placeholder, value)
    return MOUNT + pattern


def test_every_page_opens_with_one_connection(database_url: str) -> None:
    """None waits for a connection that its own request holds."""
    with browsing(database_url) as browser:
        statuses = {
            endpoint: browser.get(address_of(pattern)).status_code
            for pattern, endpoint, _, methods in ALL_PAGES
            if "GET" in methods
        }

    assert {endpoint: status for endpoint, status in statuses.items() if status == 500} == {}
    assert statuses["overview"] == statuses["person"] == statuses["run"] == 200


@pytest.mark.parametrize("path", ["/invites", "/safety", "/scope", "/disconnect"])
def test_a_form_is_saved_with_one_connection(database_url: str, path: str) -> None:
    """The admin's name in the log of changes comes from the LMS too."""
    with browsing(database_url) as browser:
        answer = submitted(browser, f"{PAGES}{path}", afterwards="keep")

    assert answer.status_code in (200, 302), answer.text


def test_what_the_lms_has_not_committed_yet_stays(database_url: str) -> None:
    """A transaction in which the LMS has written keeps its connection: only the LMS may end it."""
    app, lms = new_app(database_url), example()
    services = install(app)
    connect(services)

    @app.before_request
    def count_the_visit() -> None:
        lms.db.session.add(lms.SentMail(user_id=1, subject="visited"))
        lms.db.session.flush()

    @app.after_request
    def commit(response: Response) -> Response:
        lms.db.session.commit()
        return response

    with closed_after(app) as browser:
        assert browser.get(f"{PAGES}/runs").status_code == 200
        with services.database.reading() as session:
            visits = session.scalar(sa.text("SELECT count(*) FROM sent_mail WHERE subject = 'visited'"))

    assert visits == 2
