import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from connector.core.model.account import AccountState, Mail
from connector.sandbox.lms.seed import ADMIN_EMAIL, ADMIN_PASSWORD
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.rows import add, new, send_mail
from tests.sandbox.lms.visitor import NORTHFIELD

PAGES = (
    "/",
    "/users",
    "/users/new",
    "/users/pending",
    "/learning/groups/1",
    "/learning/rules",
    "/learning/courses/1",
    "/settings/portal",
    "/settings/fields",
    "/settings/fields/3",
    "/settings/outbox",
    "/settings/outbox/1",
)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the LMS for a browser, with a pending user in it."""
    host = host_of(app, NORTHFIELD_ID)
    send_mail(host, add(host, new("ada", {"supervisor": "Yes"}, AccountState.PENDING)), Mail.INVITATION)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def sign_in(page: Page, address: str) -> None:
    """Sign in as the admin, with the keyboard alone."""
    page.goto(f"{address}/login")
    page.get_by_label("Portal").fill("northfield")
    page.keyboard.press("Tab")
    page.keyboard.type(ADMIN_EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(ADMIN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_every_page_fits_a_phone_and_names_its_fields(page: Page, address: str) -> None:
    """Nothing runs out of a narrow screen sideways, every field has a label, every page one main heading."""
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, address)

    for path in PAGES:
        page.goto(f"{address}{NORTHFIELD}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]"
            ".filter(field => !field.labels.length).map(field => field.name)"
        )
        assert (path, width, unnamed, page.locator("h1").count()) == (path, 360, [], 1)


def test_the_content_is_one_key_away(page: Page, address: str) -> None:
    """The first Tab stop skips the navigation."""
    sign_in(page, address)
    page.goto(f"{address}{NORTHFIELD}/users")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_pages_need_nothing_that_the_policy_forbids(page: Page, address: str) -> None:
    """Styles and pictures come from the LMS itself: the browser reports no error."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    sign_in(page, address)

    for path in PAGES:
        page.goto(f"{address}{NORTHFIELD}{path}")

    assert complaints == []
