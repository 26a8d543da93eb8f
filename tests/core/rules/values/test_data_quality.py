"""What HR is asked to mend in a record that is acted on all the same."""

from typing import Any

import pytest

from connector.core.model.employee import Employee, EmploymentStatus, Facts
from connector.core.model.settings import DayZone, MappingRow, Settings
from connector.core.rules.values.data_quality import ends_before_start
from tests.core.make import account, codes, day, employee, link, person, scene, settings, stranger, summary
from tests.core.world import decided

PLAIN = settings()
BY_STATE = settings(day_zone=DayZone.WORK_STATE)
MAPPED = Settings(1, "UTC", mapping=(MappingRow("work_state", "f"),))
FALLBACK = Settings(1, "UTC", mapping=(MappingRow("work_city", "f", fallback="work_state"),))


@pytest.mark.req("X10", "B10")
@pytest.mark.parametrize(
    ("state", "has_address", "chosen", "expected"),
    [
        pytest.param("NY", True, BY_STATE, [], id="a state"),
        pytest.param(None, False, PLAIN, ["no_work_address"], id="no address, and nothing needs the state"),
        pytest.param(None, True, PLAIN, [], id="an address without a state, and nothing needs it"),
        pytest.param(None, True, BY_STATE, ["no_work_state"], id="days begin by it"),
        pytest.param("", True, BY_STATE, ["no_work_state"], id="days begin by it, and it is blank"),
        pytest.param(None, False, BY_STATE, ["no_work_state"], id="no address either: one thing to mend"),
        pytest.param(None, True, MAPPED, ["no_work_state"], id="it is mapped"),
        pytest.param(None, True, FALLBACK, ["no_work_state"], id="it is mapped as a fallback"),
    ],
)
def test_a_work_state_is_asked_for_where_it_is_needed(
    state: str | None, has_address: bool, chosen: Settings, expected: list[str]
) -> None:
    """One thing to mend is said once, and what nothing needs is not asked for."""
    somebody = employee(work_state=state, has_work_address=has_address)

    assert codes(decided(scene(account(), of=somebody, linked=link(), chosen=chosen))) == expected


@pytest.mark.req("X10")
def test_a_circle_of_managers_is_listed_and_stops_nobody() -> None:
    """Somebody who leaves has no manager to mend."""
    looped = Facts(manager_loop=True)
    left = employee(status=EmploymentStatus.SEPARATED)

    assert codes(decided(scene(account(), linked=link(), facts=looped))) == ["manager_loop"]
    assert codes(decided(scene(account(), of=left, linked=link(), facts=looped))) == []


LEFT: dict[str, Any] = {
    "status": EmploymentStatus.SEPARATED,
    "hire_date": day(-5),
    "termination_date": day(-9),
}


@pytest.mark.req("X10", "D7")
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, True, id="left before being hired"),
        pytest.param({"hire_date": day(-9)}, False, id="left on the first day"),
        pytest.param({"hire_date": None}, False, id="no hire date"),
        pytest.param({"termination_date": None}, False, id="no end"),
        pytest.param({"rehire_date": day(-7)}, False, id="rehired after the end"),
        pytest.param({"rehire_date": day(-9)}, True, id="rehired on the last day"),
        pytest.param({"status": EmploymentStatus.CURRENT}, False, id="employed: hired again after the end"),
        pytest.param({"status": EmploymentStatus.AMBIGUOUS}, False, id="unclear: that is said already"),
    ],
)
def test_an_end_before_the_start_is_odd_unless_something_explains_it(
    values: dict[str, Any], expected: bool
) -> None:
    """Only what nothing else explains is for HR to mend."""
    assert ends_before_start(employee(**LEFT | values)) is expected


@pytest.mark.req("X10")
def test_an_odd_end_is_listed_and_is_an_end_all_the_same() -> None:
    """Beside the reason why nothing is done, or beside the operation."""
    odd: Employee = employee(**LEFT)
    scenes = [scene(of=odd), scene(stranger(), of=odd), scene(account(), of=person(odd), linked=link())]
    decisions = [decided(one) for one in scenes]

    assert [summary(one) for one in decisions] == ["inactive", "leaver_has_account", "suspend"]
    assert [codes(one) for one in decisions] == [["end_before_start"]] * 3
