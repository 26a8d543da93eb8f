"""What a read has brought: each employee counts once, even if Paycor sends them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine

from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import MappingRow, Policy, Settings
from connector.engine.read import read
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import EmployeeRow
from tests.clock import Clock
from tests.engine.workbench import Desk
from tests.paycor.fake_paycor import record
from tests.paycor.source_reads import decoded
from tests.services.portal import hire

COMPANY = [hire(number) for number in range(1, 8)]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database: a SQLite file, and a real PostgreSQL."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> Desk:
    """A connected portal."""
    rows = (MappingRow("job_title", "title"),)
    return Desk(engine, MemoryHost((), clock=clock), clock, Settings(1, "UTC", Policy(), rows))


def names(desk: Desk) -> list[str]:
    """The first names in the mirror, by employee."""
    reader = desk.rows(EmployeeRow)
    return [row.record.split('"first_name":"')[1].split('"')[0] for row in reader]


def changed(number: int) -> Employee:
    """An employee with another name."""
    return hire(number, first_name="Changed")


def read_twice(desk: Desk, feed: Sequence[Employee]) -> list[tuple[int, int]]:
    """How many records each of two syncs over a feed has read and updated."""
    reports = [desk.sync(feed) for _ in range(2)]
    return [(report.read, report.updated) for report in reports]


@pytest.mark.req("D22")
@pytest.mark.parametrize(
    "changes",
    [
        {"email": {"type": "Work", "emailAddress": "ann\x00@n.example"}},
        {"email": {"type": "Work", "emailAddress": f"{'a' * 330}@n.example"}},
        {"firstName": "Ann\x00"},
        {"statusData": {"status": "Act\x00ive"}},
        {"statusData": {"status": "x" * 3000}},
        {"positionData": {"jobTitle": "Lead\x00", "manager": {"id": "m\x00" * 40}}},
        {"person": {"id": "p\x00"}},
        {"id": "e\x00"},
        {"id": "e" * 61},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_value_that_no_database_holds_costs_only_its_person(desk: Desk, changes: dict[str, object]) -> None:
    """Everybody else is synced in the same run."""
    report = desk.sync([*COMPANY[:3], decoded(record() | changes), *COMPANY[3:]])

    assert report.created >= len(COMPANY)


def test_an_unchanged_employee_who_comes_twice_counts_once(desk: Desk) -> None:
    """The list may shift between two pages."""
    desk.sync(COMPANY)

    assert read_twice(desk, [*COMPANY, *COMPANY[:3]]) == [(7, 0), (7, 0)]


def test_of_two_new_records_of_an_employee_the_first_counts(desk: Desk) -> None:
    """On the same page or on two pages."""
    report = desk.sync([changed(1), *COMPANY, changed(7)])

    assert (report.read, report.created) == (7, 7)
    assert names(desk)[:2] == ["Changed", COMPANY[1].first_name]


@pytest.mark.parametrize("index", [0, 8], ids=["first", "last"])
def test_an_employee_who_also_comes_unchanged_stays_unchanged(desk: Desk, index: int) -> None:
    """A second, different record, such as in another legal entity's list, must not alternate with the first."""
    desk.sync(COMPANY)
    feed = [*COMPANY, hire(8)]
    feed.insert(index, changed(3))

    assert read_twice(desk, feed) == [(8, 0), (8, 0)]
    assert "Changed" not in names(desk)


@pytest.mark.req("D10")
def test_a_double_does_not_hide_an_absent_employee(desk: Desk) -> None:
    """One record too many and one too few have the right total."""
    desk.sync(COMPANY)

    desk.sync([*COMPANY[1:], changed(2)])

    assert [row.absent_reads for row in desk.rows(EmployeeRow)] == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"attributes": {"job_title": "Moved on"}}, {"e2"}),
        ({"manager_id": "e3"}, {"e1", "e2", "e3"}),
        ({"status": EmploymentStatus.SEPARATED, "termination_date": date(2020, 2, 1)}, {"e1", "e2"}),
        ({"email": "p5@example.com"}, {"e2", "e5"}),
    ],
    ids=["a title", "another manager", "an end", "a shared address"],
)
def test_only_people_affected_by_a_change_are_decided_about(
    desk: Desk, changes: dict[str, object], expected: set[str]
) -> None:
    """A manager has a number of reports, and a shared email is no one's; a new title affects only its holder."""
    company = [COMPANY[0], *(replace(one, manager_id="e1") for one in COMPANY[1:])]
    desk.settings = replace(desk.settings, mapping=(MappingRow("supervisor", "boss"),))
    desk.sync(company)
    company[1] = replace(company[1], **changes)  # type: ignore[arg-type]

    with desk.run_context("sync", desk.feed(company, {})) as context:
        read(context)

    assert expected == desk.dirty()
