"""Reading by key: pages after and before an id, and whole tables in chunks."""

import sqlalchemy as sa

from connector.store.db.paging import in_chunks, page_after, page_before
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit
from tests.services.stored import NOW, add

IDS = sa.select(Audit.id)


def lines(database: Database, count: int) -> None:
    """So many lines, with the ids from 1 on."""
    add(database, *[Audit(portal_id="a", at=NOW, action="x") for _ in range(count)])


def test_a_page_continues_after_or_before_an_id(database: Database) -> None:
    """None is the first page; the other direction has the newest first."""
    lines(database, 5)

    with database.reading() as session:
        pages = [
            session.scalars(page_after(IDS, Audit.id, None, 2)).all(),
            session.scalars(page_after(IDS, Audit.id, 2, 9)).all(),
            session.scalars(page_before(IDS, Audit.id, None, 2)).all(),
            session.scalars(page_before(IDS, Audit.id, 4, 9)).all(),
        ]

    assert pages == [[1, 2], [3, 4, 5], [5, 4], [3, 2, 1]]


def test_chunks_have_every_row_once(database: Database) -> None:
    """A full last chunk is not followed by an empty one."""
    lines(database, 4)

    assert [[row[0] for row in rows] for rows in in_chunks(database, IDS, Audit.id, 2)] == [[1, 2], [3, 4]]
    assert list(in_chunks(database, IDS.where(Audit.id > 9), Audit.id, 2)) == []


def test_rows_may_be_changed_between_two_chunks(database: Database) -> None:
    """Deleting what was read skips nothing."""
    lines(database, 5)
    seen = []
    for rows in in_chunks(database, IDS, Audit.id, 2):
        ids = [row[0] for row in rows]
        seen += ids
        with database.writing() as session:
            session.execute(sa.delete(Audit).where(Audit.id.in_(ids)))

    assert seen == [1, 2, 3, 4, 5]
