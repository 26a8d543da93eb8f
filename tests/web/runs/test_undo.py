"""Undo, pause and resume: the pages ask first with counts, and show what was done."""

import msgspec
import pytest
from sqlalchemy import select

from connector.core.model.account import Account, AccountState
from connector.core.model.report import Report
from connector.hosts.memory import MemoryHost
from connector.store.tables.connection import Connection
from connector.store.tables.people import OverrideRow
from tests.services.stored import add, employee, entry, link, run
from tests.web.conftest import Site


def learner(number: int, last_name: str) -> Account:
    """Learner `a<number>`, linked to person `p<number>`."""
    return Account(
        f"a{number}", f"p{number}@x.example", "Ada", last_name, AccountState.ACTIVE, True, f"p{number}"
    )


@pytest.fixture
def synced(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A portal whose run 1 renamed two learners; an admin has edited the second one since."""
    host = MemoryHost(accounts=[learner(1, "New"), learner(2, "Edited")])
    monkeypatch.setattr(site.lms, "host", lambda portal_id: host)
    site.connect()
    done = run(1)
    done.report = msgspec.to_builtins(Report(read=2, updated=2))
    done.started_at = done.finished_at = site.clock()
    rows = [entry(1), entry(2)]
    for number, row in enumerate(rows, 1):
        row.account_id = f"a{number}"
    people = [employee(number, f"p{number}@x.example") for number in (1, 2)]
    add(site.database, done, *rows, *people, link(1, "sent"), link(2, "sent"))
    return site


def connection_state(site: Site) -> str:
    """The current state of the connection."""
    with site.database.reading() as session:
        return session.scalars(select(Connection.state)).one()


@pytest.mark.req("X6", "D17")
def test_undo_asks_first_with_counts_and_then_pauses(synced: Site) -> None:
    """The page says what is undone, what is left and why; the button leads to the new run."""
    page = synced.get("/runs/1")
    question = synced.get("/runs/1/undo")
    before = connection_state(synced)
    leads_to = synced.post("/runs/1/undo")

    assert f'href="{synced.url("/runs/1/undo")}"' in page
    assert "<strong>1 person</strong> get their values from before back" in question
    assert "<strong>1 person</strong>: What the sync wrote has been changed since" in question
    assert (before, connection_state(synced)) == ("active", "paused")
    assert (leads_to, synced.woken) == (synced.url("/runs/2"), [2])


@pytest.mark.req("X6", "X16")
def test_one_person_can_be_undone_from_their_row(synced: Site) -> None:
    """The others keep their values, the connection stays active, and the person is protected."""
    page = synced.get("/runs/1")
    question = synced.get("/runs/1/undo?employee=e1")
    synced.post("/runs/1/undo?employee=e1")

    with synced.database.reading() as session:
        protected = session.scalars(select(OverrideRow.person_key)).all()
    assert synced.url("/runs/1/undo?employee=e1") in page
    assert "employee e1, and to nobody else" in question
    assert "30 days" in question
    assert (connection_state(synced), protected) == ("active", ["p1"])


@pytest.mark.req("X6")
def test_the_page_of_an_undo_lists_what_was_left_and_why(synced: Site) -> None:
    """It names the undone run, and the mails that cannot be taken back."""
    undo = run(2, mode="undo")
    undo.plan_of = 1
    undo.report = msgspec.to_builtins(Report(updated=1, left=1, mailed=7))
    rows = [entry(3), entry(4, outcome="left")]
    for row in rows:
        row.run_id = 2
    rows[1].outcome_code = "edited"
    add(synced.database, undo, *rows)

    page = synced.get("/runs/2?kind=left")

    assert "What the sync wrote has been changed since" in page
    assert "Left as they are (1)" in page
    assert "<dt>Mails that had gone out</dt><dd>7</dd>" in page
    assert f'Takes back <a href="{synced.url("/runs/1")}">run 1</a>' in page
    assert "Undo this run" not in page


@pytest.mark.req("X6")
@pytest.mark.parametrize("mode", ["preview", "mail", "completions", "undo"])
def test_a_run_that_changed_no_account_has_no_undo(site: Site, mode: str) -> None:
    """Neither as a button, nor by its address."""
    site.connect()
    row = run(1, mode=mode)
    row.plan_of = 1
    row.report = msgspec.to_builtins(Report())
    row.digest = "0" * 64
    add(site.database, row)

    assert "Undo this run" not in site.get("/runs/1")
    assert "no sync" in site.client.get(site.url("/runs/1/undo")).text


@pytest.mark.req("D17")
def test_pause_and_resume_take_one_press_each(site: Site) -> None:
    """While paused, a preview is offered and a sync is not; the log has the change."""
    site.connect()
    active = site.get()
    site.post("/pause")
    paused = site.get()
    site.post("/resume")

    assert ">Pause</button>" in active
    assert "Paused: nothing runs by itself." in paused
    assert f'action="{site.url("/preview")}"' in paused
    assert f'action="{site.url("/sync")}"' not in paused
    assert "Connection paused" in site.get("/changes")
    assert connection_state(site) == "active"


@pytest.mark.req("D17", "X1")
def test_a_preview_while_paused_offers_to_resume(site: Site) -> None:
    """Nothing can be applied while paused."""
    site.connect("paused")
    row = run(1, mode="preview")
    row.report, row.digest = msgspec.to_builtins(Report(updated=1)), "0" * 64
    add(site.database, row)

    page = site.get("/runs/1")

    assert f'action="{site.url("/resume")}"' in page
    assert "Apply exactly this" not in page
