"""Facts about a person that depend on other people, as they are read from the tables."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import Field
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import MappingRow, Settings
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.core.builders import day, employee
from tests.engine.workbench import Desk

SETTINGS = Settings(1, "America/New_York", mapping=(MappingRow("manager_name", "boss"),))


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal that maps the manager's name."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(engine, MemoryHost((Field("boss", "Boss"),), clock=clock), clock, SETTINGS)
    engine.dispose()


def hire(number: int, person: int | None = None, **values: object) -> Employee:
    """The employment of that number, of the person of the same number or of another one."""
    plain = employee(
        employee_id=f"e{number}", person_id=f"p{person or number}", email=f"p{number}@example.com"
    )
    return replace(plain, **values)  # type: ignore[arg-type]


@pytest.mark.req("B6", "D3")
@pytest.mark.parametrize("first", [1, 2])
def test_the_manager_is_that_of_the_employment_that_decides(desk: Desk, first: int) -> None:
    """The newer of two jobs decides, in any order of their ids."""
    older = hire(first, 1, manager_id="e8")
    newer = hire(3 - first, 1, manager_id="e9", hire_date=day(-30))
    desk.sync([older, newer, hire(8, first_name="Old"), hire(9, first_name="New")])

    shown = {account.external_id: account.fields.get("boss") for account in desk.host.accounts.values()}

    assert shown["p1"] == "New Byron"


@pytest.mark.req("D2", "D3")
def test_the_email_of_an_ended_job_is_not_shared(desk: Desk) -> None:
    """Another person has the address of their former job now; their own comes from the job they have."""
    former = hire(1, status=EmploymentStatus.SEPARATED, termination_date=day(-9), email="desk@example.com")
    report = desk.sync([former, hire(2, 1), hire(3, email="desk@example.com")])

    assert (report.created, report.skipped_by) == (2, {"other_employment": 1})
    assert desk.codes("e2") | desk.codes("e3") == set()


def bosses(*pairs: tuple[int, int | None]) -> list[Employee]:
    """Employees, each with the number of their manager."""
    return [hire(number, manager_id=None if boss is None else f"e{boss}") for number, boss in pairs]


@pytest.mark.req("X10")
@pytest.mark.parametrize(
    ("pairs", "looped"),
    [
        pytest.param([(1, None), (2, 1), (3, 2)], set(), id="a line"),
        pytest.param([(1, 1), (2, 1)], set(), id="their own manager: the top of a line"),
        pytest.param([(1, 2), (2, 1), (3, 1)], {"e1", "e2"}, id="two, and a person below them"),
        pytest.param([(1, 2), (2, 3), (3, 1)], {"e1", "e2", "e3"}, id="three"),
        pytest.param(
            [(n, n % 6 + 1) for n in range(1, 7)],
            {f"e{n}" for n in range(1, 7)},
            id="six, the longest that is looked for",
        ),
        pytest.param([(1, 77)], set(), id="an unknown manager"),
    ],
)
def test_a_circular_reporting_line_is_found(
    desk: Desk, pairs: list[tuple[int, int | None]], looped: set[str]
) -> None:
    """Everybody in it has the finding; people who are only below it do not."""
    desk.sync(bosses(*pairs))

    assert {f"e{number}" for number, _ in pairs if "manager_loop" in desk.codes(f"e{number}")} == looped


@pytest.mark.req("X10")
def test_a_circle_may_lead_through_unchanged_people(desk: Desk) -> None:
    """Only one record changed, and the rest of the circle was there before."""
    desk.sync(bosses((1, None), (2, 1), (3, 2)))
    desk.sync(bosses((1, 3), (2, 1), (3, 2)))

    assert "manager_loop" in desk.codes("e1")


@pytest.mark.req("X10")
def test_a_circle_that_ends_anywhere_ends_for_everybody(desk: Desk) -> None:
    """One of six gets another manager, and no other record changes."""
    circle = {n: n % 6 + 1 for n in range(1, 7)}
    desk.sync(bosses(*circle.items()))
    desk.sync(bosses(*(circle | {1: None}).items()))

    assert [n for n in circle if "manager_loop" in desk.codes(f"e{n}")] == []


@pytest.mark.req("X10")
def test_circles_are_looked_for_only_where_managers_are_mapped(desk: Desk) -> None:
    """Other portals do not pay for the queries."""
    desk.settings = replace(SETTINGS, mapping=())
    desk.sync(bosses((1, 2), (2, 1)))

    assert desk.codes("e1") == set()
