"""A mapping tried on a real person of the last read (rule X12): nothing is saved, and Paycor is not asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.core.model import attributes
from connector.core.model.account import Field
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, Value
from connector.core.model.settings import MappingRow, Settings
from connector.core.rules.access import days
from connector.core.rules.values.attribute_values import attribute_values
from connector.core.rules.values.mapping import desired_fields
from connector.errors import Refused
from connector.store.connection import connections
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.people import directory
from connector.wiring import Wiring

#: What would become of a field, where it is no finding's code.
SET, EMPTIED, KEPT, UNKNOWN = "set", "emptied", "kept", "unknown"


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """What one row would make of its field: SET to `value`, EMPTIED, KEPT, UNKNOWN before the next read, or a finding.

    `text` is what Paycor has for the row's attribute, as far as it is known.
    """

    label: str
    outcome: str
    value: str = ""
    text: Value = None
    hint: str = ""


class Trying:
    """Tries the mapping of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database

    def tried(self, portal_id: str, employee_id: str, rows: Sequence[MappingRow]) -> tuple[PreviewedRow, ...]:
        """What each row would give for an employee whose account is made now. Raises Refused for nobody."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            key = directory.person_key_of(session, connection.id, employee_id) if connection else None
        if connection is None or key is None:
            raise Refused("Nobody of the last read has this employee id.")
        settings = replace(self._wiring.settings(connection), mapping=tuple(rows))
        reader = DecisionInputReader(self._database, connection.id, attributes.origins(settings.attributes))
        [case] = reader.cases([key], days.today(self._wiring.clock(), settings.time_zone))
        employee = next(one for one in case.person.employees if one.employee_id == employee_id)
        fields = {field.key: field for field in self._wiring.lms.host(portal_id).fields()}
        return tuple(_tried(row, case, employee, settings, fields) for row in rows)


def _tried(
    row: MappingRow, case: DecisionInput, employee: Employee, settings: Settings, fields: Mapping[str, Field]
) -> PreviewedRow:
    label = fields[row.field_key].label if row.field_key in fields else row.field_key
    texts = attribute_values(employee, case.facts)
    values, findings = desired_fields(employee, case.facts, replace(settings, mapping=(row,)), fields)
    text = texts.get(row.attribute) or texts.get(row.fallback)
    if findings:
        return PreviewedRow(label, findings[0].code, text=text, hint=findings[0].hint)
    if row.field_key in values:
        value = values[row.field_key]
        return PreviewedRow(label, EMPTIED if value is None else SET, value or "", text)
    asked = row.fallback if row.fallback and texts.get(row.attribute, "") is None else row.attribute
    return PreviewedRow(label, KEPT if asked in texts else UNKNOWN, text=text)
