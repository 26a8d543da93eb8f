"""Who would be in a scope, as of the last read (rule X13): a head count, made of the mirror a chunk at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select

from connector.core.model import attributes
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import EmploymentStatus
from connector.core.model.settings import Scope
from connector.core.rules.access import days
from connector.core.rules.access.scope import ScopeVerdict, scope_verdict
from connector.store.connection import connections
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.people import directory
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow
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
            if connection is None or directory.count(session, connection.id) > MOST_COUNTED:
                return None
        counts = Counter(_place(case, scope) for case in self._cases(connection, scope))
        return HeadCount(counts[ScopeVerdict.IN], counts[ScopeVerdict.OUT], counts[ScopeVerdict.UNKNOWN])

    def _cases(self, connection: Connection, scope: Scope) -> Iterator[DecisionInput]:
        settings = self._wiring.settings(connection)
        asked = replace(settings, policy=replace(settings.policy, scope=scope)).attributes
        reader = DecisionInputReader(self._database, connection.id, attributes.origins(asked))
        today = days.today(self._wiring.clock(), settings.time_zone)
        query = select(EmployeeRow.person_key).where(EmployeeRow.connection_id == connection.id).distinct()
        with self._database.reading() as session:
            keys = session.scalars(query.order_by(EmployeeRow.person_key)).all()
        for start in range(0, len(keys), _CHUNK):
            yield from reader.cases(keys[start : start + _CHUNK], today)


def _place(case: DecisionInput, scope: Scope) -> ScopeVerdict | None:
    """Where one human stands: the best of the jobs that they have not left; None when they have left all."""
    places = {
        scope_verdict(one, case.facts, scope)
        for one in case.person.employees
        if one.status is not EmploymentStatus.SEPARATED
    }
    return next(
        (found for found in (ScopeVerdict.IN, ScopeVerdict.UNKNOWN, ScopeVerdict.OUT) if found in places),
        None,
    )
