"""A stored plan on the pages: applied as it was seen, released in part, written to a file."""

import csv
import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from connector.core.model.account import Group
from connector.core.model.limits import Breach, FeedWarning, Metric, PlanHold
from connector.hosts.memory import MemoryHost
from connector.store.tables.runs import EntryRow, RunRow
from connector.words.runs import why_held
from tests.services.stored import add, employee, entry
from tests.web.conftest import Site
from tests.web.rows import done_run

DIGEST = "d" * 64
TOO_MANY = PlanHold((Breach(Metric.LEAVERS, 2, 1),))


def plan(mode: str, status: str, held: PlanHold | None = None) -> RunRow:
    """Run 1 with a stored plan."""
    row = done_run(1, mode=mode, status=status)
    row.digest, row.held = DIGEST, msgspec.to_builtins(held) if held else None
    row.error_message = why_held(held) if held else None
    return row


def planned(number: int, kind: str = "update") -> EntryRow:
    """A row of its plan, for employee `e<number>`."""
    return entry(number, kind=kind, outcome="planned")


def rows(site: Site) -> list[tuple[int, str, str]]:
    """Every row of every plan: its run, its employee and its outcome."""
    with site.database.reading() as session:
        query = select(EntryRow.run_id, EntryRow.employee_id, EntryRow.outcome).order_by(EntryRow.id)
        return [(row[0], row[1], row[2]) for row in session.execute(query)]


@pytest.mark.req("X2")
def test_the_plan_that_was_seen_is_the_one_that_is_applied(connected: Site) -> None:
    """Its rows move to a new run; with another digest nothing is queued."""
    add(connected.database, plan("preview", "done"), planned(1))

    refused = connected.post("/runs/1/apply", 409, digest="0" * 64)
    location = connected.post("/runs/1/apply", digest=DIGEST)

    assert "another digest" in refused
    assert location == connected.url("/runs/2")
    assert rows(connected) == [(1, "e1", "released"), (2, "e1", "planned")]


@pytest.mark.req("X4")
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param({"all": "1"}, ["e1", "e2", "e3"], id="all"),
        pytest.param({"safe": "1"}, ["e1"], id="the safe part"),
        pytest.param({"ticked": "1", "row": ["2"]}, ["e2"], id="one row"),
    ],
)
def test_a_held_sync_is_released_whole_or_in_part(
    connected: Site, form: dict[str, Any], expected: list[str]
) -> None:
    """The other rows keep waiting."""
    add(
        connected.database,
        plan("sync", "held", TOO_MANY),
        planned(1),
        planned(2, "suspend"),
        planned(3, "suspend"),
    )

    connected.post("/runs/1/release", **form)

    assert [employee_id for run_id, employee_id, _ in rows(connected) if run_id == 2] == expected


@pytest.mark.req("D31", "X4")
def test_a_preview_over_a_limit_is_released_on_the_page_that_asks(connected: Site) -> None:
    """Its own page has no button that applies it, and the address behind that button refuses."""
    add(connected.database, plan("preview", "done", TOO_MANY), planned(1), planned(2, "suspend"))

    text = connected.get("/runs/1")
    refused = connected.post("/runs/1/apply", 409, digest=DIGEST)
    asks = connected.get("/runs/1/release")
    connected.post("/runs/1/release", safe="1")

    for page in (text, refused, asks):
        assert "2 people would lose access, and the limit is 1." in page
    assert "Apply exactly this" not in text
    assert f'href="{connected.url("/runs/1/release")}"' in text
    assert "Release this preview?" in asks
    assert [employee_id for run_id, employee_id, _ in rows(connected) if run_id == 2] == ["e1"]


