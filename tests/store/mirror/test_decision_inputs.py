"""What is known of somebody in view of everybody else, as it comes from the tables."""

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
from tests.core.make import day, employee
from tests.engine.workbench import Desk

SETTINGS = Settings(1, "America/New_York", mapping=(MappingRow("manager_name", "boss"),))


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal that maps the manager's name."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(engine, MemoryHost((Field("boss", "Boss"),), clock=clock), clock, SETTINGS)
    engine.dispose()


def hire(number: int, person: int | None = None, **values: object) -> Employee:
    """An employment of a given number, of the human of that number or of another."""
    plain = employee(
        employee_id=f"e{number}", person_id=f"p{person or number}", email=f"p{number}@example.com"
    )
    return replace(plain, **values)  # type: ignore[arg-type]


@pytest.mark.req("B6", "D3")
@pytest.mark.parametrize("first", [1, 2])
def test_the_manager_is_that_of_the_employment_that_decides(desk: Desk, first: int) -> None:
    """Whichever of two jobs leads, and whatever the order of their ids."""
    older = hire(first, 1, manager_id="e8")
    newer = hire(3 - first, 1, manager_id="e9", hire_date=day(-30))
    desk.sync([older, newer, hire(8, first_name="Old"), hire(9, first_name="New")])

    shown = {account.external_id: account.fields.get("boss") for account in desk.host.accounts.values()}

    assert shown["p1"] == "New Byron"


@pytest.mark.req("D2", "D3")
def test_the_email_of_a_job_that_has_ended_shares_nothing(desk: Desk) -> None:
    """Somebody else got the address of their former job; their own is of the job they have."""
    former = hire(1, status=EmploymentStatus.SEPARATED, termination_date=day(-9), email="desk@example.com")
    report = desk.sync([former, hire(2, 1), hire(3, email="desk@example.com")])

    assert (report.created, report.skipped_by) == (2, {"other_employment": 1})
    assert desk.codes("e2") | desk.codes("e3") == set()


def bosses(*pairs: tuple[int, int | None]) -> list[Employee]:
    """Employees, each with the number of whom they report to."""
    return [hire(number, manager_id=None if boss is None else f"e{boss}") for number, boss in pairs]


@pytest.mark.req("X10")
@pytest.mark.parametrize(
    ("pairs", "looped"),
    [
        pytest.param([(1, None), (2, 1), (3, 2)], set(), id="a line"),
        pytest.param([(1, 1), (2, 1)], set(), id="their own manager: the top"),
        pytest.param([(1, 2), (2, 1), (3, 1)], {"e1", "e2"}, id="two, and somebody below them"),
        pytest.param([(1, 2), (2, 3), (3, 1)], {"e1", "e2", "e3"}, id="three"),
        pytest.param(
            [(n, n % 6 + 1) for n in range(1, 7)],
            {f"e{n}" for n in range(1, 7)},
            id="six, the widest looked for",
        ),
        pytest.param([(1, 77)], set(), id="a manager whom nobody knows"),
    ],
)
def test_a_circle_of_managers_is_found(
    desk: Desk, pairs: list[tuple[int, int | None]], looped: set[str]
) -> None:
    """Whoever is in it is listed, and whoever is only below it is not."""
    desk.sync(bosses(*pairs))

    assert {f"e{number}" for number, _ in pairs if "manager_loop" in desk.codes(f"e{number}")} == looped


@pytest.mark.req("X10")
def test_a_circle_may_lead_through_others_than_those_looked_at(desk: Desk) -> None:
    """Only one record came new, and what closes the circle was there already."""
    desk.sync(bosses((1, None), (2, 1), (3, 2)))
    desk.sync(bosses((1, 3), (2, 1), (3, 2)))

    assert "manager_loop" in desk.codes("e1")


@pytest.mark.req("X10")
def test_a_circle_that_is_broken_anywhere_is_gone_for_everybody(desk: Desk) -> None:
    """One of six gets another manager, and no other record changes."""
    circle = {n: n % 6 + 1 for n in range(1, 7)}
    desk.sync(bosses(*circle.items()))
    desk.sync(bosses(*(circle | {1: None}).items()))

    assert [n for n in circle if "manager_loop" in desk.codes(f"e{n}")] == []


@pytest.mark.req("X10")
def test_where_nobody_asks_for_managers_no_circle_is_looked_for(desk: Desk) -> None:
    """The look-ups are made only for portals that map something about them."""
    desk.settings = replace(SETTINGS, mapping=())
    desk.sync(bosses((1, 2), (2, 1)))

    assert desk.codes("e1") == set()
