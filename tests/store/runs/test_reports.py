"""The report of a run: every record that was read counts once."""

from datetime import timedelta

import pytest

from connector.core.model.account import Mail
from connector.core.model.report import Report
from connector.store.db.sessions import Database
from connector.store.runs import runs
from connector.store.runs.reports import count_report
from tests.services.stored import NOW, add, employee, entry, finding, link, run


def report(database: Database, run_id: int = 1, read: int = 0, *, applied: bool = True) -> Report:
    """The report of a run that read so many records."""
    with database.reading() as session:
        return count_report(
            session, runs.by_id(session, run_id), applied=applied, read=read, calls=3, seconds=1.23456
        )


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        pytest.param(True, (1, 0), id="applied"),
        pytest.param(False, (0, 2), id="a preview, or a held plan"),
    ],
)
def test_a_plan_that_was_not_applied_counts_as_what_would_happen(
    database: Database, applied: bool, expected: tuple[int, int]
) -> None:
    """An applied one counts only what was done."""
    add(database, run(1), entry(1, outcome="updated"))
    add(database, *[entry(number, kind="create", outcome="planned") for number in (2, 3)])

    counted = report(database, read=9, applied=applied)

    assert (counted.updated, counted.created) == expected
    assert counted.unchanged == 9 - sum(expected)


def test_skipped_people_count_when_everybody_was_read(database: Database) -> None:
    """People who were absent are not among the records that were read."""
    absent = employee(2, None)
    absent.absent_reads = 1
    add(database, run(1), run(2, mode="one_person"), employee(1, None), absent)
    add(
        database,
        finding(1, "no_work_email"),
        finding(2, "no_work_email"),
        finding(3, "no_work_email", connection_id=2),
    )

    everybody, one_person = report(database, read=5), report(database, 2, read=1)

    assert (everybody.skipped, everybody.skipped_by, everybody.unchanged) == (1, {"no_work_email": 1}, 4)
    assert (one_person.skipped, one_person.unchanged) == (0, 1)
    assert everybody.findings_by == {"no_work_email": 2}
    assert (everybody.paycor_calls, everybody.seconds) == (3, 1.235)


def test_mails_are_those_that_went_out_or_would(database: Database) -> None:
    """A preview counts the rows with a mail."""
    applied, preview = run(1), run(2, mode="preview")
    applied.mails = 4
    rows = [entry(1, 2, "create", "planned"), entry(2, 2, "create", "planned")]
    rows[0].mail = Mail.WELCOME
    add(database, applied, preview, *rows)

    assert (report(database, 1).mails, report(database, 2, applied=False).mails) == (4, 1)


def test_rows_that_were_outdated_or_left_are_counted(database: Database) -> None:
    """They were not sent to the LMS."""
    add(database, run(1, mode="apply"), entry(1, outcome="outdated"), entry(2, outcome="left"), entry(3))

    counted = report(database)

    assert (counted.moved, counted.left, counted.updated) == (1, 1, 1)


def test_an_undo_counts_the_mails_that_cannot_be_taken_back(database: Database) -> None:
    """Only those about accounts that it has suspended."""
    undo = run(2, mode="undo")
    undo.plan_of = 1
    rows = [entry(1, 1, "create", "created"), entry(2, 1, "create", "created"), entry(3, 2, "suspend")]
    links = [link(1, "sent"), link(2, "sent")]
    for row, account in zip(rows, ("a1", "a2", "a1"), strict=True):
        row.account_id = account
    for one in links:
        one.mail_at = NOW - timedelta(minutes=1)
    add(database, run(1), undo, *rows, *links)

    assert report(database, 2).mailed == 1
