"""The read of all employees: when it proves an absence, and what it says about the connection."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import AccountState
from connector.core.model.settings import AddAs, MappingRow, Policy, Settings
from connector.core.ports.host import Capabilities
from connector.errors import SourceUnavailable
from connector.hosts.memory import MemoryHost
from connector.store.tables.connection import Connection
from connector.store.tables.people import FindingRow, StagedRow
from tests.clock import Clock
from tests.engine.company import COMPANY, MAPPING, SETTINGS, leaver
from tests.engine.workbench import Desk


@pytest.mark.req("D10")
def test_missing_employee_is_a_leaver_only_after_three_complete_reads(desk: Desk, host: MemoryHost) -> None:
    """Absence is not leaving: the first two complete reads end nothing, the third does."""
    desk.sync(COMPANY)

    suspended = [desk.sync(COMPANY[1:]).suspended for _ in range(3)]

    assert suspended == [0, 0, 1]


@pytest.mark.req("D10")
def test_broken_read_ends_no_access(desk: Desk, host: MemoryHost) -> None:
    """A page that fails stops the run before anything changes."""
    desk.sync(COMPANY)
    feed = [leaver(one) for one in COMPANY]

    for _ in range(4):
        with pytest.raises(SourceUnavailable):
            desk.sync(feed, breaks_after=2)

    assert {AccountState.ACTIVE} == {one.state for one in host.accounts.values()}
    assert desk.sync(COMPANY).unchanged == 7


@pytest.mark.req("D10")
def test_read_with_a_record_without_id_proves_no_absence(desk: Desk) -> None:
    """While one record has no employee id, no one counts as missing."""
    desk.sync(COMPANY)

    for _ in range(4):
        report = desk.sync(COMPANY[1:], without_id=1)

    assert report.suspended == 0
    assert report.findings_by["record_without_id"] == 1


@pytest.mark.req("D10")
def test_returning_employee_resets_the_count_of_absent_reads(desk: Desk) -> None:
    """Two reads without the employee, one with, two without: access does not end."""
    desk.sync(COMPANY)

    feeds = [COMPANY[1:], COMPANY[1:], COMPANY, COMPANY[1:], COMPANY[1:]]

    assert [desk.sync(one).suspended for one in feeds] == [0] * 5


@pytest.mark.req("A30")
def test_mapping_onto_a_deleted_field_is_listed(desk: Desk, host: MemoryHost) -> None:
    """The other rows are written; the finding is about the connection."""
    desk.settings = replace(SETTINGS, mapping=(*MAPPING, MappingRow("hire_date", "deleted")))

    report = desk.sync(COMPANY)

    assert (report.created, report.findings_by["field_missing"]) == (7, 1)


def test_unreadable_record_affects_only_its_person(desk: Desk, host: MemoryHost) -> None:
    """A bad date in one record leaves that person alone, and is listed."""
    desk.sync(COMPANY)

    report = desk.sync([replace(COMPANY[0], person_id=None, problem="hireDate is not a date"), *COMPANY[1:]])

    assert (report.skipped_by, report.unchanged, report.suspended) == ({"unreadable": 1}, 6, 0)
    assert desk.sync(COMPANY).unchanged == 7


def test_staging_is_empty_after_a_read(desk: Desk) -> None:
    """The count of records is kept for the next read."""
    desk.sync(COMPANY)

    assert desk.rows(StagedRow) == []
    assert [row.last_read_count for row in desk.rows(Connection)] == [7]


@pytest.mark.req("A38")
def test_what_the_host_cannot_do_is_listed_once(clock: Clock, tmp_path: Path) -> None:
    """The findings are about the connection, not about each person, and the plan has nothing that it cannot do."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    host = MemoryHost(clock=clock, capabilities=Capabilities(invite=False, pending=False))
    desk = Desk(engine, host, clock, Settings(1, "UTC", Policy(add_as=AddAs.PENDING_INVITATION)))

    report = desk.sync(COMPANY[:3])
    findings = [(row.person_key, row.code) for row in desk.rows(FindingRow)]
    engine.dispose()

    assert (report.created, report.mails) == (3, 0)
    assert {account.state for account in host.accounts.values()} == {AccountState.ACTIVE}
    assert findings == [("", "mail_not_offered"), ("", "pending_not_offered")]
