"""Records decoded for tests."""

from connector.core.model.attributes import CATALOGUE
from connector.core.model.employee import Employee
from connector.paycor.records.decode import EmployeeDecoder
from tests.paycor.stub import ENTITY, Json, raw, record

EVERYTHING = frozenset(attribute.key for attribute in CATALOGUE)


DEPARTMENTS = {"cb4477ab-000c-0000-0000-0000fce60200": ("Outpatient Care", "310")}


def decoded(body: object, wanted: frozenset[str] = EVERYTHING) -> Employee:
    """The employee in a record."""
    return EmployeeDecoder(wanted).decode(raw(body), ENTITY, DEPARTMENTS)


def within(block: str, /, **changes: object) -> Json:
    """A record with some fields of a block replaced."""
    found = record()
    content = found[block]
    assert isinstance(content, dict)
    return found | {block: content | changes}
