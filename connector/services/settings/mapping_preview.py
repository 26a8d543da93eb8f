"""A mapping applied to a real person of the last read (rule X12). It saves nothing and does not call Paycor."""

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

#: What would become of a field, unless a finding's code says it.
SET, EMPTIED, KEPT, UNKNOWN = "set", "emptied", "kept", "unknown"


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """What one row does to its field: SET to `value`, EMPTIED, KEPT, UNKNOWN before the next read, or a finding's code.

    `text` is what Paycor has for the row's attribute, as far as it is known.
    """

    label: str
    outcome: str
    value: str = ""
    text: Value = None
    hint: str = ""


def preview_mapping(
    wiring: Wiring, portal_id: str, employee_id: str, rows: Sequence[MappingRow]
) -> tuple[PreviewedRow, ...]:
    """What each row gives for an employee whose account is created now, in the order of `rows`.

    Raises Refused when the last read has no such employee.
    """
    with wiring.database.reading() as session:
        connection = connections.of_portal(session, portal_id)
        key = directory.person_key_of(session, connection.id, employee_id) if connection else None
    if connection is None or key is None:
        raise Refused("The last read from Paycor has no employee with this id. Choose another person.")
    settings = replace(wiring.settings(connection), mapping=tuple(rows))
    origins = attributes.origins(settings.attributes)
    reader = DecisionInputReader(wiring.database, connection.id, origins, settings.policy.absent_reads)
    [decision_input] = reader.read([key], days.today(wiring.clock(), settings.time_zone))
    employee = next(one for one in decision_input.person.employees if one.employee_id == employee_id)
    fields = {field.key: field for field in wiring.lms.host(portal_id).fields()}
    return tuple(_preview(row, decision_input, employee, settings, fields) for row in rows)


def _preview(
    row: MappingRow,
    decision_input: DecisionInput,
    employee: Employee,
    settings: Settings,
    fields: Mapping[str, Field],
) -> PreviewedRow:
    label = fields[row.field_key].label if row.field_key in fields else row.field_key
    texts = attribute_values(employee, decision_input.facts)
    one_row = replace(settings, mapping=(row,))
    values, findings = desired_fields(employee, decision_input.facts, one_row, fields)
    text = texts.get(row.attribute) or texts.get(row.fallback)
    if findings:
        return PreviewedRow(label, findings[0].code, text=text, hint=findings[0].hint)
    if row.field_key in values:
        value = values[row.field_key]
        return PreviewedRow(label, EMPTIED if value is None else SET, value or "", text)
    source = row.fallback if row.fallback and texts.get(row.attribute, "") is None else row.attribute
    return PreviewedRow(label, KEPT if source in texts else UNKNOWN, text=text)
