"""What HR should fix in a record that the sync acts on."""

from typing import Any

import pytest

from connector.core.model.employee import Employee, EmploymentStatus, Facts
from connector.core.model.settings import DayZone, MappingRow, Settings
from connector.core.rules.values.data_quality import ends_before_start
from tests.core.builders import (
    account,
    day,
    employee,
    finding_codes,
    link,
    person,
    result,
    scene,
    settings,
    unowned_account,
)
from tests.core.scenes import decision_of

PLAIN = settings()
BY_STATE = settings(day_zone=DayZone.WORK_STATE)
DEMO_MAPPING = Settings(1, "UTC", mapping=(MappingRow("work_state", "f"),))
FALLBACK = Settings(1, "UTC", mapping=(MappingRow("work_city", "f", fallback="work_state"),))


@pytest.mark.req("X10", "B10")
@pytest.mark.parametrize(
    ("state", "has_address", "chosen", "expected"),
    [
        pytest.param("NY", True, BY_STATE, [], id="a state"),
        pytest.param(None, False, PLAIN, ["no_work_address"], id="no address, and nothing needs the state"),
        pytest.param(None, True, PLAIN, [], id="an address without a state, and nothing needs it"),
        pytest.param(None, True, BY_STATE, ["no_work_state"], id="days depend on it"),
        pytest.param("", True, BY_STATE, ["no_work_state"], id="days depend on it, and it is blank"),
        pytest.param(None, False, BY_STATE, ["no_work_state"], id="no address either: one finding"),
        pytest.param(None, True, DEMO_MAPPING, ["no_work_state"], id="it is mapped"),
        pytest.param(None, True, FALLBACK, ["no_work_state"], id="it is mapped as a fallback"),
    ],
)
def test_missing_work_state_is_listed_where_it_is_needed(
    state: str | None, has_address: bool, chosen: Settings, expected: list[str]
) -> None:
    """One gap gives one finding, and a state that is not needed gives none."""
    record = employee(work_state=state, has_work_address=has_address)

    assert finding_codes(decision_of(scene(account(), of=record, linked=link(), chosen=chosen))) == expected


@pytest.mark.req("X10")
def test_circular_reporting_line_is_listed_and_stops_nobody() -> None:
    """A leaver's is not listed."""
    circular = Facts(manager_loop=True)
    left = employee(status=EmploymentStatus.SEPARATED)

    assert finding_codes(decision_of(scene(account(), linked=link(), facts=circular))) == ["manager_loop"]
    assert finding_codes(decision_of(scene(account(), of=left, linked=link(), facts=circular))) == []


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
        pytest.param({"status": EmploymentStatus.AMBIGUOUS}, False, id="unclear status: already listed"),
    ],
)
def test_end_before_start_is_listed_unless_something_explains_it(
    values: dict[str, Any], expected: bool
) -> None:
    """HR has to fix only what nothing else explains."""
    assert ends_before_start(employee(**LEFT | values)) is expected


@pytest.mark.req("X10")
def test_end_before_start_still_ends_access() -> None:
    """The finding comes with the reason for skipping or with the operation."""
    leaver: Employee = employee(**LEFT)
    scenes = [
        scene(of=leaver),
        scene(unowned_account(), of=leaver),
        scene(account(), of=person(leaver), linked=link()),
    ]
    decisions = [decision_of(one) for one in scenes]

    assert [result(one) for one in decisions] == ["inactive", "leaver_has_account", "suspend"]
    assert [finding_codes(one) for one in decisions] == [["end_before_start"]] * 3
