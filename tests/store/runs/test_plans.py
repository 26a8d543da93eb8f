"""Stored plans: each row is handed over once, in order, and only a plan that waits is found."""

import pytest
import sqlalchemy as sa

from connector.store.db.paging import CHUNK
from connector.store.db.sessions import Database
from connector.store.runs import plans, runs
from connector.store.tables.runs import EntryRow
from tests.services.stored import add, entry, run


def rows(database: Database, run_id: int) -> list[tuple[str, str]]:
    """Employee and outcome of each row of a run, in plan order."""
    query = sa.select(EntryRow.employee_id, EntryRow.outcome).where(EntryRow.run_id == run_id)
    with database.reading() as session:
        return [(row[0], row[1]) for row in session.execute(query.order_by(EntryRow.id))]


def test_a_whole_plan_is_handed_over_in_its_order(database: Database) -> None:
    """Also when it is longer than one chunk; the rows of the plan count as released."""
    count = CHUNK + 2
    add(database, run(1, status="held"), run(2, mode="apply", status="queued"))
    add(database, *[entry(number, outcome="planned") for number in range(1, count + 1)])

    with database.writing() as session:
        before = plans.is_handed_over(session, 1)
        result = plans.hand_over(session, 1, 2)
        after = plans.is_handed_over(session, 1)

    assert (before, result, after) == (False, (count, True), True)
    assert rows(database, 2) == [(f"e{number}", "planned") for number in range(1, count + 1)]
    assert {outcome for _, outcome in rows(database, 1)} == {"released"}


def test_a_row_is_handed_over_only_once(database: Database) -> None:
    """The second run gets the rest, which is not the whole plan."""
    add(database, run(1, status="held"), run(2, mode="apply"), run(3, mode="apply"))
    add(database, *[entry(number, outcome="planned") for number in (1, 2, 3)])

    with database.writing() as session:
        first = plans.hand_over(session, 1, 2, lambda row: row.id == 2)
        rest = plans.hand_over(session, 1, 3)

    assert (first, rest) == ((1, False), (2, False))
    assert [employee for employee, _ in rows(database, 2)] == ["e2"]
    assert [employee for employee, _ in rows(database, 3)] == ["e1", "e3"]


def test_the_newest_plan_with_a_digest_is_found_while_it_waits(database: Database) -> None:
    """A held run and a finished preview wait; applied, discarded or another portal's plans do not."""
    stored = [
        run(1, mode="preview"),
        run(2, status="held"),
        run(3, status="discarded"),
        run(4),
        run(5, 2, "preview"),
    ]
    for row in stored:
        row.digest = "abc"
    add(database, *stored)

    with database.reading() as session:
        assert plans.by_digest(session, 1, "abc") == 2
        assert plans.by_digest(session, 1, "other") is None


@pytest.mark.parametrize(
    ("mode", "status", "expected"),
    [
        ("sync", "held", True),
        ("preview", "done", True),
        ("preview", "running", False),
        ("sync", "done", False),
        ("sync", "released", False),
    ],
)
def test_a_plan_can_be_applied_while_it_waits(
    database: Database, mode: str, status: str, expected: bool
) -> None:
    """After that there is nothing to approve."""
    add(database, run(1, mode=mode, status=status))

    with database.reading() as session:
        assert plans.can_be_applied(runs.by_id(session, 1)) is expected
