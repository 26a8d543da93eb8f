"""Finished courses to Paycor: the consent, the counts, and the way out."""

from datetime import date, timedelta

import pytest

from connector.core.model.connection import ConnectionState
from connector.core.model.report import Report
from connector.errors import SourceForbidden
from connector.store.tables.completions import CompletionRow
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.services.stored import add
from tests.web.conftest import Site


@pytest.fixture
def reporting(site: Site) -> Site:
    """A connected portal of an LMS that reports completions."""
    setattr(site.lms, "completions", lambda portal_id, since: ())  # noqa: B010
    site.connect()
    return site


def add_completions(site: Site, **counts: int) -> None:
    """Store so many completions in each state."""
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
            add(site.database, row)


@pytest.mark.req("X18")
def test_it_is_off_and_says_what_would_be_written(reporting: Site) -> None:
    """It names both permissions as Paycor does, and says that nothing can be taken back."""
    text = reporting.get("/completions")

    assert "<strong>It is off.</strong>" in text
    assert "Create and Update Certification" in text
    assert "View Certification Information for Employee" in text
    assert "no way to take it back" in text


@pytest.mark.req("X18")
def test_without_the_tick_nothing_is_switched_on(reporting: Site) -> None:
    """The button alone is not a consent."""
    text = reporting.post("/completions", status=200)

    assert "Without this consent nothing is written to Paycor." in text
    assert not reporting.services.completions.view("hq").is_on


@pytest.mark.req("X18")
def test_with_the_tick_it_is_on_and_can_be_switched_off(reporting: Site) -> None:
    """The log of changes has both."""
    reporting.post("/completions", agreed="y")
    on = reporting.get("/completions")
    reporting.post("/completions", off="1")

    assert "<strong>It is on.</strong>" in on
    assert "<strong>It is off.</strong>" in reporting.get("/completions")
    changes = reporting.get("/changes")
    assert "Consent given to sending finished courses to Paycor" in changes
    assert "Finished courses are not sent to Paycor any more" in changes


def test_a_missing_permission_is_reported_beside_the_consent(
    reporting: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service checks it at Paycor before it saves the consent."""

    def refuse(*_: object) -> None:
        raise SourceForbidden("The application lacks “View Certification Information for Employee”.")

    monkeypatch.setattr(reporting.services.completions, "switch_on", refuse)

    text = reporting.post("/completions", status=200, agreed="y")

    assert "The application lacks “View Certification Information for Employee”." in text


@pytest.mark.req("X18")
def test_an_admin_decides_about_unknown_outcomes(reporting: Site) -> None:
    """The page counts them; the button plans them again and queues a run."""
    reporting.post("/completions", agreed="y")
    add_completions(reporting, sent=3, unknown=2)
    text = reporting.get("/completions")

    location = reporting.post("/completions", again="1")

    assert "Paycor did not say what became of 2." in text
    assert location == reporting.url("/runs/1")
    assert reporting.woken == [1]
    assert reporting.services.completions.view("hq").counts == {"sent": 3, "planned": 2}


def test_its_run_says_how_many_were_added(reporting: Site) -> None:
    """It does not say that every learner is as Paycor says: none was compared."""
    now = reporting.clock()
    add(
        reporting.database,
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

    text = reporting.get("/runs/1")

    assert Report().completions == 0
    assert "<dt>Certifications added at Paycor</dt><dd>12</dd>" in text
    assert "every learner is as Paycor says" not in text


def test_an_lms_without_reports_has_nothing_to_switch_on(site: Site) -> None:
    """The page says so, and the overview has no link to it."""
    site.connect()

    assert "there is nothing to switch on" in site.get("/completions")
    assert "Completions back to Paycor" not in site.get()
    site.post("/completions", status=409, agreed="y")


def test_the_overview_links_to_both_optional_features(reporting: Site) -> None:
    """It says of each whether it is on."""
    before = reporting.get()
    reporting.post("/completions", agreed="y")
    reporting.services.events.open("hq", "7")
    add_completions(reporting, unknown=1)
    after = reporting.get()

    assert f'<a href="{reporting.url("/events")}">Off</a>' in before
    assert f'<a href="{reporting.url("/completions")}">Off</a>' in before
    assert f'<a href="{reporting.url("/events")}">On</a>' in after
    assert "1 to look at" in after


@pytest.mark.parametrize("path", ["/events", "/completions"])
def test_a_portal_without_a_connection_is_sent_to_the_overview(site: Site, path: str) -> None:
    """There is nothing to switch on yet."""
    assert site.client.get(site.url(path)).headers["Location"] == site.url()


def test_nothing_is_switched_on_while_the_connection_does_not_work(reporting: Site) -> None:
    """The error says what to do first."""
    with reporting.database.writing() as session:
        session.get_one(Connection, 1).state = ConnectionState.ATTENTION

    assert "Connect to Paycor, then switch this on" in reporting.post("/completions", status=409, agreed="y")
