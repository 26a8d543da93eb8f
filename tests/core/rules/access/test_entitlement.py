"""The case list of `lifecycle`, line by line and day by day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import AccessEnds, InviteWhen, OnLeave, Settings
from connector.core.rules.access import entitlement
from tests.core.make import NOW, day, employee, person, settings

END, START = AccessEnds.END_OF_DAY, AccessEnds.START_OF_DAY
ON_HIRE = settings(invite_when=InviteWhen.HIRE_DATE)
LEAVE_SUSPENDS = settings(on_leave=OnLeave.SUSPEND)


def due(*employments: Employee, chosen: Settings | None = None, **absent: int) -> str:
    """What somebody is due at NOW, and why: `grant`, or such as `end: inactive`."""
    found = entitlement.entitlement_of(person(*employments, absent=absent), chosen or settings(), NOW)
    return f"{found.access}: {found.reason}" if found.reason else str(found.access)


def separated(**values: Any) -> Employee:
    """Somebody whose status says that they have left."""
    return employee(status=EmploymentStatus.SEPARATED, **values)


@pytest.mark.req("A8", "A22", "D4", "D5", "D7")
@pytest.mark.parametrize(
    ("somebody", "expected"),
    [
        pytest.param(employee(), "grant", id="employed"),
        pytest.param(employee(status=EmploymentStatus.ON_LEAVE), "grant", id="on leave"),
        pytest.param(employee(status=EmploymentStatus.AMBIGUOUS), "keep: ambiguous_status", id="unclear"),
        pytest.param(separated(), "end: inactive", id="left, no date"),
        pytest.param(separated(termination_date=day(-1)), "end: inactive", id="left yesterday"),
        pytest.param(separated(termination_date=day(0)), "retain: leaving", id="leaves today"),
        pytest.param(separated(termination_date=day(9)), "retain: leaving", id="leaves later"),
        pytest.param(
            employee(termination_date=day(-1)), "end: inactive", id="ended yesterday, status not changed"
        ),
        pytest.param(employee(termination_date=day(9)), "grant", id="ends later"),
        pytest.param(employee(termination_date=date.max), "grant", id="ends at the end of the calendar"),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS, termination_date=day(-1)),
            "keep: ambiguous_status",
            id="ended yesterday, unclear status",
        ),
        pytest.param(employee(problem="x", termination_date=day(-1)), "keep: unreadable", id="unreadable"),
        pytest.param(employee(hire_date=None), "grant", id="no hire date"),
        pytest.param(employee(hire_date=day(9)), "grant", id="begins later, added to Paycor"),
    ],
)
def test_one_employment_means(somebody: Employee, expected: str) -> None:
    """The first line of the case list that fits decides."""
    assert due(somebody) == expected


@pytest.mark.req("D7", "D9")
@pytest.mark.parametrize(
    ("dates", "current", "left"),
    [
        pytest.param({"rehire_date": day(-1)}, "grant", "keep: contradictory", id="rehired yesterday"),
        pytest.param({"rehire_date": day(0)}, "grant", "keep: contradictory", id="rehired today"),
        pytest.param({"rehire_date": day(1)}, "end: inactive", "end: inactive", id="rehired tomorrow"),
        pytest.param(
            {"rehire_date": day(-5)}, "end: inactive", "end: inactive", id="rehired on the last day"
        ),
        pytest.param({"rehire_date": day(-9)}, "end: inactive", "end: inactive", id="rehired before the end"),
        pytest.param({"hire_date": day(-4)}, "grant", "end: inactive", id="hired after the end"),
        pytest.param({"hire_date": day(-5)}, "end: inactive", "end: inactive", id="hired on the last day"),
        pytest.param({"hire_date": day(9)}, "grant", "end: inactive", id="hired after the end, not begun"),
    ],
)
def test_a_rehire_cancels_an_end(dates: Mapping[str, date], current: str, left: str) -> None:
    """Five days after the end: a rehire after it counts once its day has come, and never against the status."""
    ended = {"termination_date": day(-5), **dates}

    assert (due(employee(**ended)), due(separated(**ended))) == (current, left)


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("somebody", "expected"),
    [
        pytest.param(employee(status=EmploymentStatus.ON_LEAVE), "end: on_leave", id="on leave"),
        pytest.param(employee(), "grant", id="returned"),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, termination_date=day(-1)),
            "end: inactive",
            id="left during it",
        ),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, termination_date=day(9)),
            "end: on_leave",
            id="leaves after it",
        ),
    ],
)
def test_leave_suspends_by_setting(somebody: Employee, expected: str) -> None:
    """Access ends for the time of the leave alone."""
    assert due(somebody, chosen=LEAVE_SUSPENDS) == expected


@pytest.mark.req("A37")
@pytest.mark.parametrize(
    ("somebody", "expected"),
    [
        pytest.param(employee(hire_date=day(-1)), "grant", id="the day after"),
        pytest.param(employee(hire_date=day(0)), "grant", id="on the day"),
        pytest.param(employee(hire_date=day(1)), "wait: not_started", id="the day before"),
        pytest.param(employee(hire_date=None), "wait: no_hire_date", id="no date"),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, hire_date=day(1)),
            "wait: not_started",
            id="on leave before beginning",
        ),
        pytest.param(employee(rehire_date=day(1)), "wait: not_started", id="rehired tomorrow, no end"),
        pytest.param(
            employee(termination_date=day(5), rehire_date=day(30)),
            "grant",
            id="works until the end before a rehire",
        ),
        pytest.param(
            employee(termination_date=day(-5), rehire_date=day(1)),
            "end: inactive",
            id="between end and rehire",
        ),
        pytest.param(employee(termination_date=day(-5), rehire_date=day(0)), "grant", id="rehired today"),
        pytest.param(
            employee(termination_date=day(-5), hire_date=day(1)),
            "wait: not_started",
            id="hired anew, tomorrow",
        ),
        pytest.param(
            employee(termination_date=day(-5), rehire_date=day(-5), hire_date=day(1)),
            "wait: not_started",
            id="hired anew, tomorrow, rehired on the last day",
        ),
        pytest.param(
            separated(hire_date=day(9), termination_date=day(20)), "retain: leaving", id="left, not begun"
        ),
    ],
)
def test_people_may_be_invited_on_their_hire_date(somebody: Employee, expected: str) -> None:
    """Nobody is let in before their first day, and somebody who works now is not made to wait for the next one."""
    assert due(somebody, chosen=ON_HIRE) == expected


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("somebody", "absent_reads", "expected"),
    [
        pytest.param(employee(), 0, "grant", id="there"),
        pytest.param(employee(), 1, "keep: missing", id="missing once"),
        pytest.param(employee(), 2, "keep: missing", id="missing twice"),
        pytest.param(employee(), 3, "end: absent", id="missing three times"),
        pytest.param(employee(), 4, "end: absent", id="missing more often"),
        pytest.param(employee(termination_date=day(-1)), 1, "end: inactive", id="missing, and ended"),
        pytest.param(employee(termination_date=day(0)), 1, "keep: missing", id="missing, ends today"),
        pytest.param(separated(), 1, "keep: missing", id="missing, left without a date"),
        pytest.param(employee(status=EmploymentStatus.AMBIGUOUS), 2, "keep: missing", id="missing, unclear"),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS), 3, "end: absent", id="missing three times, unclear"
        ),
        pytest.param(employee(problem="x"), 9, "keep: unreadable", id="missing, last seen unreadable"),
    ],
)
def test_missing_is_not_leaving(somebody: Employee, absent_reads: int, expected: str) -> None:
    """Only the third complete read without somebody counts; a date that was known keeps its meaning."""
    assert due(somebody, e1=absent_reads) == expected


@pytest.mark.req("D10")
def test_how_often_is_a_setting() -> None:
    """The number of complete reads that prove an absence."""
    assert [due(employee(), chosen=settings(absent_reads=n), e1=2) for n in (2, 3)] == [
        "end: absent",
        "keep: missing",
    ]


#: The same human's other employment.
B: dict[str, Any] = {"employee_id": "e2", "legal_entity_id": 102}


@pytest.mark.req("D3", "D9")
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            employee(), employee(hire_date=day(-9), **B), "grant e2", id="two jobs: the later leads"
        ),
        pytest.param(
            employee(hire_date=day(-9)), employee(**B), "grant e1", id="two jobs: the later comes first"
        ),
        pytest.param(employee(), employee(**B), "grant e1", id="two jobs since the same day: the first id"),
        pytest.param(employee(), employee(hire_date=None, **B), "grant e1", id="a job without a hire date"),
        pytest.param(
            employee(), separated(**B, termination_date=day(-9)), "grant e1", id="one ended, one running"
        ),
        pytest.param(separated(), employee(**B), "grant e2", id="rehired under a new id"),
        pytest.param(separated(), separated(**B, hire_date=day(-9)), "end e2", id="both ended"),
        pytest.param(
            separated(termination_date=day(9)),
            employee(hire_date=day(10), **B),
            "grant e2",
            id="a transfer ahead",
        ),
        pytest.param(employee(), employee(hire_date=day(9), **B), "grant e1", id="a secondment ahead waits"),
        pytest.param(
            employee(),
            employee(hire_date=day(0), **B),
            "grant e2",
            id="a secondment leads once begun",
        ),
        pytest.param(
            employee(hire_date=day(9)),
            employee(hire_date=day(5), **B),
            "grant e2",
            id="two jobs ahead: the next leads",
        ),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS),
            separated(**B),
            "keep e1",
            id="one unclear, one ended: nothing is done",
        ),
        pytest.param(employee(problem="x"), employee(**B), "grant e2", id="one unreadable, one running"),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE),
            separated(**B),
            "grant e1",
            id="on leave, and left another",
        ),
    ],
)
def test_several_employments_are_one_person(first: Employee, second: Employee, expected: str) -> None:
    """The strongest decides for all, and among equals the one that began last; access ends with the last end."""
    found = entitlement.entitlement_of(person(first, second), settings(), NOW)

    assert f"{found.access} {found.employee.employee_id}" == expected


@pytest.mark.req("D3", "D5", "D10", "A37")
@pytest.mark.parametrize(
    ("first", "second", "absent", "expected"),
    [
        pytest.param(
            separated(), employee(hire_date=day(9), **B), {}, "wait: not_started", id="ended, begins later"
        ),
        pytest.param(
            separated(termination_date=day(9)),
            employee(hire_date=day(10), **B),
            {},
            "retain: leaving",
            id="a transfer",
        ),
        pytest.param(employee(), employee(**B), {"e1": 3}, "grant", id="one gone from the list"),
        pytest.param(employee(), separated(**B), {"e1": 2}, "keep: missing", id="one missing, one ended"),
        pytest.param(
            employee(hire_date=day(-9)),
            employee(hire_date=day(-99), **B),
            {"e1": 2},
            "keep: missing",
            id="the later job missing",
        ),
        pytest.param(
            employee(hire_date=day(-99)),
            employee(hire_date=day(-9), **B),
            {"e1": 2},
            "grant",
            id="the earlier job missing",
        ),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE),
            employee(**B),
            {},
            "grant",
            id="on leave from one job alone",
        ),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE),
            separated(**B),
            {},
            "end: on_leave",
            id="on leave, and left another",
        ),
    ],
)
def test_several_employments_under_strict_settings(
    first: Employee, second: Employee, absent: Mapping[str, int], expected: str
) -> None:
    """The same where people wait for their hire date and leave suspends."""
    chosen = settings(invite_when=InviteWhen.HIRE_DATE, on_leave=OnLeave.SUSPEND)

    assert due(first, second, chosen=chosen, **absent) == expected
