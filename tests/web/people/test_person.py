"""The page of one person: found by a form, shown by employee id, with a sync of this person alone."""

import pytest
from markupsafe import escape

from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import RunRow
from connector.words.findings import FINDING_TEXTS
from tests.services.stored import NOW, add, employee, entry, finding, link, run
from tests.web.conftest import Site
from tests.web.rows import done_run


@pytest.fixture
def with_ada(connected: Site) -> Site:
    """A connected portal with one person, whose employment status is unclear at Paycor."""
    change = entry(1)
    change.at = NOW
    add(connected.database, done_run(1), ada(1), finding(1, "ambiguous_status"), change)
    return connected


def ada(number: int) -> EmployeeRow:
    """An employee with Ada's work email."""
    row = employee(number, "ada@example.com")
    row.email_key = "ada@example.com"
    return row


@pytest.mark.req("X8", "X9")
def test_the_page_explains_a_status_and_lists_every_change(with_ada: Site) -> None:
    """The steps in plain words with who can fix them, then every change with its run."""
    text = with_ada.get("/person?employee=e1")

    assert "Ada L1" in text
    assert "Left as it is" in text
    assert str(escape(FINDING_TEXTS["ambiguous_status"].advice)) in text
    assert "HR, in Paycor" in text
    assert "<del>Old</del>" in text
    assert "Sync, run 1" in text


@pytest.mark.req("X8")
@pytest.mark.parametrize("who", ["ada@example.com", "ADA@example.com", "e1"])
def test_a_search_leads_to_the_employee_id(with_ada: Site, who: str) -> None:
    """The form takes the email, so that no URL ever contains it."""
    location = with_ada.post("/person", who=who)

    assert location == with_ada.url("/person?employee=e1")


def test_an_email_in_the_url_finds_no_one(with_ada: Site) -> None:
    """Such links must not become a habit."""
    text = with_ada.get("/person?employee=ada@example.com")

    assert "Ada L1" not in text
    assert "No person has this" in text


def test_a_search_that_fits_several_people_links_to_each(with_ada: Site) -> None:
    """They share an email: the page explains the first and links to the other."""
    add(with_ada.database, ada(2))

    text = with_ada.post("/person", 200, who="ada@example.com")

    assert "Others who were meant" in text
    assert with_ada.url("/person?employee=e2") in text


@pytest.mark.parametrize(
    ("who", "expected"),
    [("nobody@example.com", "No person has this"), (" ", "Enter an id, a number or a work email.")],
)
def test_a_search_without_a_result_says_so(with_ada: Site, who: str, expected: str) -> None:
    """It says what to do next."""
    assert expected in with_ada.post("/person", 200, who=who)


@pytest.mark.req("X15")
def test_one_person_can_be_synced_from_their_page(with_ada: Site) -> None:
    """In the background as any run; the run's page shows the progress."""
    location = with_ada.post("/person/sync", employee="e1")

    with with_ada.database.reading() as session:
        row = session.get_one(RunRow, 2)
    assert location == with_ada.url("/runs/2")
    assert (row.mode, row.employee_id, row.trigger) == ("one_person", "e1", "manual")
    assert with_ada.woken == [2]


def test_only_twenty_single_syncs_an_hour_are_allowed(with_ada: Site) -> None:
    """The error says what to do instead."""
    runs = [run(number, mode="one_person") for number in range(2, 22)]
    for row in runs:
        row.requested_at = with_ada.clock()
    add(with_ada.database, *runs)

    assert "sync of everybody" in with_ada.post("/person/sync", 429, employee="e1")


def test_lists_link_to_the_person(with_ada: Site) -> None:
    """Rows of a run do, and so does the to-do list."""
    add(with_ada.database, link(1, "sent"))

    for path in ("/runs/1?kind=update", "/findings?code=ambiguous_status"):
        assert with_ada.url("/person?employee=e1") in with_ada.get(path)


def test_the_page_says_that_the_lms_does_not_answer(with_ada: Site) -> None:
    """It never explains a status by a guess."""
    with_ada.lms.is_up = False

    assert "did not answer" in with_ada.get("/person?employee=e1", 503)
