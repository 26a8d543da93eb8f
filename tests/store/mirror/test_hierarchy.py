"""Reporting lines over all legal entities: circular ones, managers who have left, and unknown managers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import Field
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import Limit, Limits, MappingRow, Policy, Settings
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.workbench import Desk

KEYS = ("manager_name", "manager_email", "manager_number", "supervisor", "direct_reports")
SETTINGS = Settings(
    1,
    "America/New_York",
    Policy(limits=Limits(leavers=Limit(9, 5))),
    tuple(MappingRow(key, key) for key in KEYS),
)
NOBODY = {"manager_name": None, "manager_email": None, "manager_number": None}


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal that maps everything about managers."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(engine, MemoryHost(tuple(Field(key, key) for key in KEYS), clock=clock), clock, SETTINGS)
    engine.dispose()


def hire(number: int, manager: int | None = None, **values: object) -> Employee:
    """An employee of a given number, who reports to another one."""
    plain = Employee(
        employee_id=f"e{number}",
        person_id=f"p{number}",
        legal_entity_id=1,
        first_name="Ada",
        last_name=f"Number{number}",
        email=f"p{number}@example.com",
        status=EmploymentStatus.CURRENT,
        status_text="Active",
        hire_date=date(2020, 1, 6),
        manager_id=None if manager is None else f"e{manager}",
        has_work_address=True,
        has_position=True,
        attributes={"employee_number": f"{number:04}"},
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def gone(employee: Employee) -> Employee:
    """The same, having left."""
    return replace(
        employee,
        status=EmploymentStatus.SEPARATED,
        status_text="Terminated",
        termination_date=date(2026, 2, 1),
    )


def under(number: int, reports: int = 0) -> dict[str, str | None]:
    """The fields of a person who reports to the employee of that number."""
    return {
        "manager_name": f"Ada Number{number}",
        "manager_email": f"p{number}@example.com",
        "manager_number": f"{number:04}",
        "supervisor": "Yes" if reports else "No",
        "direct_reports": str(reports),
    }


def alone(reports: int = 0) -> dict[str, str | None]:
    """The fields of a person who is known to have no manager."""
    return NOBODY | {"supervisor": "Yes" if reports else "No", "direct_reports": str(reports)}


def fields(desk: Desk, *employees: Employee) -> dict[str, dict[str, str | None]]:
    """What a sync leaves in the fields of each learner, by employee id."""
    desk.sync(employees)
    by_email = {account.email: account for account in desk.host.accounts.values()}
    return {
        one.employee_id: {key: by_email[one.email].fields.get(key) for key in KEYS}
        for one in employees
        if one.email in by_email
    }


def test_a_manager_may_work_for_another_legal_entity(desk: Desk) -> None:
    """The join is over everybody who was read."""
    found = fields(desk, hire(1, legal_entity_id=2), hire(2, 1))

    assert found == {"e1": alone(reports=1), "e2": under(1)}


@pytest.mark.req("B12")
def test_a_circular_reporting_line_counts_direct_reports_only(desk: Desk) -> None:
    """Two people who report to each other each have one report; a person who reports to themselves has none."""
    found = fields(desk, hire(1, 2), hire(2, 1), hire(3, 3))

    assert found == {"e1": under(2, reports=1), "e2": under(1, reports=1), "e3": under(3)}


@pytest.mark.req("B12")
def test_a_report_who_has_left_does_not_count(desk: Desk) -> None:
    """The supervisor stops being one with the last of them, though their own record has not changed."""
    first = fields(desk, hire(1), hire(2, 1), hire(3, 1))["e1"]
    second = fields(desk, hire(1), gone(hire(2, 1)), hire(3, 1))["e1"]
    third = fields(desk, hire(1), gone(hire(2, 1)), gone(hire(3, 1)))["e1"]

    assert [one["direct_reports"] for one in (first, second, third)] == ["2", "1", "0"]
    assert [one["supervisor"] for one in (first, second, third)] == ["Yes", "Yes", "No"]


def test_a_manager_who_has_left_is_named_until_paycor_names_another(desk: Desk) -> None:
    """That is what Paycor has, and it is copied as it is."""
    before = fields(desk, hire(1), hire(2, 1), hire(3))["e2"]
    after = fields(desk, gone(hire(1)), hire(2, 1), hire(3))["e2"]
    moved = fields(desk, gone(hire(1)), hire(2, 3), hire(3))

    assert before == after == under(1)
    assert (moved["e2"], moved["e3"]) == (under(3), alone(reports=1))


@pytest.mark.req("D11")
def test_an_unknown_manager_empties_no_field(desk: Desk) -> None:
    """Paycor names a manager whose record was not read, so the old values stay."""
    fields(desk, hire(1), hire(2, 1))

    assert fields(desk, hire(1), hire(2, 77))["e2"] == under(1)


@pytest.mark.req("D11")
def test_a_person_without_a_manager_has_empty_fields(desk: Desk) -> None:
    """The position has no manager; where the position itself is missing, nothing is emptied."""
    fields(desk, hire(1), hire(2, 1))

    assert fields(desk, hire(1), hire(2, None, has_position=False))["e2"] == under(1)
    assert fields(desk, hire(1), hire(2))["e2"] == alone()
