"""Rows of plans: written from operations, read by page, by person and by chunk."""

from connector.core.model.account import Mail
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import EntryOutcome
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry
from connector.store.db.base import insert_rows
from connector.store.db.paging import CHUNK
from connector.store.db.sessions import Database
from connector.store.runs import entries
from connector.store.tables.runs import EntryRow
from tests.services.stored import NOW, add, entry, run

CREATE = Operation(
    OperationKind.CREATE, "p1", "e1", None, {}, {"first_name": "Ada", "field:boss": None}, Mail.WELCOME
)


def test_a_row_gives_back_the_operation_that_it_was_written_from(database: Database) -> None:
    """Empty values included; it starts as planned."""
    add(database, run(1))
    with database.writing() as session:
        insert_rows(session, EntryRow, [entries.row_of(1, CREATE)])

    with database.reading() as session:
        [row] = entries.page(session, "a", 1, None, 9)

    assert entries.operation_of(row) == CREATE
    assert (row.outcome, row.outcome_code) == ("planned", "")


def test_a_page_is_filtered_by_kind_and_outcome(database: Database) -> None:
    """No outcomes are all; the id of another portal's run finds nothing."""
    add(database, run(1), entry(1), entry(2, kind="create", outcome="rejected"))
    add(database, entry(3, kind="create", outcome="created"), entry(4, outcome="rejected"))

    with database.reading() as session:
        ids = {
            "all": [row.id for row in entries.page(session, "a", 1, None, 9)],
            "after": [row.id for row in entries.page(session, "a", 1, 1, 2)],
            "kind": [row.id for row in entries.page(session, "a", 1, None, 9, kind="create")],
            "outcome": [
                row.id for row in entries.page(session, "a", 1, None, 9, outcomes=[EntryOutcome.REJECTED])
            ],
            "portal": [row.id for row in entries.page(session, "b", 1, None, 9)],
        }

    assert ids == {"all": [1, 2, 3, 4], "after": [2, 3], "kind": [2, 3], "outcome": [2, 4], "portal": []}


def test_a_persons_rows_come_newest_first_with_their_runs(database: Database) -> None:
    """Rows that were never sent to the LMS, and rows of another connection, are left out."""
    add(database, run(1), run(2), run(3, connection_id=2))
    rows = [entry(1), entry(2, 2, outcome="rejected"), entry(3, 2, outcome="planned"), entry(4, 3)]
    rows += [entry(5, outcome="released"), entry(6, outcome="outdated"), entry(7)]
    for row in rows[:-1]:
        row.person_key = "p1"
    add(database, *rows)

    with database.reading() as session:
        found = [(row.id, of.id) for row, of in entries.of_person(session, 1, "p1", None, 9)]
        rest = [row.id for row, _ in entries.of_person(session, 1, "p1", 2, 9)]

    assert (found, rest) == ([(2, 2), (1, 1)], [1])


def test_all_rows_of_a_run_come_in_chunks_and_in_order(database: Database) -> None:
    """However long the plan is, one chunk is in memory at a time."""
    add(database, run(1), run(2), *[entry(number) for number in range(1, CHUNK + 2)])
    add(database, entry(CHUNK + 2, 2))

    chunks = [[row.id for row in rows] for rows in entries.all_of_run(database, 1)]

    assert [len(chunk) for chunk in chunks] == [CHUNK, 1]
    assert sum(chunks, []) == list(range(1, CHUNK + 2))


def test_an_outcome_keeps_the_account_that_was_created(database: Database) -> None:
    """Where the host gives no id, the account of the row stays; a long code is cut."""
    add(database, run(1), entry(1, kind="create"), entry(2))
    done = Entry(1, CREATE), Outcome(OutcomeStatus.CREATED, "a9")
    refused = Entry(2, CREATE), Outcome(OutcomeStatus.REJECTED, code="x" * 120)

    with database.writing() as session:
        entries.write_outcomes(session, [done, refused], NOW)

    with database.reading() as session:
        first, second = entries.page(session, "a", 1, None, 9)
    assert (first.outcome, first.account_id, first.at) == ("created", "a9", NOW)
    assert (second.outcome, second.account_id, len(second.outcome_code)) == ("rejected", None, 100)
