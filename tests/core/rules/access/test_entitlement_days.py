"""When a day starts for access: every boundary, in zones where it is easy to be a day or an hour off."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import AccessEnds, DayZone, InviteWhen, OnLeave, Settings
from connector.core.rules.access import days
from connector.core.rules.access.entitlement import Access, entitlement_of
from tests.core.builders import NOW, day, employee, person, settings

END, START = AccessEnds.END_OF_DAY, AccessEnds.START_OF_DAY
SECOND = timedelta(seconds=1)

#: The last day of access is 8 March 2026, on which New York and Los Angeles set their clocks forward at 02:00.
LAST_DAY = date(2026, 3, 8)


def access_at(instant: datetime, record: Employee, chosen: Settings) -> Access:
    """The access of an employee at an instant."""
    return entitlement_of(person(record), chosen, instant).access


@pytest.mark.req("A22", "D6", "D7")
@pytest.mark.parametrize("status", [EmploymentStatus.CURRENT, EmploymentStatus.SEPARATED])
@pytest.mark.parametrize(
    ("zone", "ends", "ends_at"),
    [
        pytest.param("America/New_York", END, datetime(2026, 3, 9, 4, tzinfo=UTC), id="New York, at its end"),
        pytest.param(
            "America/New_York", START, datetime(2026, 3, 8, 5, tzinfo=UTC), id="New York, at its start"
        ),
        pytest.param(
            "America/Los_Angeles", END, datetime(2026, 3, 9, 7, tzinfo=UTC), id="Los Angeles, at its end"
        ),
        pytest.param(
            "America/Los_Angeles", START, datetime(2026, 3, 8, 8, tzinfo=UTC), id="Los Angeles, at its start"
        ),
        pytest.param(
            "Pacific/Kiritimati", END, datetime(2026, 3, 8, 10, tzinfo=UTC), id="Kiritimati, at its end"
        ),
        pytest.param(
            "Pacific/Kiritimati", START, datetime(2026, 3, 7, 10, tzinfo=UTC), id="Kiritimati, at its start"
        ),
        pytest.param(
            "America/Havana", START, datetime(2026, 3, 8, 5, tzinfo=UTC), id="Havana, which skips midnight"
        ),
        pytest.param("UTC", END, datetime(2026, 3, 9, tzinfo=UTC), id="UTC, at its end"),
    ],
)
def test_access_ends_at_local_midnight(
    zone: str, ends: AccessEnds, ends_at: datetime, status: EmploymentStatus
) -> None:
    """Access lasts until the last second before midnight, and `due_at` is that midnight."""
    record = employee(status=status, termination_date=LAST_DAY)
    chosen = settings(time_zone=zone, access_ends=ends)
    before = entitlement_of(person(record), chosen, ends_at - SECOND)

    assert before.access in (Access.GRANT, Access.RETAIN)
    assert before.due_at == ends_at
    assert access_at(ends_at, record, chosen) is Access.END


@pytest.mark.req("A22", "D7")
@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param(END, [Access.GRANT, Access.GRANT, Access.END], id="at its end"),
        pytest.param(START, [Access.GRANT, Access.END, Access.END], id="at its start"),
    ],
)
def test_access_around_the_termination_date(ends: AccessEnds, expected: list[Access]) -> None:
    """The day before, the day itself, the day after."""
    chosen = settings(access_ends=ends)
    found = [access_at(NOW, employee(termination_date=day(-n)), chosen) for n in (-1, 0, 1)]

    assert found == expected


@pytest.mark.req("A37", "D6", "D8")
@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        pytest.param("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC), id="New York"),
        pytest.param("America/Los_Angeles", datetime(2026, 3, 8, 8, tzinfo=UTC), id="Los Angeles"),
        pytest.param("Pacific/Kiritimati", datetime(2026, 3, 7, 10, tzinfo=UTC), id="Kiritimati"),
        pytest.param(
            "America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC), id="Havana, which skips midnight"
        ),
    ],
)
def test_access_starts_at_local_midnight(zone: str, starts_at: datetime) -> None:
    """A new hire waits until the last second before the first day, and `due_at` is its start."""
    chosen = settings(time_zone=zone, invite_when=InviteWhen.HIRE_DATE)
    newcomer = employee(hire_date=LAST_DAY)
    before = entitlement_of(person(newcomer), chosen, starts_at - SECOND)

    assert (before.access, before.due_at) == (Access.WAIT, starts_at)
    assert access_at(starts_at, newcomer, chosen) is Access.GRANT


@pytest.mark.req("X14", "A37", "D8")
@pytest.mark.parametrize(
    ("invite_days", "dates", "invited_on"),
    [
        pytest.param(0, {"hire_date": day(5)}, day(5), id="on the day"),
        pytest.param(3, {"hire_date": day(5)}, day(8), id="three days after"),
        pytest.param(-3, {"hire_date": day(5)}, day(2), id="three days before"),
        pytest.param(9, {"hire_date": day(-5)}, day(4), id="after, already started"),
        pytest.param(
            2,
            {"hire_date": day(-99), "termination_date": day(-9), "rehire_date": day(-1)},
            day(1),
            id="a rehire",
        ),
    ],
)
def test_invite_days_count_from_the_hire_date(
    invite_days: int, dates: dict[str, date], invited_on: date
) -> None:
    """A new hire waits until the last second before that day, and `due_at` is its start."""
    chosen = settings(invite_when=InviteWhen.HIRE_DATE, invite_days=invite_days)
    newcomer, at = employee(**dates), days.day_start(invited_on, "America/New_York")
    noon_before = entitlement_of(person(newcomer), chosen, at - timedelta(hours=12))

    assert (noon_before.access, noon_before.due_at) == (Access.WAIT, at)
    assert access_at(at - SECOND, newcomer, chosen) is Access.WAIT
    assert access_at(at, newcomer, chosen) is Access.GRANT


@pytest.mark.req("X14")
def test_invite_days_do_not_delay_people_who_are_added_at_once() -> None:
    """They count only where people are invited on their hire date."""
    chosen = settings(invite_when=InviteWhen.ADDED, invite_days=9)

    assert access_at(NOW, employee(hire_date=day(0)), chosen) is Access.GRANT


@pytest.mark.req("X14")
@pytest.mark.parametrize("invite_days", [-3_000_000, 3_000_000])
@pytest.mark.parametrize("hired", [date.min, day(0), date.max])
def test_invite_days_stay_within_the_calendar(invite_days: int, hired: date) -> None:
    """The invitation is on its first or last day."""
    chosen = settings(invite_when=InviteWhen.HIRE_DATE, invite_days=invite_days)
    expected = Access.GRANT if invite_days < 0 else Access.WAIT

    assert access_at(NOW, employee(hire_date=hired), chosen) is expected


@pytest.mark.req("D6", "D7")
def test_day_of_the_work_state_may_count() -> None:
    """At seven in the morning, UTC, a day is over in New York but not in Los Angeles."""
    instant = datetime(2026, 3, 3, 7, tzinfo=UTC)
    states = {state: employee(work_state=state, termination_date=day(0)) for state in ("NY", "CA")}
    found = {
        zone: {state: access_at(instant, one, settings(day_zone=zone)) for state, one in states.items()}
        for zone in DayZone
    }

    assert found[DayZone.PORTAL] == {"NY": Access.END, "CA": Access.END}
    assert found[DayZone.WORK_STATE] == {"NY": Access.END, "CA": Access.GRANT}


@pytest.mark.req("D8", "D3")
@pytest.mark.parametrize(
    ("employments", "expected"),
    [
        pytest.param([employee()], None, id="no future date"),
        pytest.param([employee(hire_date=day(0), termination_date=day(-9))], None, id="nothing after today"),
        pytest.param([employee(termination_date=day(5))], day(6), id="an end"),
        pytest.param(
            [employee(hire_date=day(3), termination_date=day(5))], day(3), id="a start before an end"
        ),
        pytest.param([employee(termination_date=day(-3), rehire_date=day(4))], day(4), id="a rehire"),
        pytest.param([employee(problem="x", termination_date=day(5))], None, id="an unreadable record"),
        pytest.param(
            [employee(termination_date=day(8)), employee(employee_id="e2", termination_date=day(2))],
            day(3),
            id="the first of two employments",
        ),
    ],
)
def test_due_at_is_the_next_day_that_matters(employments: list[Employee], expected: date | None) -> None:
    """It is the first midnight at which any date of any employment is reached."""
    found = entitlement_of(person(*employments), settings(), NOW).due_at

    assert found == (days.day_start(expected, "America/New_York") if expected else None)


NEAR = (None, day(-1), day(0), day(1))


@pytest.mark.req("D8", "A22", "A37", "D7")
@pytest.mark.parametrize("status", EmploymentStatus)
@pytest.mark.parametrize("ends", AccessEnds)
@pytest.mark.parametrize("when", InviteWhen)
def test_entitlement_changes_only_when_due(
    status: EmploymentStatus, ends: AccessEnds, when: InviteWhen
) -> None:
    """From day to day the entitlement changes only at a `due_at` of the day before."""
    chosen = settings(time_zone="UTC", access_ends=ends, invite_when=when, on_leave=OnLeave.SUSPEND)
    walk = [datetime(2026, 2, 27, 12, tzinfo=UTC) + timedelta(days=n) for n in range(8)]
    for hired, rehired, ended in product(NEAR, repeat=3):
        record = person(employee(status=status, hire_date=hired, rehire_date=rehired, termination_date=ended))
        seen = [entitlement_of(record, chosen, instant) for instant in walk]
        unannounced = [
            instant
            for instant, before, after in zip(walk[1:], seen, seen[1:], strict=False)
            if (before.access, before.reason) != (after.access, after.reason)
            and (before.due_at is None or before.due_at > instant)
        ]

        assert unannounced == []


@pytest.mark.req("X27", "D7", "D8")
@pytest.mark.parametrize("status", [EmploymentStatus.CURRENT, EmploymentStatus.SEPARATED])
@pytest.mark.parametrize(("ends", "ends_on"), [(END, day(4)), (START, day(3))])
def test_access_lasts_through_the_days_of_grace(
    ends: AccessEnds, ends_on: date, status: EmploymentStatus
) -> None:
    """Until the last second of the third day after the last one; no new account is added in these days."""
    chosen = settings(access_ends=ends, grace_days=3)
    record = employee(status=status, termination_date=day(0))
    at = days.day_start(ends_on, "America/New_York")
    last_day_is_over = entitlement_of(person(record), chosen, days.day_start(day(1), "America/New_York"))

    assert (last_day_is_over.access, last_day_is_over.due_at) == (Access.RETAIN, at)
    assert access_at(at - SECOND, record, chosen) is Access.RETAIN
    assert access_at(at, record, chosen) is Access.END


@pytest.mark.req("X27")
def test_grace_gives_nothing_to_somebody_who_left_without_a_date() -> None:
    """There is no day to count from."""
    record = employee(status=EmploymentStatus.SEPARATED)

    assert access_at(NOW, record, settings(grace_days=30)) is Access.END


@pytest.mark.req("X27")
def test_grace_stays_within_the_calendar() -> None:
    """People enter the calendar's last day for "never"."""
    record = employee(termination_date=date.max)

    assert access_at(NOW, record, settings(grace_days=30)) is Access.GRANT
