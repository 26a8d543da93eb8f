"""Overrides as rows: in force until their last day, and each one makes the next run decide again."""

from datetime import date

import sqlalchemy as sa

from connector.core.model.override import Override, OverrideKind
from connector.store.db.sessions import Database
from connector.store.people import overrides
from connector.store.tables.people import EmployeeRow
from tests.services.stored import NOW, add, employee

TODAY = date(2026, 3, 2)
PROTECT = Override(OverrideKind.PROTECT, TODAY)
HOLD = Override(OverrideKind.HOLD, date(2026, 3, 1), "email")


def create(database: Database, person_key: str, override: Override, connection_id: int = 1) -> None:
    """Store an override."""
    with database.writing() as session:
        overrides.create(session, connection_id, person_key, override, reason="audit", owner="7", now=NOW)


def dirty(database: Database) -> list[str]:
    """The employees that the next run decides about."""
    with database.reading() as session:
        return list(session.scalars(sa.select(EmployeeRow.employee_id).where(EmployeeRow.dirty)))


def add_clean(database: Database, number: int) -> None:
    """An employee that a run has acted on."""
    row = employee(number, None)
    row.dirty = False
    add(database, row)


def test_an_override_makes_the_next_run_decide_again(database: Database) -> None:
    """When it is created and when it is ended; other people stay as they are."""
    add_clean(database, 1)
    add_clean(database, 2)

    create(database, "p1", PROTECT)
    created = dirty(database)
    with database.writing() as session:
        session.execute(sa.update(EmployeeRow).values(dirty=False))
        overrides.end(session, 1, 1)

    assert (created, dirty(database)) == (["e1"], ["e1"])


def test_expired_overrides_are_not_on_a_page(database: Database) -> None:
    """The last day itself counts; another connection's are not there."""
    create(database, "p1", PROTECT)
    create(database, "p2", HOLD)
    create(database, "p3", PROTECT, connection_id=2)
    create(database, "p4", PROTECT)

    with database.reading() as session:
        page = [row.person_key for row in overrides.page(session, 1, TODAY, None, 9)]
        rest = [row.person_key for row in overrides.page(session, 1, TODAY, 1, 9)]

    assert (page, rest) == (["p1", "p4"], ["p4"])


def test_all_overrides_of_a_person_come_in_their_order(database: Database) -> None:
    """Expired ones included: the decision knows the day. People without one are left out."""
    create(database, "p1", HOLD)
    create(database, "p1", PROTECT)

    with database.reading() as session:
        assert overrides.of_people(session, 1, ["p1", "p2"]) == {"p1": (HOLD, PROTECT)}


def test_an_override_of_another_connection_cannot_be_ended(database: Database) -> None:
    """Its id has no meaning there (rule A42)."""
    create(database, "p1", PROTECT, connection_id=2)

    with database.writing() as session:
        assert overrides.end(session, 1, 1) is None
        assert overrides.end(session, 2, 1) is not None
    with database.writing() as session:
        assert overrides.end(session, 2, 1) is None