@pytest.mark.req("X4")
def test_nothing_ticked_releases_nothing(connected: Site) -> None:
    """The page says what to do, and still shows the rows of the selected kind."""
    add(connected.database, plan("sync", "held", TOO_MANY), planned(1, "suspend"), planned(2, "create"))

    text = connected.post("/runs/1/release", 200, ticked="1")
    leavers = connected.get("/runs/1/release?kind=suspend")

    assert "Tick at least one row." in text
    assert 'id="cx-r1"' in leavers
    assert 'id="cx-r2"' not in leavers
    assert len(rows(connected)) == 2


@pytest.mark.req("X5")
def test_a_doubtful_feed_has_no_safe_part(connected: Site) -> None:
    """The page says what is odd, and offers all rows, ticked rows or none."""
    add(connected.database, plan("sync", "held", PlanHold(feed_warning=FeedWarning(10, 100))), planned(1))

    text = connected.get("/runs/1/release")

    assert "10 records, and the last complete one had 100" in text
    assert "Release the safe part" not in text


@pytest.mark.req("D31")
def test_a_replaced_sync_leads_to_the_newer_one(connected: Site) -> None:
    """What it would have done can still be read; it cannot be released."""
    old = plan("sync", "replaced", TOO_MANY)
    old.replaced_by = 2
    add(connected.database, old, planned(1, "suspend"), done_run(2))

    text = connected.get("/runs/1?kind=suspend")
    refused = connected.post("/runs/1/release", 409, all="1")

    assert f'href="{connected.url("/runs/2")}"' in text
    assert "What would happen" in text
    assert connected.url("/runs/1/release") not in text
    assert "replaced by run 2" in refused


@pytest.mark.req("X3")
def test_a_preview_shows_groups_and_courses(connected: Site) -> None:
    """Those gained and lost, in the row and in the file."""
    row = planned(1)
    row.effect = {
        "groups_gained": ["Ohio"],
        "groups_lost": [],
        "courses_gained": ["Safety"],
        "courses_lost": [],
    }
    add(connected.database, plan("preview", "done"), row)

    text = connected.get("/runs/1?kind=update")
    lines = connected.client.get(connected.url("/runs/1/plan.csv")).text.splitlines()

    assert "Groups gained: Ohio" in text
    assert "Courses gained: Safety" in text
    assert "Groups lost" not in text
    assert [cells[5:8] for cells in csv.reader(lines[2:])] == [
        ["Group gained", "", "Ohio"],
        ["Course gained", "", "Safety"],
    ]


@pytest.mark.req("X1")
def test_a_plan_can_be_downloaded(connected: Site) -> None:
    """With names from the mirror; a cell that a spreadsheet would run as a formula becomes text."""
    row = planned(1)
    row.after = {"last_name": "=HYPERLINK()"}
    add(connected.database, plan("preview", "done"), row, employee(1, "ada@example.com"))

    response = connected.client.get(connected.url("/runs/1/plan.csv"))
    as_json = json.loads(connected.client.get(connected.url("/runs/1/plan.json")).text)

    assert response.headers["Content-Disposition"] == 'attachment; filename="paycor-run-1.csv"'
    assert response.text.splitlines()[1] == (
        '"1","e1","Ada L1","ada@example.com","update","last_name","Old","\'=HYPERLINK()","none","planned"'
    )
    assert (as_json["digest"], as_json["rows"][0]["before"]) == (DIGEST, {"last_name": "Old"})


@pytest.mark.req("X24")
def test_a_group_shows_by_its_name(connected: Site) -> None:
    """For a person who would join it, and for one who would leave it."""
    connected.lms.memory_host = MemoryHost(groups=[Group("1", "Ohio")])
    joins, leaves = planned(1), planned(2)
    joins.before, joins.after = {"group:1": None}, {"group:1": "member"}
    leaves.before, leaves.after = {"group:9": "member"}, {"group:9": None}
    add(connected.database, plan("preview", "done"), joins, leaves)

    text = connected.get("/runs/1?kind=update")

    assert "Group Ohio:" in text
    assert "<ins>in it</ins>" in text
    assert "Group 9:" in text
    assert "<ins>not in it</ins>" in text
