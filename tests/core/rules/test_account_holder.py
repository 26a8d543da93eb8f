"""Whether the holder of an account may lose it: never while they are employed (rule D25)."""

from typing import Any

import pytest

from connector.core.model.account import HolderStatus
from connector.core.model.employee import Employee
from connector.core.model.settings import OnLeave, Outside, Scope
from connector.core.rules.account_holder import holder_status
from tests.core.builders import ENDED, KEPT, LEAVING, NOW, ON_LEAVE, WAITING, day, employee, person, settings

EMPLOYED, LEFT, GONE, DISCONNECTED = HolderStatus
OTHER: dict[str, Any] = {"employee_id": "e2", "legal_entity_id": 102}


@pytest.mark.req("D25", "D4", "D5", "D10")
@pytest.mark.parametrize(
    ("jobs", "absent", "expected"),
    [
        pytest.param([employee()], 0, EMPLOYED, id="employed"),
        pytest.param([ON_LEAVE], 0, EMPLOYED, id="on leave"),
        pytest.param([WAITING], 0, EMPLOYED, id="starts later"),
        pytest.param([LEAVING], 0, EMPLOYED, id="leaves later"),
        pytest.param([KEPT], 0, EMPLOYED, id="unclear status"),
        pytest.param([ENDED], 0, LEFT, id="left"),
        pytest.param([employee(termination_date=day(-1))], 0, LEFT, id="left, in the days of grace"),
        pytest.param([employee()], 2, EMPLOYED, id="missing twice"),
        pytest.param([employee()], 3, GONE, id="missing three times"),
        pytest.param([ENDED, employee(**OTHER)], 0, EMPLOYED, id="left one of two jobs"),
        pytest.param([employee(legal_entity_id=7)], 0, DISCONNECTED, id="another company"),
        pytest.param([employee(legal_entity_id=7), ENDED], 0, LEFT, id="another company, and left this one"),
        pytest.param([employee(problem="x")], 9, EMPLOYED, id="unreadable"),
    ],
)
def test_holder_is_free_only_after_their_last_employment(
    jobs: list[Employee], absent: int, expected: HolderStatus
) -> None:
    """Neither leave nor grace is leaving, and a company that is not read says nothing."""
    chosen = settings(on_leave=OnLeave.SUSPEND, grace_days=30)
    holder = person(*jobs, absent={"e1": absent} if absent else {})

    assert holder_status(holder, (101, 102), chosen, NOW) is expected


@pytest.mark.req("D25")
def test_unknown_companies_make_nobody_free() -> None:
    """Without legal entities every employment counts; a person that no read has brought is free."""
    assert holder_status(person(employee()), (), settings(), NOW) is EMPLOYED
    assert holder_status(None, (), settings(), NOW) is DISCONNECTED


@pytest.mark.req("D25")
def test_status_of_an_employment_decides_not_its_scope() -> None:
    """Somebody who is left out by a setting is employed all the same."""
    left_out = settings(scope=Scope(people_out=("e1",), outside=Outside.SUSPEND))

    assert not holder_status(person(employee()), (101,), left_out, NOW).is_free
