"""What a run has done and an undo can take back."""

import pytest

from connector.store.db.sessions import Database
from connector.store.runs.undo import SqlAppliedRun
from tests.services.stored import NOW, add, entry, link, run


def employees(applied: SqlAppliedRun) -> list[tuple[str, bool]]:
    """Each employee that can be restored, and whether a later run has changed them."""
    return [(one.operation.employee_id, one.later) for rows in applied.done() for one in rows]


@pytest.fixture
def applied(database: Database) -> SqlAppliedRun:
    """Run 1 has suspended, updated and created; one of its rows failed."""
    add(database, run(1), run(2), entry(1, kind="suspend"), entry(2), entry(3))
    add(database, entry(4, kind="create", outcome="created"), entry(5, outcome="rejected"))
    return SqlAppliedRun(database, 1, 1)


def test_the_last_applied_row_comes_first(applied: SqlAppliedRun) -> None:
    """Rows that were not done are left out."""
    assert employees(applied) == [("e4", False), ("e3", False), ("e2", False), ("e1", False)]
    assert (applied.is_empty(), applied.person_key()) == (False, "p1")


def test_rows_that_an_undo_has_taken_back_are_left_out(database: Database, applied: SqlAppliedRun) -> None:
    """Only if the undo has done it; another person's row stays."""
    undo = run(3, mode="undo")
    undo.plan_of = 1
    rows = [entry(6, 3), entry(7, 3, outcome="rejected")]
    rows[0].person_key, rows[1].person_key = "p2", "p3"
    add(database, undo, *rows)

    assert [employee for employee, _ in employees(applied)] == ["e4", "e3", "e1"]


def test_a_later_change_of_the_same_person_is_reported(database: Database, applied: SqlAppliedRun) -> None:
    """The newer value must not be overwritten."""
    later = entry(6, 2)
    later.person_key = "p2"
    add(database, later)

    assert ("e2", True) in employees(applied)
    assert ("e3", False) in employees(applied)


def test_an_undo_of_one_employee_has_their_rows_only(database: Database, applied: SqlAppliedRun) -> None:
    """An employee without a row has nothing to undo."""
    assert employees(SqlAppliedRun(database, 1, 1, "e3")) == [("e3", False)]
    assert SqlAppliedRun(database, 1, 1, "e9").is_empty()
    assert SqlAppliedRun(database, 1, 1, "e9").person_key() is None


def test_only_mails_about_created_accounts_that_were_sent_are_counted(database: Database) -> None:
    """A held mail counts if sending was begun."""
    rows = [entry(number, kind="create", outcome="created") for number in (1, 2, 3, 4)]
    links = [link(1, "sent"), link(2, "held"), link(3, "held"), link(4, "failed")]
    for number, row in enumerate(rows, start=1):
        row.account_id = f"a{number}"
    for one in (links[0], links[1], links[3]):
        one.mail_at = NOW
    add(database, run(1), *rows, *links)

    assert SqlAppliedRun(database, 1, 1).mails() == 2
