"""Findings as rows: replaced at every decision, and since the day they began."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.core.model.operation import Decision, Finding
from connector.store.db.sessions import Database
from connector.store.people import findings
from connector.store.tables.people import FindingRow
from tests.services.stored import NOW, add, finding

LATER = NOW + timedelta(days=3)


def replace(database: Database, decision: Decision) -> None:
    """Store the findings of a decision, three days after `NOW`."""
    with database.writing() as session:
        rows = findings.finding_rows(1, decision)
        findings.replace_findings(session, 1, [decision.person_key], rows, LATER)


def stored(database: Database) -> list[tuple[str, str, bool]]:
    """Person, code, and whether it began before the last decision."""
    with database.reading() as session:
        rows = session.scalars(sa.select(FindingRow)).all()
    return sorted((row.person_key, row.code, row.since == NOW) for row in rows)


def test_a_finding_that_stays_keeps_its_first_day(database: Database) -> None:
    """A new one begins now, one that is over is deleted; other people keep theirs."""
    add(database, finding(1, "no_state"), finding(2, "no_state"))
    row = finding(3, "no_name")
    row.person_key, row.employee_id = "p1", "e1"
    add(database, row)

    replace(database, Decision("p1", "e1", findings=(Finding("no_state", "e1"), Finding("late", "e1"))))

    assert stored(database) == [("p1", "late", False), ("p1", "no_state", True), ("p2", "no_state", True)]


def test_added_findings_leave_the_others(database: Database) -> None:
    """A refusal by the LMS does not replace what the decision found, and is there once."""
    add(database, finding(1, "no_state"))
    refused = Finding("refused", "e1")
    for since in (NOW, LATER):
        with database.writing() as session:
            rows = [findings.row_of(1, "p1", refused, is_skip=True) | {"since": since}]
            findings.add(session, 1, rows)

    assert stored(database) == [("p1", "no_state", True), ("p1", "refused", False)]


def test_the_reason_for_a_skip_and_other_employments_are_skips(database: Database) -> None:
    """Further findings do not stop the person."""
    decision = Decision(
        "p1", "e1", skipped=Finding("no_name", "e1"), findings=(Finding("late"),), other_employee_ids=("e2",)
    )

    rows = list(findings.finding_rows(1, decision))

    assert [(row["code"], row["employee_id"], row["is_skip"]) for row in rows] == [
        ("no_name", "e1", True),
        ("other_employment", "e2", True),
        ("late", "", False),
    ]


def test_a_long_value_is_cut_to_its_column(database: Database) -> None:
    """A value from Paycor may be of any length."""
    [row] = findings.finding_rows(
        1, Decision("p1", "e1", skipped=Finding("x", "e1", "s" * 300, "d" * 900, "h" * 300))
    )

    assert (len(row["subject"]), len(row["detail"]), len(row["hint"])) == (200, 500, 200)


@pytest.mark.req("D22")
def test_text_of_the_lms_that_no_database_takes_is_cleaned() -> None:
    """Labels of fields come from the LMS."""
    [row] = findings.finding_rows(
        1, Decision("p1", "e1", findings=(Finding("x", "e1", "Ti\0tle", "\ud83d!", "o"),))
    )

    assert (row["subject"], row["detail"], row["hint"]) == ("Title", "!", "o")


def test_pages_and_counts_are_of_one_portal(database: Database) -> None:
    """With `skips`, only those for which a person is skipped."""
    known = finding(3, "no_state")
    known.is_skip = False
    add(
        database,
        finding(1, "no_name"),
        finding(2, "no_state"),
        known,
        finding(4, "no_state", connection_id=2),
    )

    with database.reading() as session:
        every = [row.id for row in findings.page(session, "a", None, 9)]
        after = [row.id for row in findings.page(session, "a", 1, 1)]
        coded = [row.id for row in findings.page(session, "a", None, 9, code="no_state")]
        skips = [row.id for row in findings.page(session, "a", None, 9, skips=["no_state"])]
        counts = findings.counts(session, "a")

    assert (every, after, coded, skips) == ([1, 2, 3], [2], [2, 3], [2])
    assert counts == [("no_state", 2), ("no_name", 1)]


def test_a_person_is_skipped_for_one_of_the_given_codes(database: Database) -> None:
    """Deleting it leaves their other findings."""
    add(database, finding(1, "email_shared"))
    other = finding(2, "no_state")
    other.person_key = "p1"
    add(database, other)

    with database.writing() as session:
        assert findings.skip_code(session, 1, "p1", ["email_shared", "account_taken"]) == "email_shared"
        assert findings.skip_code(session, 2, "p1", ["email_shared"]) is None
        findings.delete_skips(session, 1, "p1", ["email_shared", "account_taken"])

    with database.reading() as session:
        assert [row.code for row in findings.of_person(session, 1, "p1")] == ["no_state"]


def test_an_employee_outside_the_list_is_found_by_id(database: Database) -> None:
    """Their finding has no person; one with a person belongs to the list."""
    onboarding = finding(1, "onboarding")
    onboarding.person_key = ""
    add(database, onboarding, finding(2, "no_state"))

    with database.reading() as session:
        row = findings.of_unlisted(session, 1, "e1")

        assert row is not None
        assert row.code == "onboarding"
        assert findings.of_unlisted(session, 1, "e2") is None
        assert findings.of_unlisted(session, 2, "e1") is None
