"""How many people a scope includes, as of the last read (rule X13), counted from the mirror a chunk at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
from connector.wiring import Wiring

#: More employments than this are not counted while an admin waits for the page.
MOST_COUNTED = 5_000
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many people who have not left are included, excluded, and not known to be either before the next read."""

    inside: int
    outside: int
    unknown: int


def count_heads(wiring: Wiring, portal_id: str, scope: Scope) -> HeadCount | None:
    """How many people this scope includes and excludes; None when there are too many people to count here."""
    with wiring.database.reading() as session:
        connection = connections.of_portal(session, portal_id)
        if connection is None or directory.count(session, connection.id) > MOST_COUNTED:
            return None
        person_keys = directory.person_keys(session, connection.id)
    counts = Counter(_verdict(one, scope) for one in _decision_inputs(wiring, connection, person_keys, scope))
    return HeadCount(counts[ScopeVerdict.IN], counts[ScopeVerdict.OUT], counts[ScopeVerdict.UNKNOWN])


def _decision_inputs(
    wiring: Wiring, connection: Connection, person_keys: list[str], scope: Scope
) -> Iterator[DecisionInput]:
    settings = wiring.settings(connection)
    attribute_keys = replace(settings, policy=replace(settings.policy, scope=scope)).attributes
    origins = attributes.origins(attribute_keys)
    reader = DecisionInputReader(wiring.database, connection.id, origins, settings.policy.absent_reads)
    today = days.today(wiring.clock(), settings.time_zone)
    for start in range(0, len(person_keys), _CHUNK):
        yield from reader.read(person_keys[start : start + _CHUNK], today)


def _verdict(decision_input: DecisionInput, scope: Scope) -> ScopeVerdict | None:
    """The best verdict over the jobs that a person has not left; None when they have left all."""
    verdicts = {
        scope_verdict(one, decision_input.facts, scope)
        for one in decision_input.person.employees
        if one.status is not EmploymentStatus.SEPARATED
    }
    best_first = (ScopeVerdict.IN, ScopeVerdict.UNKNOWN, ScopeVerdict.OUT)
    return next((verdict for verdict in best_first if verdict in verdicts), None)
