from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from connector.core.model.report import Report
from connector.core.model.run import RunPhase
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.services.stored import NOW, add, employee, entry, run
from tests.web.conftest import MOUNT, Desk

REPORT = Report(
    read=1500,
    created=1204,
    suspended=1,
    skipped=12,
    mails=1204,
    skipped_by={"no_work_email": 12},
    paycor_calls=9,
    seconds=75.0,
)


def done(run_id: int, mode: str = "sync", status: str = "done") -> RunRow:
    """A run that is over, with a report."""
    row = run(run_id, mode=mode, status=status)
    row.report = msgspec.to_builtins(REPORT)
    row.started_at = row.finished_at = NOW
    return row


@pytest.fixture
def connected(desk: Desk) -> Desk:
    """The desk of a connected portal."""
    desk.connect()
    return desk


@pytest.mark.req("A24", "A28")
def test_sync_queues_a_run_and_shows_it(connected: Desk) -> None:
    """The page does not wait for it: it runs in the background, and whoever runs it is woken."""
    location = connected.post("/sync")
    text = connected.client.get(location).text

    assert location == connected.url("/runs/1")
    assert connected.woken == [1]
    assert "Waiting to start" in text
    assert f'data-cx-progress="{connected.url("/runs/1/progress")}"' in text
    assert '<noscript><meta http-equiv="refresh"' in text


@pytest.mark.req("D14")
def test_preview_queues_a_run_that_changes_nothing(connected: Desk) -> None:
    """It has its own mode from the start."""
    connected.post("/preview")

    seen = connected.services.views.run("hq", 1)
    assert seen is not None
    assert (seen.mode, seen.requested_by) == ("preview", "7")


@pytest.mark.req("A25")
def test_inside_the_hour_a_sync_says_when_it_is_allowed_again(connected: Desk) -> None:
    """At the button, on the portal's own clock, and again if it is pressed all the same; a preview is free."""
    read_at = connected.clock() - timedelta(minutes=20)
    with connected.database.writing() as session:
        session.execute(update(Connection).values(manual_read_at=read_at))

    text = connected.get()
    refused = connected.client.post(connected.url("/sync"), data={"csrf_token": connected.token()})

    assert ">05:10</time> (America/New_York)" in text
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2400")
    assert connected.woken == []
    assert connected.post("/preview")


@pytest.mark.req("A26")
def test_the_page_says_that_paycor_may_need_an_hour(connected: Desk) -> None:
    """So that nobody takes the delay for a fault."""
    assert "may need up to an hour" in connected.get()


@pytest.mark.req("A28")
def test_progress_is_told_in_numbers_and_words(connected: Desk) -> None:
    """What the page shows each second; it is never kept by a cache."""
    row = run(1, status="running")
    row.phase, row.done, row.total = RunPhase.READ, 1200, 1500
    add(connected.database, row)

    response = connected.client.get(connected.url("/runs/1/progress"))

    assert response.json == {
        "status": "running",
        "over": False,
        "text": "Reading people from Paycor: 1,200 of 1,500",
        "done": 1200,
        "total": 1500,
    }
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.req("A29")
def test_a_result_counts_by_kind_and_says_why_people_were_skipped(connected: Desk) -> None:
    """With the ways to confirm it in the LMS, and the people behind each reason a click away."""
    add(connected.database, done(1))

    text = connected.get("/runs/1")

    assert ">1,204</dd>" in text
    assert "Enter a work email for them in Paycor" in text
    assert "/findings?code=no_work_email" in text
    assert "1 min 15 s" in text
    assert 'href="/users?since=2026-03-02"' in text


def test_every_person_of_a_run_has_before_and_after(connected: Desk) -> None:
    """With names from the mirror, field labels from the LMS, and what the LMS made of it."""
    row = entry(1, outcome="rejected")
    row.before, row.after = {"field:job": "Welder"}, {"field:job": None}
    add(connected.database, done(1), row, employee(1, "ada@acme.example"))

    text = connected.get("/runs/1?kind=update")

    assert "ada@acme.example" in text
    assert "Job:" in text
    assert "<del>Welder</del>" in text
    assert "empty" in text
    assert "Refused by the LMS" in text


def test_a_run_page_does_without_an_lms_that_is_down(connected: Desk) -> None:
    """Its labels are a comfort, the result is not."""
    add(connected.database, done(1))
    connected.lms.answers = False

    assert "Result" in connected.get("/runs/1")


def test_a_preview_says_that_nothing_was_changed(connected: Desk) -> None:
    """How many mails would go out, and the button that does exactly this."""
    preview = done(1, mode="preview")
    preview.digest = "d" * 64
    add(connected.database, preview, entry(1, outcome="planned"))

    text = connected.get("/runs/1")

    assert "Nothing has been changed." in text
    assert "1,204 mails" in text
    assert "would go out" in text
    assert "Apply exactly this" in text
    assert f'value="{"d" * 64}"' in text
    assert "To create" in text


def test_a_failed_run_says_who_can_mend_it(connected: Desk) -> None:
    """The message of the error, and the remedy that goes with its code."""
    row = run(1, status="failed")
    row.error_code, row.error_message = "source.auth", "Paycor does not accept the refresh token."
    add(connected.database, row)

    text = connected.get("/runs/1")

    assert "Paycor does not accept the refresh token." in text
    assert "You can mend this" in text


@pytest.mark.parametrize(("act", "status"), [("release", "released"), ("discard", "discarded")])
def test_a_held_run_is_decided_after_a_second_look(connected: Desk, act: str, status: str) -> None:
    """The page says why it is held; the button leads to a page that asks, and only that page's button acts."""
    row = done(1, status="held")
    row.error_message, row.digest = "47 people would lose access, and the limit is 12.", "d" * 64
    add(connected.database, row, entry(1, run_id=1, outcome="planned"))

    text = connected.get("/runs/1")
    asked = connected.get(f"/runs/1/{act}")
    before = connected.services.views.run("hq", 1)
    connected.post(f"/runs/1/{act}")
    after = connected.services.views.run("hq", 1)

    assert "47 people would lose access" in text
    assert f"{act.capitalize()} this sync?" in asked
    assert before is not None
    assert after is not None
    assert (before.status, after.status) == ("held", status)


@pytest.mark.req("A42")
@pytest.mark.parametrize("path", ["", "/progress", "/release", "/discard"])
def test_another_portals_run_is_not_found(connected: Desk, path: str) -> None:
    """Numbers of runs can be guessed; that must show nothing."""
    add(
        connected.database,
        Connection(id=2, portal_id="branch", environment="sandbox", mode="paste", state="active"),
        run(5, connection_id=2),
    )

    assert connected.get(f"/runs/5{path}", 404)
    assert connected.client.get(f"{MOUNT}/branch/paycor/runs/5").status_code == 200


def test_the_history_goes_on_where_a_page_ends(connected: Desk) -> None:
    """Fifty runs a page, newest first."""
    add(connected.database, *[done(number) for number in range(1, 53)])

    text = connected.get("/runs")

    assert f'href="{connected.url("/runs?before=3")}"' in text
    assert connected.get("/runs?before=3").count("<tr>") == 3  # the head and two runs
