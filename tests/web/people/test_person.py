"""The page of one person: sought by a form, shown by employee id, with the way to a sync of them alone."""

import pytest
from markupsafe import escape

from connector.core.model.findings import FINDINGS
from connector.core.model.operation import OperationKind
from connector.core.rules.access.entitlement import Access
from connector.core.rules.why import TraceStep
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import RunRow
from connector.web.people.steps import STEPS, VALUES, step_line
from tests.services.stored import NOW, add, employee, entry, finding, link, run
from tests.web.conftest import Desk
from tests.web.runs.test_runs import done


def ada(number: int) -> EmployeeRow:
    """An employee who has Ada's work email."""
    row = employee(number, "ada@example.com")
    row.email_key = "ada@example.com"
    return row


@pytest.fixture
def connected(desk: Desk) -> Desk:
    """The desk of a connected portal with one person, of whom Paycor's status is unclear."""
    desk.connect()
    change = entry(1)
    change.at = NOW
    add(desk.database, done(1), ada(1), finding(1, "ambiguous_status"), change)
    return desk


@pytest.mark.req("X8", "X9")
def test_a_person_is_explained_with_what_was_done(connected: Desk) -> None:
    """The trace in plain words with who can mend it, then every change with its run."""
    text = connected.get("/person?employee=e1")

    assert "Ada L1" in text
    assert "To be left as they are" in text
    assert str(escape(FINDINGS["ambiguous_status"].advice)) in text
    assert "HR, in Paycor" in text
    assert "<del>Old</del>" in text
    assert "Sync, run 1" in text


@pytest.mark.req("X8")
@pytest.mark.parametrize("who", ["ada@example.com", "ADA@example.com", "e1"])
def test_whoever_is_sought_is_shown_by_employee_id(connected: Desk, who: str) -> None:
    """An address goes in a form, and never into a URL."""
    location = connected.post("/person", who=who)

    assert location == connected.url("/person?employee=e1")


def test_an_address_in_the_url_finds_nobody(connected: Desk) -> None:
    """Nobody gets used to it."""
    text = connected.get("/person?employee=ada@example.com")

    assert "Ada L1" not in text
    assert "Nobody is known by this" in text


def test_several_people_are_named_with_the_way_to_each(connected: Desk) -> None:
    """They share an email: the first is explained, the other is a click away."""
    add(connected.database, ada(2))

    text = connected.post("/person", 200, who="ada@example.com")

    assert "Others who were meant" in text
    assert connected.url("/person?employee=e2") in text


@pytest.mark.parametrize(
    ("who", "said"), [("nobody@example.com", "Nobody is known by this"), (" ", "Say whom")]
)
def test_nobody_found_is_said(connected: Desk, who: str, said: str) -> None:
    """With what to do."""
    assert said in connected.post("/person", 200, who=who)


@pytest.mark.req("X15")
def test_one_person_is_synced_from_their_page(connected: Desk) -> None:
    """In the background, as any run; the page shows how far it is."""
    location = connected.post("/person/sync", employee="e1")

    with connected.database.reading() as session:
        row = session.get_one(RunRow, 2)
    assert location == connected.url("/runs/2")
    assert (row.mode, row.employee_id, row.trigger) == ("one_person", "e1", "manual")
    assert connected.woken == [2]


def test_the_twenty_first_in_an_hour_is_too_many(connected: Desk) -> None:
    """It says when the next one is possible."""
    ones = [run(number, mode="one_person") for number in range(2, 22)]
    for row in ones:
        row.requested_at = connected.clock()
    add(connected.database, *ones)

    assert "sync of everybody" in connected.post("/person/sync", 429, employee="e1")


def test_lists_lead_to_the_person(connected: Desk) -> None:
    """From a row of a run, and from the to-do list."""
    add(connected.database, link(1, "sent"))

    for path in ("/runs/1?kind=update", "/findings?code=ambiguous_status"):
        assert connected.url("/person?employee=e1") in connected.get(path)


def test_an_lms_that_does_not_answer_is_said(connected: Desk) -> None:
    """Nobody is explained on a guess."""
    connected.lms.answers = False

    assert "did not answer" in connected.get("/person?employee=e1", 503)


def test_every_step_has_its_words() -> None:
    """What somebody is due and what is done about it are never told in codes."""
    dues = {("due", access.value) for access in Access}
    kinds = {("decision", kind.value) for kind in OperationKind if kind is not OperationKind.UNLINK}

    assert dues | kinds <= VALUES.keys()
    assert {name for name, _ in VALUES} <= STEPS.keys()


def test_a_hint_is_told_with_its_value() -> None:
    """And a field by the name that the LMS has for it."""
    step = TraceStep("finding", "choice_mismatch", "Ohoi", "State", hint="Ohio")

    told = step_line(step, {"state": "Home state"})

    assert told.value == "Ohoi (nearest choice: Ohio)"
    assert (told.subject, told.why) == ("State", "Value not among the choices")
    assert step_line(
        TraceStep("decision", "A2", "update", "email, field:state"), {"state": "Home state"}
    ).subject == ("Work email, Home state")
    assert (
        step_line(TraceStep("field", "A4", "Ohio", "state"), {"state": "Home state"}).subject == "Home state"
    )
