"""Runs as rows: queued once, marked as running, ended, and deleted when they are old."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.store.db.sessions import Database
from connector.store.runs import runs
from connector.store.tables.runs import EntryRow, RunRow
from tests.services.stored import NOW, add, entry, run


def statuses(database: Database) -> dict[int, RunStatus]:
    """The status of every run, by id."""
    with database.reading() as session:
        return {row.id: row.status for row in session.scalars(sa.select(RunRow))}


def test_only_a_queued_run_of_the_same_mode_and_connection_counts_as_queued(database: Database) -> None:
    """A run that says it is running may have been killed, so it does not count."""
    add(database, run(1, status="running"), run(2, mode="preview", status="queued"))
    add(database, run(3, connection_id=2, status="queued"))

    with database.writing() as session:
        before = runs.start_queued(session, 1, RunMode.SYNC)
        queued = runs.ensure_queued(session, 1, RunMode.SYNC, RunTrigger.DAILY, NOW)
        again = runs.ensure_queued(session, 1, RunMode.SYNC, RunTrigger.DAILY, NOW)

    assert (before, queued, again) == (None, 4, 4)


def test_a_single_sync_is_queued_once_for_each_employee(database: Database) -> None:
    """The mode alone does not make two runs the same."""
    with database.writing() as session:
        first = runs.queue(session, 1, RunMode.ONE_PERSON, RunTrigger.MANUAL, NOW, employee_id="e1")

        assert runs.start_queued(session, 1, RunMode.ONE_PERSON, "e1") == first
        assert runs.start_queued(session, 1, RunMode.ONE_PERSON, "e2") is None


def test_single_syncs_count_from_after_the_instant(database: Database) -> None:
    """Whatever became of them; runs of other modes and connections do not count."""
    add(database, *[run(number, mode="one_person", status="failed") for number in (1, 2, 3)])
    add(database, run(4), run(5, connection_id=2, mode="one_person"))

    with database.reading() as session:
        found = runs.single_syncs_since(session, 1, NOW + timedelta(minutes=1))

    assert found == [NOW + timedelta(minutes=2), NOW + timedelta(minutes=3)]


def test_a_run_that_starts_finds_the_killed_ones_of_its_connection(database: Database) -> None:
    """Two runs of one connection cannot be running; the one of another connection may be."""
    add(
        database, run(1, status="running"), run(2, connection_id=2, status="running"), run(3, status="queued")
    )

    with database.writing() as session:
        started = runs.by_id(session, 3)
        runs.mark_running(started, NOW)
        killed = [one.id for one in runs.killed_before(session, started)]

    assert killed == [1]
    assert statuses(database)[3] == "running"


def test_a_run_that_ended_meanwhile_is_not_marked_as_killed(database: Database) -> None:
    """Between the look and the mark it may have ended."""
    add(database, run(1, status="done"), run(2, status="running"))

    with database.writing() as session:
        marked = [runs.mark_interrupted(session, runs.by_id(session, number), NOW) for number in (1, 2, 2)]

    assert marked == [False, True, False]
    assert statuses(database) == {1: "done", 2: "interrupted"}


@pytest.mark.req("D31")
@pytest.mark.parametrize("mode", RunMode)
def test_the_end_of_a_run_changes_no_other(database: Database, mode: RunMode) -> None:
    """A plan that is held goes on waiting, also after a preview."""
    add(database, run(1, status="held"), run(2, mode=mode, status="running"))

    with database.writing() as session:
        runs.mark_ended(runs.by_id(session, 2), RunStatus.DONE, Report(mails=2), NOW)

    assert statuses(database) == {1: "held", 2: "done"}
    with database.reading() as session:
        assert (runs.by_id(session, 2).report or {})["mails"] == 2


@pytest.mark.req("D31")
def test_a_held_plan_is_never_old(database: Database) -> None:
    """It waits for its admin, however long runs are kept."""
    held = run(1, status="held")
    held.finished_at = NOW - timedelta(days=900)
    add(database, held, entry(1, run_id=1))

    with database.writing() as session:
        runs.delete_ended_before(session, NOW)

    assert statuses(database) == {1: "held"}


def test_a_failed_run_stores_code_and_message(database: Database) -> None:
    """They are what the pages show."""
    add(database, run(1, status="running"))

    with database.writing() as session:
        runs.mark_failed(runs.by_id(session, 1), RunStatus.FAILED, "source.auth", "Connect again.", NOW)

    with database.reading() as session:
        row = runs.by_id(session, 1)
    assert (row.status, row.error_code, row.error_message) == ("failed", "source.auth", "Connect again.")
    assert row.finished_at == NOW


def test_old_runs_are_deleted_with_their_rows(database: Database) -> None:
    """A run that has not ended is never old."""
    old, recent, open_run = run(1), run(2), run(3, status="running")
    old.finished_at, recent.finished_at = NOW - timedelta(seconds=1), NOW
    add(database, old, recent, open_run, entry(1, run_id=1), entry(2, run_id=2))

    with database.writing() as session:
        runs.delete_ended_before(session, NOW)

    with database.reading() as session:
        kept = list(session.scalars(sa.select(EntryRow.run_id)))
    assert (list(statuses(database)), kept) == ([2, 3], [2])


def test_a_run_is_found_only_by_its_own_portal_and_connection(database: Database) -> None:
    """The id of another portal's run finds nothing (rule A42)."""
    add(database, run(1, connection_id=2))

    with database.reading() as session:
        assert runs.of_portal(session, "a", 1) is None
        assert runs.of_connection(session, 1, 1) is None
        assert runs.of_portal(session, "b", 1) is runs.of_connection(session, 2, 1) is runs.find(session, 1)
        assert runs.find(session, 9) is None


def test_a_page_has_the_newest_runs_before_an_id(database: Database) -> None:
    """Only the portal's own, newest first."""
    add(database, *[run(number) for number in (1, 2, 4, 5)], run(3, connection_id=2))

    with database.reading() as session:
        first = [row.id for row in runs.page(session, "a", None, 2)]
        second = [row.id for row in runs.page(session, "a", 4, 9)]

    assert (first, second) == ([5, 4], [2, 1])


def test_the_newest_run_that_ended_is_not_the_newest_open_one(database: Database) -> None:
    """A held run is open: it waits for an admin."""
    add(database, run(1), run(2, mode="mail"), run(3, status="held"), run(4, status="queued"), run(5, 2))

    with database.reading() as session:
        ended = runs.newest_over(session, "a", [RunMode.SYNC, RunMode.PREVIEW])
        is_open = runs.newest_open(session, "a")

    assert ended is not None
    assert is_open is not None
    assert (ended.id, is_open.id) == (1, 4)


def test_undos_of_a_run_come_oldest_first(database: Database) -> None:
    """A run that applies the same plan is no undo."""
    rows = [run(number, mode=mode) for number, mode in ((2, "undo"), (3, "apply"), (4, "undo"), (5, "undo"))]
    for row in rows[:3]:
        row.plan_of = 1
    rows[3].plan_of = 2
    add(database, run(1), *rows)

    with database.reading() as session:
        assert [row.id for row in runs.undos_of(session, 1, 1)] == [2, 4]
