"""From + Connect to a learner's first login, in a real browser, using only the pages."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from connector.sandbox.company.tenants import NORTHFIELD, SOUTHGATE, Tenant
from connector.sandbox.demo.servers import DemoServers
from connector.sandbox.lms.seed import ADMIN_EMAIL, ADMIN_PASSWORD, DAYTON_ADMIN_EMAIL, DAYTON_ADMIN_PASSWORD

#: A working page answers well within this, even on a busy machine.
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)


def sign_in(page: Page, servers: DemoServers, slug: str, email: str, password: str) -> None:
    """Sign in to a portal of the LMS as its admin."""
    page.set_default_timeout(TIMEOUT_MS)
    page.goto(f"{servers.url}/p/{slug}/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def connect(page: Page, tenant: Tenant) -> None:
    """From the LMS's menu to Active: sign in at Paycor, consent, review, finish."""
    page.get_by_role("link", name="HR Integrations").first.click()
    page.get_by_role("link", name="Set up Paycor").click()
    page.get_by_role("link", name="+ Connect").click()
    page.get_by_role("button", name="Continue to Paycor").click()
    user = tenant.users[0]
    page.get_by_label("User name").fill(user.user_name)
    page.get_by_label("Company ID").fill(str(tenant.id))
    page.get_by_label("Password").fill(user.passphrase)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Review the data")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Active", exact=True).first).to_be_visible()


def sync(page: Page) -> str:
    """Press Sync and wait for the result; gives the text of the finished page."""
    page.get_by_role("button", name="Sync", exact=True).click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible(timeout=TIMEOUT_MS)
    return page.locator("main").inner_text()


@pytest.mark.req(
    "A5", "A12", "A13", "A14", "A24", "A28", "A29", "A30", "A38", "A39", "A41", "A45", "A47", "A48", "A50"
)
def test_from_connect_to_a_learners_first_login(page: Page, browser: Browser, servers: DemoServers) -> None:
    """An admin connects, reviews, finishes, maps a field and syncs; a pending learner gets in by their own link."""
    sign_in(page, servers, "northfield", ADMIN_EMAIL, ADMIN_PASSWORD)
    connect(page, NORTHFIELD)

    page.get_by_role("link", name="Open Paycor").click()
    page.get_by_role("link", name="Map your data").first.click()
    if page.get_by_label("Paycor attribute, row 1").count() == 0:
        page.get_by_role("button", name="Add new mapping").click()
    page.get_by_label("Paycor attribute, row 1").select_option("job_title")
    page.get_by_label("Custom user data field, row 1").select_option("job_title")
    page.get_by_role("button", name="Save changes").last.click()
    page.get_by_role("link", name="Invite configuration").first.click()
    page.get_by_label("Create as a pending user and send an invitation email").check()
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("link", name="Overview").click()
    result = sync(page)
    assert re.search(r"Read from Paycor\s+60\b", result)

    page.get_by_role("link", name="Users created since").click()
    expect(page.get_by_role("img", name=re.compile("Paycor")).first).to_be_visible()
    page.get_by_role("link", name="Pending users").first.click()
    address = (
        page.get_by_role("table").get_by_text(re.compile("@northfield.example")).first.inner_text().strip()
    )
    page.get_by_role("link", name="Outbox").click()
    page.get_by_role("link", name=re.compile("invitation|invited", re.IGNORECASE)).first.click()
    mail_text = page.locator("main").inner_text()
    link = re.search(r"https?://\S+/invitation/\S+", mail_text)
    assert link, "the mail holds no link"
    assert "@northfield.example" in address

    learner = browser.new_context().new_page()
    learner.set_default_timeout(TIMEOUT_MS)
    learner.goto(link.group())
    for field in learner.locator("input[type=password]").all():
        field.fill("a password of my own 7")
    learner.locator("main button[type=submit]").click()
    expect(learner.get_by_text("courses", exact=False).first).to_be_visible()


@pytest.mark.req("A41", "A42", "D16")
def test_a_sub_portal_has_a_company_of_its_own(page: Page, servers: DemoServers) -> None:
    """Dayton Clinics cannot take Northfield's company, and connects its own; neither sees the other's people."""
    sign_in(page, servers, "dayton", DAYTON_ADMIN_EMAIL, DAYTON_ADMIN_PASSWORD)
    connect(page, SOUTHGATE)
    page.get_by_role("link", name="Open Paycor").click()

    result = sync(page)

    assert re.search(r"Read from Paycor\s+25\b", result)
    page.get_by_role("link", name="All users").click()
    assert "@northfield.example" not in page.get_by_role("table").inner_text()
    assert "/p/dayton/" in urlsplit(page.url).path
