"""What an employment means for access on a given day, and what all employments of one human mean together.

For one employment, the first line that fits decides:

    the record cannot be read                        KEEP    nothing is done
    outside the scope                                KEEP    out of scope (X13); by setting END
    whether it is in the scope is not known          KEEP    scope unknown (X13)
    missing from too many complete reads             END     absent (D10)
    the end of access by date has come, status clear END     ended (A22, D7)
    missing from some complete reads                 KEEP    missing
    status unknown or not an employment              KEEP    ambiguous (D4)
    separated, its end by date cancelled by a rehire KEEP    contradictory (D7)
    separated, no end by date                        END     inactive (D7)
    separated, the end by date is still to come      RETAIN  leaving (A22)
    on leave, and leave suspends                     END     on leave (D5)
    not begun, and people are invited when it begins WAIT    not started (A37)
    otherwise                                        GRANT

"Begins" is the hire date, or so many days from it as are set (X14).

Together (D3), the first of GRANT, RETAIN, WAIT, KEEP, END that any employment has decides; among several with it the
one that began last, and before one has begun the one that begins next. Where an employment that is missing would come
before it if it were there, nothing is done either: somebody's second job takes over only when the first is gone (D10).
An employment outside the scope that is over besides keeps nobody in: it comes after every END.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import itemgetter

from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.core.model.settings import AccessEnds, InviteWhen, OnLeave, Outside, Policy, Settings
from connector.core.rules.access import days
from connector.core.rules.access.scope import ScopeVerdict, scope_verdict


class Access(StrEnum):
    """What somebody is due, strongest first."""

    GRANT = "grant"
    RETAIN = "retain"
    WAIT = "wait"
    KEEP = "keep"
    END = "end"


_STRENGTH = list(Access)
_NOTHING_ELSE = Facts()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What is due, for which employment, why (a finding's code, empty for GRANT), and when that may change.

    `is_over` tells that the employment itself has come to its end, whatever the scope makes of it.
    """

    access: Access
    employee: Employee
    reason: str = ""
    due_at: datetime | None = None
    is_over: bool = False


def entitlement_of(
    person: Person, settings: Settings, now: datetime, facts: Facts = _NOTHING_ELSE
) -> Entitlement:
    """What one human is due at the instant `now`: all their employments together; the scope may ask the facts."""
    each = [
        _entitlement(one, person.absent_reads.get(one.employee_id, 0), settings, now, facts)
        for one in person.employees
    ]
    dues = [one.due_at for one in each if one.due_at]
    best = min(each, key=lambda one: _rank(one, settings, now))
    places = [(_rank(best, settings, now), best), *_missing_ranks(each, settings, now, facts)]
    _, first = min(places, key=itemgetter(0))
    return replace(first, due_at=min(dues, default=None))


def _missing_ranks(
    each: Iterable[Entitlement], settings: Settings, now: datetime, facts: Facts
) -> Iterator[tuple[tuple[int, bool, int, str], Entitlement]]:
    """The employments that are missing, each with the scope_verdict it would have if it were there."""
    for one in each:
        if one.reason == "missing":
            yield _rank(_entitlement(one.employee, 0, settings, now, facts), settings, now), one


def ends_on(employee: Employee, today: date) -> date | None:
    """The termination date, unless a rehire has cancelled it by `today`; hired again after it counts as a rehire."""
    end = employee.termination_date
    if end is None:
        return None
    if employee.rehire_date and end < employee.rehire_date <= today:
        return None
    if employee.status is not EmploymentStatus.SEPARATED and employee.hire_date and employee.hire_date > end:
        return None
    return end


def starts_on(employee: Employee, policy: Policy, today: date) -> date | None:
    """The rehire date when it comes after a termination, else the hire date.

    While that termination is still to come, the employment before it is the one that counts.
    """
    end, again = employee.termination_date, employee.rehire_date
    if end and today < _gone_from(end, policy):
        return employee.hire_date
    return again if again and (end is None or again > end) else employee.hire_date


