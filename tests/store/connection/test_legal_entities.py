"""One legal entity belongs to one portal, also when two portals claim it at the same moment."""

import pytest
import sqlalchemy as sa

from connector.errors import EntityTaken
from connector.store.connection import connections, legal_entities
from connector.store.db.sessions import Database
from connector.store.tables.connection import Entity
from tests.store.connection.steps import at_once, make

ENTITY = 190204


def claim(database: Database, portal_id: str, *ids: int) -> None:
    """Make these the legal entities of a portal."""
    with database.writing() as session:
        row = connections.lock(session, portal_id)
        assert row is not None
        legal_entities.claim(session, row, dict.fromkeys(ids, 77001))


def claimed(database: Database) -> list[tuple[int, int]]:
    """Which connection has which legal entity."""
    query = sa.select(Entity.connection_id, Entity.legal_entity_id).order_by(Entity.id)
    with database.reading() as session:
        return [(row[0], row[1]) for row in session.execute(query)]


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


def test_released_legal_entities_are_free_for_another_portal(database: Database) -> None:
    """Only those of the connection that releases them."""
    first, second = make(database, "a"), make(database, "b")
    claim(database, "a", 5, 6)
    claim(database, "b", 7)

    with database.writing() as session:
        legal_entities.release(session, first)
    claim(database, "b", 5)

    assert claimed(database) == [(second, 5)]
