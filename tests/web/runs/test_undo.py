"""The pages of undo, pause and resume: asked first with counts, and told what it did."""

import msgspec
import pytest
from sqlalchemy import select

from connector.core.model.account import Account, AccountState
from connector.core.model.report import Report
from connector.hosts.memory import MemoryHost
from connector.store.tables.connection import Connection
from connector.store.tables.people import LinkRow, OverrideRow
from tests.services.stored import add, employee, entry, link, run
from tests.web.conftest import Desk


def learner(number: int, last_name: str) -> Account:
    """Learner `a<number>`, linked to person `p<number>`."""
    return Account(
        f"a{number}", f"p{number}@x.example", "Ada", last_name, AccountState.ACTIVE, True, f"p{number}"
    )


@pytest.fixture
def synced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A portal whose run 1 has renamed two learners; of the second, somebody has mended the name since."""
    host = MemoryHost(accounts=[learner(1, "New"), learner(2, "Mended")])
    monkeypatch.setattr(desk.lms, "host", lambda portal_id: host)
    desk.connect()
    done = run(1)
    done.report = msgspec.to_builtins(Report(read=2, updated=2))
    done.started_at = done.finished_at = desk.clock()
    rows = [entry(1), entry(2)]
    for number, row in enumerate(rows, 1):
        row.account_id = f"a{number}"
    people = [employee(number, f"p{number}@x.example") for number in (1, 2)]
    add(desk.database, done, *rows, *people, link(1, "sent"), link(2, "sent"))
    return desk


def state_of(desk: Desk) -> str:
    """The state of the connection as it is now."""
    with desk.database.reading() as session:
        return session.scalars(select(Connection.state)).one()


@pytest.mark.req("X6", "D17")
def test_undo_asks_first_with_counts_and_then_pauses(synced: Desk) -> None:
    """What would be taken back, what would be left and why; the button leads to the run that does it."""
    page = synced.get("/runs/1")
    asked = synced.get("/runs/1/undo")
    before = state_of(synced)
    leads_to = synced.post("/runs/1/undo")

    assert f'href="{synced.url("/runs/1/undo")}"' in page
    assert "<strong>1 person</strong> given the values from before" in asked
    assert "<strong>1 person</strong>: What the run wrote has been changed since" in asked
    assert (before, state_of(synced)) == ("active", "paused")
    assert (leads_to, synced.woken) == (synced.url("/runs/2"), [2])


@pytest.mark.req("X6", "X16")
def test_one_person_can_be_undone_from_their_row(synced: Desk) -> None:
    """It is theirs alone, the connection goes on, and they are protected."""
    page = synced.get("/runs/1")
    asked = synced.get("/runs/1/undo?employee=e1")
    synced.post("/runs/1/undo?employee=e1")

    with synced.database.reading() as session:
        kept = session.scalars(select(OverrideRow.person_key)).all()
    assert synced.url("/runs/1/undo?employee=e1") in page
    assert "employee e1, and to nobody else" in asked
    assert "30 days" in asked
    assert (state_of(synced), kept) == ("active", ["p1"])


@pytest.mark.req("X6")
def test_the_page_of_an_undo_lists_what_was_left_and_why(synced: Desk) -> None:
    """With the run that was taken back, and the mails that could not be."""
    undo = run(2, mode="undo")
    undo.plan_of = 1
    undo.report = msgspec.to_builtins(Report(updated=1, left=1, mailed=7))
    rows = [entry(3), entry(4, outcome="left")]
    for row in rows:
        row.run_id = 2
    rows[1].outcome_code = "edited"
    add(synced.database, undo, *rows)

    page = synced.get("/runs/2?kind=left")

    assert "What the run wrote has been changed since" in page
    assert "Left as they are (1)" in page
    assert "<dt>Mails that had gone out</dt><dd>7</dd>" in page
    assert f'Takes back <a href="{synced.url("/runs/1")}">run 1</a>' in page
    assert "Undo this run" not in page


@pytest.mark.req("X6")
@pytest.mark.parametrize("mode", ["preview", "mail", "completions", "undo"])
def test_what_has_changed_nobody_has_no_undo(desk: Desk, mode: str) -> None:
    """Neither a button, nor a way around it."""
    desk.connect()
    row = run(1, mode=mode)
    row.plan_of = 1
    row.report = msgspec.to_builtins(Report())
    row.digest = "0" * 64
    add(desk.database, row)

    assert "Undo this run" not in desk.get("/runs/1")
    assert "no sync" in desk.client.get(desk.url("/runs/1/undo")).text


@pytest.mark.req("D17")
def test_pause_and_resume_are_one_press_each(desk: Desk) -> None:
    """While paused a preview is offered and a sync is not; the change is remembered."""
    desk.connect()
    first = desk.get()
    desk.post("/pause")
    paused = desk.get()
    desk.post("/resume")

    assert ">Pause</button>" in first
    assert "Paused: nothing runs by itself." in paused
    assert f'action="{desk.url("/preview")}"' in paused
    assert f'action="{desk.url("/sync")}"' not in paused
    assert "Connection paused" in desk.get("/changes")
    assert state_of(desk) == "active"


@pytest.mark.req("D17", "X1")
def test_a_preview_while_paused_offers_to_resume(desk: Desk) -> None:
    """Nothing can be applied before."""
    desk.connect("paused")
    row = run(1, mode="preview")
    row.report, row.digest = msgspec.to_builtins(Report(updated=1)), "0" * 64
    add(desk.database, row)

    page = desk.get("/runs/1")

    assert f'action="{desk.url("/resume")}"' in page
    assert "Apply exactly this" not in page


@pytest.mark.req("D13", "A8")
def test_nobody_is_told_of_an_account_that_is_closed(desk: Desk) -> None:
    """Whoever was undone before their mail is on the list again once they are let in."""
    desk.connect()
    closed = link(1, "held")
    closed.state = AccountState.SUSPENDED
    add(desk.database, closed, employee(1, "p1@x.example"))

    shut = desk.services.views.untold("hq").rows
    desk.services.runs.tell("hq", "7", None)
    with desk.database.reading() as session:
        after = session.scalars(select(LinkRow.mail_state)).one()

    assert (shut, after) == ((), "held")
