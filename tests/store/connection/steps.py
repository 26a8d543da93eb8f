"""Acts on the rows of connections that several tests share."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from connector.core.model.connection import ConsentMethod
from connector.errors import EntityTaken
from connector.store.connection import connections
from connector.store.db.sessions import Database

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make(database: Database, portal_id: str, environment: str = "production") -> int:
    """The id of a portal's new connection."""
    with database.writing() as session:
        row = connections.create(session, portal_id, environment, ConsentMethod.PASTE, 2)
        session.flush()
        return row.id


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
