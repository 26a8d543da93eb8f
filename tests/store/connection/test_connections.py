"""One connection a portal, one portal a legal entity: also when two ask at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from connector.core.model.connection import ConsentMethod
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    Limit,
    Limits,
    MappingRow,
    OnLeave,
    Policy,
    WhenNull,
)
from connector.errors import EntityTaken
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection, Entity
from connector.store.tables.runs import Lease

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ENTITY = 190204


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Our tables, empty."""
    sqlite = f"sqlite:///{tmp_path / 'lms.sqlite'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(sa.create_engine(url))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


def make(database: Database, portal_id: str, environment: str = "production") -> int:
    """The id of a portal's new connection."""
    with database.writing() as session:
        row = connections.made(session, portal_id, environment, ConsentMethod.PASTE, 2)
        session.flush()
        return row.id


def claim(database: Database, portal_id: str, *ids: int) -> None:
    """Make these the legal entities of a portal."""
    with database.writing() as session:
        row = connections.locked(session, portal_id)
        assert row is not None
        connections.claim(session, row, dict.fromkeys(ids, 77001))


def claimed(database: Database) -> list[tuple[int, int]]:
    """Which connection has which legal entity."""
    query = sa.select(Entity.connection_id, Entity.legal_entity_id).order_by(Entity.id)
    with database.reading() as session:
        return [(row[0], row[1]) for row in session.execute(query)]


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """What each of these raises when they begin together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> BaseException | None:
        start.wait()
        try:
            act()
        except EntityTaken as error:
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_portal_that_is_connected_twice_at_once_has_one_connection(database: Database) -> None:
    """A double click, in two workers: both are given the same row."""
    found: list[int] = []

    raised = at_once(*[lambda: found.append(make(database, "a"))] * 2)

    assert raised == [None, None]
    assert len(set(found)) == 1


@pytest.mark.req("D16")
def test_of_two_portals_that_claim_a_company_at_once_one_gets_it(database: Database) -> None:
    """The table decides, not the look before it."""
    first, second = make(database, "a"), make(database, "b")

    raised = at_once(lambda: claim(database, "a", ENTITY), lambda: claim(database, "b", ENTITY))

    assert sorted(type(error).__name__ for error in raised) == ["EntityTaken", "NoneType"]
    assert claimed(database) == [(first if raised[0] is None else second, ENTITY)]


@pytest.mark.req("D16")
def test_a_claim_that_is_refused_changes_nothing(database: Database) -> None:
    """Not even for the legal entities that were free; the other portal is not named."""
    make(database, "secret-portal")
    second = make(database, "b")
    claim(database, "secret-portal", ENTITY)
    claim(database, "b", 5, 6)

    with pytest.raises(EntityTaken, match=str(ENTITY)) as refused:
        claim(database, "b", 6, 7, ENTITY)

    assert "secret-portal" not in refused.value.message
    assert claimed(database)[1:] == [(second, 5), (second, 6)]


@pytest.mark.req("B4", "D16")
def test_the_same_number_in_the_sandbox_is_another_company(database: Database) -> None:
    """A trial in the sandbox takes nothing from production."""
    make(database, "a")
    make(database, "b", environment="sandbox")

    claim(database, "a", ENTITY)
    claim(database, "b", ENTITY)

    assert len(claimed(database)) == 2


def test_a_claim_can_be_made_again(database: Database) -> None:
    """What is no longer chosen is free."""
    connection_id = make(database, "a")

    claim(database, "a", 5, 6)
    claim(database, "a", 6, 7)

    assert claimed(database) == [(connection_id, 6), (connection_id, 7)]


def test_taking_over_ends_the_lease_of_a_run(database: Database) -> None:
    """Its token is the next one, so whatever the run still wants to write is refused."""
    connection_id = make(database, "a")
    with database.writing() as session:
        session.add(Lease(connection_id=connection_id, owner="{}", token=3, expires_at=NOW))

    with database.writing() as session:
        row = connections.taken_over(session, "a", NOW)
        nobody = connections.taken_over(session, "b", NOW)

    with database.reading() as session:
        lease = session.get_one(Lease, connection_id)
    assert (row and row.id, nobody) == (connection_id, None)
    assert (lease.owner, lease.token) == ("", 4)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(
            InviteWhen.HIRE_DATE,
            AddAs.ACTIVE_ONLY,
            OnLeave.SUSPEND,
            AccessEnds.START_OF_DAY,
            DayZone.WORK_STATE,
            absent_reads=4,
            limits=Limits(leavers=Limit(6, 7)),
        ),
    ],
)
def test_choices_come_back_as_they_were_kept(database: Database, policy: Policy) -> None:
    """Every field of the policy, and the rows of the mapping in their order."""
    connection_id = make(database, "a")
    rows = (MappingRow("job_title", "z", WhenNull.KEEP), MappingRow("hire_date", "a"))
    with database.writing() as session:
        connections.set_policy(session.get_one(Connection, connection_id), policy)
        connections.set_mapping(session, connection_id, rows)

    with database.reading() as session:
        row = session.get_one(Connection, connection_id)
        assert connections.mapping(session, connection_id) == rows
    assert connections.policy(row) == policy
