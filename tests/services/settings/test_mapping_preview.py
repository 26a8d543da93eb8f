"""A mapping applied to a real person: what each row would do, with nothing saved."""

from pathlib import Path

import pytest

from connector.core.model.account import Field, FieldType
from connector.core.model.settings import MappingRow, WhenNull
from connector.errors import Refused
from connector.hosts.memory import MemoryHost
from connector.services.settings.mapping_preview import (
    EMPTIED,
    KEPT,
    SET,
    UNKNOWN,
    PreviewedRow,
    preview_mapping,
)
from connector.store import settings as stored_settings
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire

FIELDS = (
    Field("title", "Job title"),
    Field("region", "Region", FieldType.STRING_CHOICE, choices=("East", "West")),
)


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal after its first sync; e1 has a job title, and no department."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.lms.shared = MemoryHost(fields=FIELDS, clock=clock)
    portal.employs(hire(1, attributes={"job_title": "Nurse", "department": None}), hire(2))
    portal.sync()
    return portal


def preview(portal: ConnectedPortal, *rows: MappingRow) -> tuple[PreviewedRow, ...]:
    """The rows applied to e1."""
    return preview_mapping(portal.wiring, "a", "e1", rows)


@pytest.mark.req("X12")
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(MappingRow("job_title", "title"), (SET, "Nurse"), id="a value"),
        pytest.param(
            MappingRow("job_title", "title", translation={"Nurse": "RN"}), (SET, "RN"), id="translated"
        ),
        pytest.param(MappingRow("department", "title"), (EMPTIED, ""), id="empty at Paycor"),
        pytest.param(MappingRow("department", "title", WhenNull.KEEP), (KEPT, ""), id="empty, but kept"),
        pytest.param(
            MappingRow("department", "title", fallback="job_title"), (SET, "Nurse"), id="the fallback"
        ),
        pytest.param(MappingRow("job_code", "title"), (UNKNOWN, ""), id="never read"),
        pytest.param(MappingRow("job_title", "region"), ("choice_mismatch", ""), id="no such choice"),
    ],
)
def test_each_row_shows_what_it_would_do(
    portal: ConnectedPortal, row: MappingRow, expected: tuple[str, str]
) -> None:
    """With the label of the field."""
    [shown] = preview(portal, row)

    assert (shown.outcome, shown.value) == expected
    assert shown.label in {field.label for field in FIELDS}


@pytest.mark.req("X12")
def test_a_preview_saves_nothing(portal: ConnectedPortal) -> None:
    """Neither the mapping nor a value in the LMS."""
    before = dict(portal.host.accounts)

    preview(portal, MappingRow("job_title", "title"), MappingRow("job_code", "region"))

    with portal.database.reading() as session:
        assert stored_settings.mapping(session, portal.connection.id) == ()
    assert portal.host.accounts == before


@pytest.mark.parametrize(("portal_id", "employee_id"), [("a", "e99"), ("b", "e1")])
def test_an_employee_who_was_not_read_is_refused(
    portal: ConnectedPortal, portal_id: str, employee_id: str
) -> None:
    """So is every employee of a portal without a connection."""
    with pytest.raises(Refused, match="no employee with this id"):
        preview_mapping(portal.wiring, portal_id, employee_id, [])
