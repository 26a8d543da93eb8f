"""Syncs and previews on the pages: queued, watched, read, and listed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from connector.core.model.run import RunPhase
from connector.store.tables.connection import Connection
from tests.services.stored import NOW, add, employee, entry, run
from tests.web.conftest import MOUNT, Site
from tests.web.rows import done_run


@pytest.mark.req("A24", "A28")
def test_sync_queues_a_run_and_shows_it(connected: Site) -> None:
    """It runs in the background: the runner is woken, and the page shows the progress."""
    location = connected.post("/sync")
    text = connected.client.get(location).text

    assert location == connected.url("/runs/1")
    assert connected.woken == [1]
    assert "Waiting to start" in text
    assert f'data-cx-progress="{connected.url("/runs/1/progress")}"' in text
    assert '<noscript><meta http-equiv="refresh"' in text


@pytest.mark.req("D14")
def test_preview_queues_a_run_that_changes_nothing(connected: Site) -> None:
    """It has the mode `preview` from the start."""
    connected.post("/preview")

    run_view = connected.services.views.run("hq", 1)
    assert run_view is not None
    assert (run_view.mode, run_view.requested_by) == ("preview", "7")


@pytest.mark.req("A25")
def test_within_an_hour_a_sync_says_when_it_is_allowed_again(connected: Site) -> None:
    """At the button on the portal's clock, and as an error if it is sent anyway; a preview has no limit."""
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
def test_the_page_says_that_paycor_may_need_an_hour(connected: Site) -> None:
    """Otherwise an admin takes the delay for a fault."""
    assert "may need up to an hour" in connected.get()


@pytest.mark.req("A28")
def test_progress_has_numbers_and_words(connected: Site) -> None:
    """The page polls it every second, so no cache may keep it."""
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
def test_a_result_counts_by_kind_and_says_why_people_were_skipped(connected: Site) -> None:
    """It links to the LMS's own pages, and to the people behind each reason."""
    add(connected.database, done_run(1))

    text = connected.get("/runs/1")

    assert ">1,204</dd>" in text
    assert "Add a work email for them in Paycor" in text
    assert "/findings?code=no_work_email" in text
    assert "1 min 15 s" in text
    assert 'href="/users?since=2026-03-02"' in text


def test_a_run_shows_before_and_after_of_every_person(connected: Site) -> None:
    """With names from the mirror, field labels and the outcome from the LMS."""
    row = entry(1, outcome="rejected")
    row.before, row.after = {"field:job": "Welder"}, {"field:job": None}
    add(connected.database, done_run(1), row, employee(1, "ada@acme.example"))

    text = connected.get("/runs/1?kind=update")

    assert "ada@acme.example" in text
    assert "Job:" in text
    assert "<del>Welder</del>" in text
    assert "empty" in text
    assert "Refused by the LMS" in text


def test_a_run_page_works_while_the_lms_is_down(connected: Site) -> None:
    """Only the labels of fields are missing then."""
    add(connected.database, done_run(1))
    connected.lms.is_up = False

    assert "Result" in connected.get("/runs/1")


def test_a_preview_says_that_nothing_was_changed(connected: Site) -> None:
    """It says how many mails would go out, and has the button that applies exactly this plan."""
    preview = done_run(1, mode="preview")
    preview.digest = "d" * 64
    add(connected.database, preview, entry(1, outcome="planned"))

    text = connected.get("/runs/1")

    assert "Nothing has been changed." in text
    assert "1,204 mails" in text
    assert "would go out" in text
    assert "Apply exactly this" in text
    assert f'value="{"d" * 64}"' in text
    assert "To create" in text


def test_a_failed_run_says_who_can_fix_it(connected: Site) -> None:
    """With the message of the error, and the remedy for its code."""
    row = run(1, status="failed")
    row.error_code, row.error_message = "source.auth", "Paycor does not accept the refresh token."
    add(connected.database, row)

    text = connected.get("/runs/1")

    assert "Paycor does not accept the refresh token." in text
    assert "You can fix this" in text


@pytest.mark.parametrize(("action", "status"), [("release", "released"), ("discard", "discarded")])
def test_a_held_run_is_released_or_discarded_after_a_question(
    connected: Site, action: str, status: str
) -> None:
    """The page says why it is held and leads to a page that asks; only that page's button acts."""
    row = done_run(1, status="held")
    row.error_message, row.digest = "47 people would lose access, and the limit is 12.", "d" * 64
    add(connected.database, row, entry(1, run_id=1, outcome="planned"))

    text = connected.get("/runs/1")
    question = connected.get(f"/runs/1/{action}")
    before = connected.services.views.run("hq", 1)
    connected.post(f"/runs/1/{action}")
    after = connected.services.views.run("hq", 1)

    assert "47 people would lose access" in text
    assert f"{action.capitalize()} this sync?" in question
    assert before is not None
    assert after is not None
    assert (before.status, after.status) == ("held", status)


@pytest.mark.req("A42")
@pytest.mark.parametrize("path", ["", "/progress", "/release", "/discard"])
def test_another_portals_run_is_not_found(connected: Site, path: str) -> None:
    """Run numbers can be guessed, which must show nothing."""
    add(
        connected.database,
        Connection(id=2, portal_id="branch", environment="sandbox", mode="paste", state="active"),
        run(5, connection_id=2),
    )

    assert connected.get(f"/runs/5{path}", 404)
    assert connected.client.get(f"{MOUNT}/branch/paycor/runs/5").status_code == 200


def test_the_history_continues_on_the_next_page(connected: Site) -> None:
    """It has fifty runs a page, newest first."""
    add(connected.database, *[done_run(number) for number in range(1, 53)])

    text = connected.get("/runs")

    assert f'href="{connected.url("/runs?before=3")}"' in text
    assert connected.get("/runs?before=3").count("<tr>") == 3  # the head and two runs


@pytest.mark.req("D30")
def test_the_history_says_when_a_run_is_tried_again(connected: Site) -> None:
    """On the portal's clock, with the number of the try; so does the page of the run, and that of the next one."""
    failed, queued = run(1, status="failed"), run(2, status="queued")
    failed.error_message, failed.retry_at = "Paycor did not answer.", NOW + timedelta(minutes=35)
    queued.attempt, queued.not_before = 2, failed.retry_at
    add(connected.database, failed, queued)

    pages = [connected.get(path) for path in ("/runs", "/runs/1")]

    for text in pages:
        assert "Paycor did not answer." in text
        assert re.search(r"Tried again at <time [^>]*>2026-03-02 05:05</time> \(try 2 of 7\)\.", text)
    assert "It starts at" in connected.get("/runs/2")
    assert "The last run is tried again at" in connected.get()


@pytest.mark.req("D30")
def test_a_stopped_run_says_that_it_goes_on(connected: Site) -> None:
    """It is no failure: nothing has to be done."""
    stopped = run(1, status="stopped")
    stopped.error_message, stopped.retry_at = "The service was stopped.", NOW
    add(connected.database, stopped)

    assert "This run was stopped." in connected.get("/runs/1")
    assert "It went on at" in connected.get("/runs")
