"""Finished courses as rows: planned once, of the right employee, and open until they are settled."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.completion import Completion, CompletionState
from connector.core.model.employee import EmploymentStatus
from connector.store import completions
from connector.store.completions import certification_number
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.completions import CompletionRow
from tests.services.stored import add, employee, link
from tests.store.connection.steps import NOW, make


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Connection 1 with employees e1 and e2, who have the accounts a1 and a2."""
    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}"))
    Base.metadata.create_all(database.engine)
    make(database, "a")
    add(database, employee(1, None), employee(2, None), link(1, "none"), link(2, "none"))
    yield database
    database.engine.dispose()


def finished(account_id: str, key: str = "course-1") -> Completion:
    """A learner has finished a course."""
    return Completion(account_id, key, "Fire Safety", date(2026, 3, 2))


def plan(database: Database, *reported: Completion) -> None:
    """The LMS reports these."""
    with database.writing() as session:
        completions.plan(session, 1, "a", reported)


def rows(database: Database) -> list[tuple[str, str]]:
    """Employee id and state of each row."""
    query = sa.select(CompletionRow.employee_id, CompletionRow.state).order_by(CompletionRow.id)
    with database.reading() as session:
        return [(row[0], row[1]) for row in session.execute(query)]


def test_a_number_has_no_personal_data() -> None:
    """It is the same only for the same completion."""
    one = Completion("account-1", "course-1", "Fire Safety", date(2026, 3, 2))
    numbers = {certification_number("a", one), certification_number("b", one), certification_number("a", one)}

    assert len(numbers) == 2
    assert all(number.startswith("LMS-") and len(number) == 28 for number in numbers)


@pytest.mark.req("X18")
def test_a_completion_that_is_reported_twice_is_planned_once(database: Database) -> None:
    """Another course of the same learner is another row."""
    plan(database, finished("a1"))
    plan(database, finished("a1"), finished("a1", "course-2"))

    assert rows(database) == [("e1", "planned"), ("e1", "planned")]


@pytest.mark.req("X18")
def test_a_learner_who_is_not_from_paycor_is_skipped(database: Database) -> None:
    """Paycor has no record to add the certification to."""
    plan(database, finished("stranger"), finished("a2"))

    assert rows(database) == [("e2", "planned")]


@pytest.mark.req("X18")
def test_a_current_employment_comes_before_one_that_has_ended(database: Database) -> None:
    """A person with two jobs has left the one with the lower id."""
    left, current = employee(3, None, person=3), employee(4, None, person=3)
    left.status = EmploymentStatus.SEPARATED
    add(database, left, current, link(3, "none"))

    plan(database, finished("a3"))

    assert rows(database) == [("e4", "planned")]


def test_settled_completions_are_no_longer_open(database: Database) -> None:
    """Employees come in the order of their ids, a page at a time."""
    plan(database, finished("a2"), finished("a1"))
    with database.reading() as session:
        first_page = completions.open_employees_after(session, 1, "", 1)
        [row] = completions.open_of_employee(session, 1, "e1")

    with database.writing() as session:
        completions.set_state(session, row.id, CompletionState.SENT, NOW, certification_id="c1")

    with database.reading() as session:
        assert first_page == ["e1"]
        assert completions.open_employees_after(session, 1, "", 9) == ["e2"]
        assert completions.open_of_employee(session, 1, "e1") == []
        assert completions.counts(session, 1) == {"planned": 1, "sent": 1}


@pytest.mark.req("X18")
def test_only_unknown_completions_are_planned_again(database: Database) -> None:
    """An admin has checked Paycor; what was rejected stays rejected."""
    plan(database, finished("a1"), finished("a2"))
    with database.writing() as session:
        for employee_id, state in (("e1", CompletionState.UNKNOWN), ("e2", CompletionState.REJECTED)):
            [row] = completions.open_of_employee(session, 1, employee_id)
            completions.set_state(session, row.id, state, NOW, "no_answer")

    with database.writing() as session:
        count = completions.replan_unknown(session, 1)

    assert count == 1
    assert rows(database) == [("e1", "planned"), ("e2", "rejected")]


def test_the_employee_to_test_with_has_an_account(database: Database) -> None:
    """None where no employee has one."""
    add(database, employee(0, None))

    with database.reading() as session:
        assert completions.employee_with_account(session, 1) == "e1"
        assert completions.employee_with_account(session, 2) is None
