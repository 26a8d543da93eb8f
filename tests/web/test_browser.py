"""The pages in a real browser: scripts, no scripts, narrow screens, accessible names and contrast."""

from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from connector.core.model.report import Report
from connector.core.model.settings import MappingRow
from connector.store.tables.runs import RunRow
from tests.services.stored import NOW, add, employee, entry, finding, link, run
from tests.web.conftest import Site

#: The width of a phone, in pixels.
NARROW = 390


@pytest.fixture
def page_errors(page: Page) -> Iterator[list[str]]:
    """The script errors of the page; a test fails if there are any."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield errors
    assert errors == []


def connect_with_a_bit_of_everything(site: Site) -> None:
    """A connected portal with a row of every kind."""
    site.connect()
    row = run(1)
    row.report = msgspec.to_builtins(Report(read=9, updated=1, skipped=8, skipped_by={"inactive": 8}))
    add(site.database, row, run(2, status="running"), entry(1), employee(1, "ada@acme.example"))
    add(site.database, finding(1, "no_work_email"), link(1, "held"))
    site.services.settings.save_mapping("hq", "7", [MappingRow("work_state", "region")])


@pytest.mark.req("A28")
def test_the_progress_moves_and_ends_with_the_result(
    site: Site, address: str, page: Page, page_errors: list[str]
) -> None:
    """The page updates the numbers and then loads the result, without a reload by the admin."""
    site.connect()
    add(site.database, run(1, status="running"))
    page.goto(f"{address}/runs/1")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()

    with site.database.writing() as session:
        session.execute(update(RunRow).values(phase="read", done=1200, total=1500))
    expect(page.get_by_role("status")).to_have_text("Reading people from Paycor: 1,200 of 1,500")

    report = msgspec.to_builtins(Report(read=1500, created=1500))
    with site.database.writing() as session:
        session.execute(update(RunRow).values(status="done", report=report, started_at=NOW))
    expect(page.get_by_role("heading", name="Result")).to_be_visible()


@pytest.mark.req("A30", "A33")
def test_rows_are_added_and_removed_in_place(
    site: Site, address: str, page: Page, page_errors: list[str]
) -> None:
    """The warning follows the chosen field, the focus moves to the next row, and Save changes saves."""
    site.connect()
    page.goto(f"{address}/mapping")

    page.get_by_role("button", name="Add new mapping").click()
    page.get_by_role("button", name="Add new mapping").click()
    page.get_by_label("Paycor attribute, row 2").select_option("Work state")
    page.get_by_label("Custom user data field, row 2").select_option("Region")
    expect(page.get_by_text("Values have to match exactly")).to_be_visible()
    page.get_by_role("button", name="Remove row 1").click()
    expect(page.get_by_role("button", name="Remove row 1")).to_be_focused()
    page.get_by_role("button", name="Save changes").click()

    expect(page.get_by_role("status")).to_contain_text("The mapping is saved")
    assert site.services.settings.mapping("hq") == (MappingRow("work_state", "region"),)


@pytest.mark.req("A30")
def test_the_mapping_works_without_a_script(site: Site, address: str, browser: Browser) -> None:
    """Add, remove and save are buttons of the form."""
    site.connect()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/mapping")

    page.get_by_role("button", name="Add new mapping").click()
    page.get_by_label("Paycor attribute, row 1").select_option("Job title")
    page.get_by_label("Custom user data field, row 1").select_option("Job")
    page.get_by_role("button", name="Add new mapping").click()
    page.get_by_role("button", name="Remove row 2").click()
    page.get_by_role("button", name="Save changes").click()

    expect(page.get_by_role("status")).to_contain_text("The mapping is saved")
    assert site.services.settings.mapping("hq") == (MappingRow("job_title", "job"),)
    context.close()


@pytest.mark.req("A50")
def test_disconnect_opens_a_dialog_that_can_be_cancelled(
    site: Site, address: str, page: Page, page_errors: list[str]
) -> None:
    """Cancel ends nothing; the dialog's own button does."""
    site.connect()
    page.goto(address)
    dialog = page.get_by_role("dialog", name="Disconnect Paycor from Head Office?")

    page.get_by_role("link", name="Disconnect").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert site.connection.forgotten == []
    page.get_by_role("link", name="Disconnect").click()
    dialog.get_by_role("button", name="Disconnect").click()

    expect(page.get_by_text("Not connected")).to_be_visible()
    assert site.connection.forgotten == [False]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/connect",
        "/connect/paste",
        "/review",
        "/mapping",
        "/invites",
        "/runs",
        "/runs/1",
        "/runs/2",
        "/findings",
        "/findings?code=no_work_email",
        "/person?employee=e1",
        "/untold",
        "/changes",
        "/disconnect",
    ],
)
def test_a_page_fits_a_phone_and_a_screen_reader(
    site: Site, address: str, page: Page, page_errors: list[str], path: str
) -> None:
    """No scrolling sideways; headings step down one level at a time; every field has a name; ids are unique."""
    connect_with_a_bit_of_everything(site)
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(address + path)

    facts = page.evaluate(
        """() => ({
            width: document.documentElement.scrollWidth,
            levels: [...document.querySelectorAll("h1, h2, h3")]
                .filter(h => h.checkVisibility()).map(h => +h.tagName[1]),
            nameless: [...document.querySelectorAll("input:not([type=hidden]), select, progress")]
                .filter(f => !f.labels?.length && !f.ariaLabel && !f.getAttribute("aria-labelledby")).length,
            ids: [...document.querySelectorAll("[id]")].map(e => e.id),
            lost: [...document.querySelectorAll("[aria-labelledby], [aria-describedby]")]
                .flatMap(e => `${e.getAttribute("aria-labelledby") || ""} ${e.getAttribute("aria-describedby") || ""}`
                .split(/\\s+/)).filter(id => id && !document.getElementById(id)),
            scopeless: [...document.querySelectorAll("th:not([scope])")].length,
            captionless: [...document.querySelectorAll("table")].filter(t => !t.caption).length,
        })"""
    )

    assert facts["width"] <= NARROW
    assert facts["levels"][0] == 1
    assert facts["levels"].count(1) == 1
    assert all(
        after - before <= 1 for before, after in zip(facts["levels"], facts["levels"][1:], strict=False)
    )
    assert (facts["nameless"], facts["lost"], facts["scopeless"], facts["captionless"]) == (0, [], 0, 0)
    assert len(facts["ids"]) == len(set(facts["ids"]))


@pytest.mark.parametrize("path", ["", "/mapping", "/invites", "/runs/1", "/findings", "/untold", "/review"])
def test_every_text_has_enough_contrast(
    site: Site, address: str, page: Page, page_errors: list[str], path: str
) -> None:
    """WCAG 2.2 AA: at least 4.5 to 1, except for disabled controls."""
    connect_with_a_bit_of_everything(site)
    page.goto(address + path)

    assert page.evaluate(CONTRAST) == []


#: The elements with text of their own whose contrast with their background is under 4.5, and that contrast.
CONTRAST = """() => {
    const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * x + .7152 * y + .0722 * z;
    };
    const background = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
            if (a) return [r, g, b];
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll(".cx *")].filter(e => e.checkVisibility() && !e.closest(":disabled") &&
        [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(background(e))].sort((x, y) => y - x);
        return [e.textContent.trim().slice(0, 40), (a + .05) / (b + .05)];
    }).filter(([, ratio]) => ratio < 4.5);
}"""
