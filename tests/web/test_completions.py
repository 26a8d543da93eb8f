"""The page of completions back: a consent of its own, how they stand, and the way out."""

from datetime import date, timedelta

import pytest

from connector.core.model.connection import ConnectionState
from connector.core.model.report import Report
from connector.errors import SourceForbidden
from connector.store.tables.completions import CompletionRow
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.services.stored import add
from tests.web.conftest import Desk


@pytest.fixture
def telling(desk: Desk) -> Desk:
    """A connected portal of an LMS that tells completions."""
    setattr(desk.lms, "completions", lambda portal_id, since: ())  # noqa: B010
    desk.connect()
    return desk


def standing(desk: Desk, **counts: int) -> None:
    """So many completions are in each state."""
    for state, count in counts.items():
        for number in range(count):
            row = CompletionRow(
                connection_id=1,
                number=f"LMS-{state}-{number}",
                person_key="p",
                employee_id="e",
                account_id="a",
                course="Fire Safety",
                completed_on=date(2026, 3, 2),
                note="",
                state=state,
                code="",
            )
            add(desk.database, row)


@pytest.mark.req("X18")
def test_it_is_off_and_says_what_would_be_written(telling: Desk) -> None:
    """With both rights by their names at Paycor, and that nothing can be taken back."""
    text = telling.get("/completions")

    assert "<strong>It is off.</strong>" in text
    assert "Create and Update Certification" in text
    assert "View Certification Information for Employee" in text
    assert "no way to take it back" in text


@pytest.mark.req("X18")
def test_without_the_tick_nothing_is_switched_on(telling: Desk) -> None:
    """The consent is not the button alone."""
    text = telling.post("/completions", status=200)

    assert "Without this consent nothing is written to Paycor." in text
    assert not telling.services.completions.view("hq").is_on


@pytest.mark.req("X18")
def test_with_the_tick_it_is_on_and_can_be_switched_off(telling: Desk) -> None:
    """Both are on record."""
    telling.post("/completions", agreed="y")
    on = telling.get("/completions")
    telling.post("/completions", off="1")

    assert "<strong>It is on.</strong>" in on
    assert "<strong>It is off.</strong>" in telling.get("/completions")
    changes = telling.get("/changes")
    assert "Consent given to completions being sent to Paycor" in changes
    assert "Completions not sent to Paycor any more" in changes


def test_a_missing_right_is_told_beside_the_consent(telling: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paycor is asked before the consent is kept."""

    def refuse(*_: object) -> None:
        raise SourceForbidden("The application lacks “View Certification Information for Employee”.")

    monkeypatch.setattr(telling.services.completions, "switch_on", refuse)

    text = telling.post("/completions", status=200, agreed="y")

    assert "The application lacks “View Certification Information for Employee”." in text


@pytest.mark.req("X18")
def test_what_nobody_knows_is_for_an_admin_to_say(telling: Desk) -> None:
    """The page counts it; the button plans it anew and asks for a run."""
    telling.post("/completions", agreed="y")
    standing(telling, sent=3, unknown=2)
    text = telling.get("/completions")

    location = telling.post("/completions", again="1")

    assert "Paycor did not say what became of 2." in text
    assert location == telling.url("/runs/1")
    assert telling.woken == [1]
    assert telling.services.completions.view("hq").counts == {"sent": 3, "planned": 2}


def test_its_run_says_how_many_were_added(telling: Desk) -> None:
    """And not that every learner is as Paycor says: nobody was looked at."""
    now = telling.clock()
    add(
        telling.database,
        RunRow(
            id=1,
            connection_id=1,
            mode="completions",
            trigger="daily",
            status="done",
            requested_at=now,
            started_at=now,
            finished_at=now + timedelta(seconds=3),
            report={**dict.fromkeys(("skipped_by", "findings_by"), {}), "completions": 12},
        ),
    )

    text = telling.get("/runs/1")

    assert Report().completions == 0
    assert "<dt>Certifications added at Paycor</dt><dd>12</dd>" in text
    assert "every learner is as Paycor says" not in text


def test_an_lms_that_tells_none_has_nothing_to_switch_on(desk: Desk) -> None:
    """The page says so, and the overview does not lead there."""
    desk.connect()

    assert "there is nothing to switch on" in desk.get("/completions")
    assert "Completions back to Paycor" not in desk.get()
    desk.post("/completions", status=409, agreed="y")


def test_the_overview_leads_to_what_is_possible_besides(telling: Desk) -> None:
    """With whether each of them is on."""
    before = telling.get()
    telling.post("/completions", agreed="y")
    telling.services.events.open("hq", "7")
    standing(telling, unknown=1)
    after = telling.get()

    assert f'<a href="{telling.url("/events")}">Off</a>' in before
    assert f'<a href="{telling.url("/completions")}">Off</a>' in before
    assert f'<a href="{telling.url("/events")}">On</a>' in after
    assert "1 to look at" in after


@pytest.mark.parametrize("path", ["/events", "/completions"])
def test_a_portal_without_a_connection_is_led_to_make_one(desk: Desk, path: str) -> None:
    """There is nothing to switch on yet."""
    assert desk.client.get(desk.url(path)).headers["Location"] == desk.url()


def test_nothing_is_switched_on_while_the_connection_does_not_work(telling: Desk) -> None:
    """The admin is told what to do first."""
    with telling.database.writing() as session:
        session.get_one(Connection, 1).state = ConnectionState.ATTENTION

    assert "Connect to Paycor, then switch this on" in telling.post("/completions", status=409, agreed="y")
