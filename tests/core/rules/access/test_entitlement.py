"""The case list of `entitlement`, line by line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import AccessEnds, InviteWhen, OnLeave, Settings
from connector.core.rules.access.entitlement import entitlement_of
from tests.core.builders import NOW, day, employee, person, settings

END, START = AccessEnds.END_OF_DAY, AccessEnds.START_OF_DAY
ON_HIRE = settings(invite_when=InviteWhen.HIRE_DATE)
LEAVE_SUSPENDS = settings(on_leave=OnLeave.SUSPEND)


def entitled(*employments: Employee, chosen: Settings | None = None, **absent: int) -> str:
    """The access at NOW and its reason, such as `grant` or `end: inactive`."""
    found = entitlement_of(person(*employments, absent=absent), chosen or settings(), NOW)
    return f"{found.access}: {found.reason}" if found.reason else str(found.access)


def separated(**values: Any) -> Employee:
    """An employee whose status says that they left."""
    return employee(status=EmploymentStatus.SEPARATED, **values)


@pytest.mark.req("A8", "A22", "D4", "D5", "D7")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(employee(), "grant", id="employed"),
        pytest.param(employee(status=EmploymentStatus.ON_LEAVE), "grant", id="on leave"),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS), "keep: ambiguous_status", id="unclear status"
        ),
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
        pytest.param(employee(hire_date=day(9)), "grant", id="starts later, added to Paycor"),
    ],
)
def test_entitlement_of_one_employment(record: Employee, expected: str) -> None:
    """The first line of the case list that fits decides."""
    assert entitled(record) == expected


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
        pytest.param(
            {"hire_date": day(9)}, "wait: not_started", "end: inactive", id="hired after the end, not started"
        ),
    ],
)
def test_rehire_cancels_an_end_date(dates: Mapping[str, date], current: str, left: str) -> None:
    """Five days after the end date: a later rehire counts from its day on, but never against the status."""
    ended = {"termination_date": day(-5), **dates}

    assert (entitled(employee(**ended)), entitled(separated(**ended))) == (current, left)


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(employee(status=EmploymentStatus.ON_LEAVE), "end: on_leave", id="on leave"),
        pytest.param(employee(), "grant", id="returned"),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, termination_date=day(-1)),
            "end: inactive",
            id="left during the leave",
        ),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, termination_date=day(9)),
            "end: on_leave",
            id="leaves after the leave",
        ),
    ],
)
def test_leave_ends_access_if_set(record: Employee, expected: str) -> None:
    """Access ends only for the time of the leave."""
    assert entitled(record, chosen=LEAVE_SUSPENDS) == expected


@pytest.mark.req("A37")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(employee(hire_date=day(-1)), "grant", id="the day after"),
        pytest.param(employee(hire_date=day(0)), "grant", id="on the day"),
        pytest.param(employee(hire_date=day(1)), "wait: not_started", id="the day before"),
        pytest.param(employee(hire_date=None), "wait: no_hire_date", id="no date"),
        pytest.param(
            employee(status=EmploymentStatus.ON_LEAVE, hire_date=day(1)),
            "wait: not_started",
            id="on leave before the start",
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
            id="hired again tomorrow",
        ),
        pytest.param(
            employee(termination_date=day(-5), rehire_date=day(-5), hire_date=day(1)),
            "wait: not_started",
            id="hired again tomorrow, rehired on the last day",
        ),
        pytest.param(
            separated(hire_date=day(9), termination_date=day(20)), "retain: leaving", id="left, not started"
        ),
        pytest.param(
            employee(termination_date=day(5), hire_date=day(9)),
            "retain: not_started",
            id="hired again later, works until the end",
        ),
    ],
)
def test_people_invited_on_their_hire_date_wait_for_it(record: Employee, expected: str) -> None:
    """No one gets access before the first day; an employee who works now does not wait for a later start."""
    assert entitled(record, chosen=ON_HIRE) == expected


@pytest.mark.req("D10")
@pytest.mark.parametrize(
    ("record", "absent_reads", "expected"),
    [
        pytest.param(employee(), 0, "grant", id="listed"),
        pytest.param(employee(), 1, "keep: missing", id="missing once"),
        pytest.param(employee(), 2, "keep: missing", id="missing twice"),
        pytest.param(employee(), 3, "end: absent", id="missing three times"),
        pytest.param(employee(), 4, "end: absent", id="missing more often"),
        pytest.param(employee(termination_date=day(-1)), 1, "end: inactive", id="missing, and ended"),
        pytest.param(employee(termination_date=day(0)), 1, "keep: missing", id="missing, ends today"),
        pytest.param(separated(), 1, "keep: missing", id="missing, left without a date"),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS), 2, "keep: missing", id="missing, unclear status"
        ),
        pytest.param(
            employee(status=EmploymentStatus.AMBIGUOUS),
            3,
            "end: absent",
            id="missing three times, unclear status",
        ),
        pytest.param(employee(problem="x"), 9, "keep: unreadable", id="missing, last seen unreadable"),
    ],
)
def test_missing_is_not_leaving(record: Employee, absent_reads: int, expected: str) -> None:
    """Access ends only after three complete reads without the employee, or by a date that was known before."""
    assert entitled(record, e1=absent_reads) == expected


@pytest.mark.req("D10")
def test_number_of_absent_reads_is_a_setting() -> None:
    """It is the number of complete reads in a row that prove an absence."""
    assert [entitled(employee(), chosen=settings(absent_reads=n), e1=2) for n in (2, 3)] == [
        "end: absent",
        "keep: missing",
    ]


#: The same person's other employment.
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
        pytest.param(
            separated(), employee(hire_date=day(5), **B), "wait e2", id="rehired under a new id, not started"
        ),
        pytest.param(
            employee(hire_date=day(5)), separated(**B), "wait e1", id="not started, and left another before"
        ),
        pytest.param(separated(), separated(**B, hire_date=day(-9)), "end e2", id="both ended"),
        pytest.param(
            separated(termination_date=day(9)),
            employee(hire_date=day(10), **B),
            "grant e2",
            id="a future transfer",
        ),
        pytest.param(employee(), employee(hire_date=day(9), **B), "grant e1", id="a future secondment waits"),
        pytest.param(
            employee(),
            employee(hire_date=day(0), **B),
            "grant e2",
            id="a secondment leads once started",
        ),
        pytest.param(
            employee(hire_date=day(9)),
            employee(hire_date=day(5), **B),
            "grant e2",
            id="two future jobs: the next leads",
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
def test_strongest_employment_decides(first: Employee, second: Employee, expected: str) -> None:
    """Among equals, the one that started last decides; access ends with the last employment."""
    found = entitlement_of(person(first, second), settings(), NOW)

    assert f"{found.access} {found.employee.employee_id}" == expected


@pytest.mark.req("D3", "D5", "D10", "A37")
@pytest.mark.parametrize(
    ("first", "second", "absent", "expected"),
    [
        pytest.param(
            separated(), employee(hire_date=day(9), **B), {}, "wait: not_started", id="ended, starts later"
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
            id="on leave from only one job",
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
    """People are invited on their hire date, and leave ends access."""
    chosen = settings(invite_when=InviteWhen.HIRE_DATE, on_leave=OnLeave.SUSPEND)

    assert entitled(first, second, chosen=chosen, **absent) == expected