def _rank(one: Entitlement, settings: Settings, now: datetime) -> tuple[int, bool, int, str]:
    """Where a standing comes among those of one human: the one that decides for all comes first."""
    today = days.today(now, days.zone_of(one.employee, settings))
    start = None if one.employee.problem else starts_on(one.employee, settings.policy, today)
    ahead = start is not None and start > today
    order = start.toordinal() if start else 0
    last = one.is_over and one.access is Access.KEEP
    strength = len(_STRENGTH) if last else _STRENGTH.index(one.access)
    return strength, ahead, order if ahead else -order, one.employee.employee_id


def _entitlement(
    employee: Employee, absent_reads: int, settings: Settings, now: datetime, facts: Facts
) -> Entitlement:
    zone, policy = days.zone_of(employee, settings), settings.policy
    today = days.today(now, zone)
    access, reason = _access(employee, absent_reads, policy, today)
    is_over = access is Access.END and reason != "on_leave"
    where = ScopeVerdict.IN if employee.problem else scope_verdict(employee, facts, policy.scope)
    if where is ScopeVerdict.UNKNOWN:
        access, reason = Access.KEEP, "scope_unknown"
    elif where is ScopeVerdict.OUT:
        suspends = policy.scope.outside is Outside.SUSPEND
        access, reason = Access.END if suspends else Access.KEEP, "out_of_scope"
    turns = [day for day in _turns(employee, policy) if day > today]
    due_at = days.begins(min(turns), zone) if turns and not employee.problem else None
    return Entitlement(access, employee, reason, due_at, is_over)


def _turns(employee: Employee, policy: Policy) -> list[date]:
    """The days on which the answer may change: a start, a rehire, those of the invitations to them, an end."""
    starts = [day for day in (employee.hire_date, employee.rehire_date) if day]
    turns = starts + [_invited_on(day, policy) for day in starts]
    end = employee.termination_date
    if end:
        turns.append(_gone_from(end, policy))
    return turns


def _invited_on(start: date, policy: Policy) -> date:
    """The day on which somebody who begins on `start` is invited, if that hangs on it; no later than the calendar."""
    ordinal = start.toordinal() + policy.invite_days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _gone_from(end: date, policy: Policy) -> date:
    """The first day without access. Nothing follows the calendar's last day, which people write for "never"."""
    starts = policy.access_ends is AccessEnds.START_OF_DAY or end == date.max
    return end if starts else end + timedelta(days=1)


def _access(employee: Employee, absent_reads: int, policy: Policy, today: date) -> tuple[Access, str]:
    if employee.problem:
        return Access.KEEP, "unreadable"
    if absent_reads >= policy.absent_reads:
        return Access.END, "absent"
    end = ends_on(employee, today)
    if end and today >= _gone_from(end, policy) and employee.status is not EmploymentStatus.AMBIGUOUS:
        return Access.END, "inactive"
    if absent_reads:
        return Access.KEEP, "missing"
    if employee.status is EmploymentStatus.AMBIGUOUS:
        return Access.KEEP, "ambiguous_status"
    if employee.status is EmploymentStatus.SEPARATED:
        return _separated(employee, end)
    return _employed(employee, policy, today)


def _separated(employee: Employee, end: date | None) -> tuple[Access, str]:
    if end:
        return Access.RETAIN, "leaving"
    if employee.termination_date:
        return Access.KEEP, "contradictory"
    return Access.END, "inactive"


def _employed(employee: Employee, policy: Policy, today: date) -> tuple[Access, str]:
    if employee.status is EmploymentStatus.ON_LEAVE and policy.on_leave is OnLeave.SUSPEND:
        return Access.END, "on_leave"
    if policy.invite_when is InviteWhen.HIRE_DATE:
        start = starts_on(employee, policy, today)
        if start is None:
            return Access.WAIT, "no_hire_date"
        if _invited_on(start, policy) > today:
            return Access.WAIT, "not_started"
    return Access.GRANT, ""
