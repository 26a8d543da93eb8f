"""Who would be in a scope, as of the last read (rule X13): a head count, made of the mirror a chunk at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select

from connector.core import attributes, days
from connector.core.ledger import Case
from connector.core.records import Status
from connector.core.scope import Place, place
from connector.core.settings import Scope
from connector.store import connections, people
from connector.store.cases import CaseReader
from connector.store.models import Connection, EmployeeRow
from connector.wiring import Wiring

#: More employments than this are not counted while somebody waits for a page.
MOST_COUNTED = 5_000
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many humans who have not left are in, out, and not known to be either before the next read."""

    inside: int
    outside: int
    unknown: int


class Scoping:
    """Counts for one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database

    def count(self, portal_id: str, scope: Scope) -> HeadCount | None:
        """Who this scope would have in and out; None when there are too many people to count here."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            if connection is None or people.count(session, connection.id) > MOST_COUNTED:
                return None
        counts = Counter(_place(case, scope) for case in self._cases(connection, scope))
        return HeadCount(counts[Place.IN], counts[Place.OUT], counts[Place.UNKNOWN])

    def _cases(self, connection: Connection, scope: Scope) -> Iterator[Case]:
        settings = self._wiring.settings(connection)
        asked = replace(settings, policy=replace(settings.policy, scope=scope)).attributes
        reader = CaseReader(self._database, connection.id, attributes.origins(asked))
        today = days.today(self._wiring.clock(), settings.time_zone)
        query = select(EmployeeRow.person_key).where(EmployeeRow.connection_id == connection.id).distinct()
        with self._database.reading() as session:
            keys = session.scalars(query.order_by(EmployeeRow.person_key)).all()
        for start in range(0, len(keys), _CHUNK):
            yield from reader.cases(keys[start : start + _CHUNK], today)


def _place(case: Case, scope: Scope) -> Place | None:
    """Where one human stands: the best of the jobs that they have not left; None when they have left all."""
    places = {
        place(one, case.facts, scope) for one in case.person.employees if one.status is not Status.SEPARATED
    }
    return next((found for found in (Place.IN, Place.UNKNOWN, Place.OUT) if found in places), None)
