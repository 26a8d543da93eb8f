from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from connector.core.model.report import Report
from connector.core.model.settings import MappingRow
from connector.store.tables.runs import RunRow
from tests.services.stored import NOW, add, employee, entry, finding, link, run
from tests.web.conftest import Desk

#: As narrow as a telephone.
NARROW = 390


@pytest.fixture
def faults(page: Page) -> Iterator[list[str]]:
    """What the browser has to complain about: it has to be nothing."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield complaints
    assert complaints == []


def furnish(desk: Desk) -> None:
    """A connected portal with a little of everything."""
    desk.connect()
    row = run(1)
    row.report = msgspec.to_builtins(Report(read=9, updated=1, skipped=8, skipped_by={"inactive": 8}))
    add(desk.database, row, run(2, status="running"), entry(1), employee(1, "ada@acme.example"))
    add(desk.database, finding(1, "no_work_email"), link(1, "held"))
    desk.services.settings.save_mapping("hq", "7", [MappingRow("work_state", "region")])


@pytest.mark.req("A28")
def test_the_progress_moves_and_ends_in_the_result(
    desk: Desk, address: str, page: Page, faults: list[str]
) -> None:
    """Nobody has to reload: numbers come as they are, and the result when it is there."""
    desk.connect()
    add(desk.database, run(1, status="running"))
    page.goto(f"{address}/runs/1")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()

    with desk.database.writing() as session:
        session.execute(update(RunRow).values(phase="read", done=1200, total=1500))
    expect(page.get_by_role("status")).to_have_text("Reading people from Paycor: 1,200 of 1,500")

    report = msgspec.to_builtins(Report(read=1500, created=1500))
    with desk.database.writing() as session:
        session.execute(update(RunRow).values(status="done", report=report, started_at=NOW))
    expect(page.get_by_role("heading", name="Result")).to_be_visible()


@pytest.mark.req("A30", "A33")
def test_rows_are_added_and_removed_in_place(desk: Desk, address: str, page: Page, faults: list[str]) -> None:
    """The warning follows the chosen field, the keyboard stays where the work is, and Save changes saves."""
    desk.connect()
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
    assert desk.services.settings.mapping("hq") == (MappingRow("work_state", "region"),)


@pytest.mark.req("A30")
def test_the_mapping_works_without_a_script(desk: Desk, address: str, browser: Browser) -> None:
    """Add, choose, remove and save are buttons of the form."""
    desk.connect()
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
    assert desk.services.settings.mapping("hq") == (MappingRow("job_title", "job"),)
    context.close()


@pytest.mark.req("A50")
def test_disconnect_opens_a_dialog_that_can_be_left(
    desk: Desk, address: str, page: Page, faults: list[str]
) -> None:
    """Escape and Cancel end nothing; the dialog's own button does."""
    desk.connect()
    page.goto(address)
    dialog = page.get_by_role("dialog", name="Disconnect Paycor from Head Office?")

    page.get_by_role("link", name="Disconnect").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert desk.connecting.forgotten == []
    page.get_by_role("link", name="Disconnect").click()
    dialog.get_by_role("button", name="Disconnect").click()

    expect(page.get_by_text("Not connected")).to_be_visible()
    assert desk.connecting.forgotten == [False]


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
def test_a_page_fits_a_telephone_and_can_be_read_aloud(
    desk: Desk, address: str, page: Page, faults: list[str], path: str
) -> None:
    """Nothing sticks out; headings go down one step at a time; every field has a name; ids are unique."""
    furnish(desk)
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(address + path)

    found = page.evaluate(
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

    assert found["width"] <= NARROW
    assert found["levels"][0] == 1
    assert found["levels"].count(1) == 1
    assert all(
        after - before <= 1 for before, after in zip(found["levels"], found["levels"][1:], strict=False)
    )
    assert (found["nameless"], found["lost"], found["scopeless"], found["captionless"]) == (0, [], 0, 0)
    assert len(found["ids"]) == len(set(found["ids"]))


@pytest.mark.parametrize("path", ["", "/mapping", "/invites", "/runs/1", "/findings", "/untold", "/review"])
def test_every_text_can_be_told_from_its_ground(
    desk: Desk, address: str, page: Page, faults: list[str], path: str
) -> None:
    """WCAG 2.2 AA: at least 4.5 to 1, but for what is switched off."""
    furnish(desk)
    page.goto(address + path)

    assert page.evaluate(CONTRAST) == []


#: Text and ground of each element that has text of its own, where their contrast is under 4.5.
CONTRAST = """() => {
    const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * x + .7152 * y + .0722 * z;
    };
    const ground = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
            if (a) return [r, g, b];
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll(".cx *")].filter(e => e.checkVisibility() && !e.closest(":disabled") &&
        [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        return [e.textContent.trim().slice(0, 40), (a + .05) / (b + .05)];
    }).filter(([, ratio]) => ratio < 4.5);
}"""
