"""What an employment means for access on a given day, and what all employments of one person mean together.

For one employment, the first line that fits decides:

    the record cannot be read                        KEEP    nothing is done
    outside the scope                                KEEP    out of scope (X13); by setting END
    unknown whether it is in the scope               KEEP    scope unknown (X13)
    missing from too many complete reads             END     absent (D10)
    the end date has come, status clear              END     ended (A22, D7)
    missing from some complete reads                 KEEP    missing
    status unknown or not an employment              KEEP    ambiguous (D4)
    separated, its end date cancelled by a rehire    KEEP    contradictory (D7)
    its last day is over, and grace is not           RETAIN  leaving (X27)
    separated, no end date                           END     inactive (D7)
    separated, the end date is in the future         RETAIN  leaving (A22)
    on leave, and leave suspends                     END     on leave (D5)
    starts later, an earlier job has ended           WAIT    not started (D28)
    not started, and people are invited at the start WAIT    not started (A37); RETAIN until an end that comes first
    otherwise                                        GRANT

"Start" is the hire date, or as many days before or after it as the settings say (X14); after another job without a
gap it is the hire date.

Together (D3), the strongest of GRANT, RETAIN, WAIT, KEEP, END decides. Among several employments with it, the one that
started last decides; if none has started, the one that starts next. If a missing employment would go before all others
were it listed, nothing is done: a second job takes over only when the first is gone (D10). An employment that is over
and also outside the scope protects no access: it comes after every END.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from operator import itemgetter

from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.core.model.settings import AccessEnds, InviteWhen, OnLeave, Outside, Policy, Settings
from connector.core.rules.access import days
from connector.core.rules.access.scope import ScopeVerdict, scope_verdict


class Access(StrEnum):
    """The access that a person has a right to, strongest first."""

    GRANT = "grant"
    RETAIN = "retain"
    WAIT = "wait"
    KEEP = "keep"
    END = "end"


_STRENGTH = list(Access)
_NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The access, the employment that decides it, why (a finding's code, empty for GRANT), and when it may change.

    `is_over`: the employment itself has ended, whether it is in the scope or not.
    """

    access: Access
    employee: Employee
    reason: str = ""
    due_at: datetime | None = None
    is_over: bool = False


def entitlement_of(
    person: Person, settings: Settings, now: datetime, facts: Facts = _NO_FACTS
) -> Entitlement:
    """The entitlement of one person at the instant `now`, from all their employments; the scope may use the facts."""
    each = _entitlements(person, settings, now, facts)
    changes = [one.due_at for one in each if one.due_at]
    best = min(each, key=lambda one: _rank(one, settings, now))
    ranked = [(_rank(best, settings, now), best), *_missing_ranks(person, each, settings, now, facts)]
    _, first = min(ranked, key=itemgetter(0))
    return replace(first, due_at=min(changes, default=None))


def _missing_ranks(
    person: Person, each: Sequence[Entitlement], settings: Settings, now: datetime, facts: Facts
) -> Iterator[tuple[tuple[int, bool, int, str], Entitlement]]:
    """The missing employments, each with the rank that it would have if it were listed."""
    missing = {one.employee.employee_id for one in each if one.reason == "missing"}
    if not missing:
        return
    absent = {key: reads for key, reads in person.absent_reads.items() if key not in missing}
    listed = _entitlements(replace(person, absent_reads=absent), settings, now, facts)
    for one, as_listed in zip(each, listed, strict=True):
        if one.reason == "missing":
            yield _rank(as_listed, settings, now), one


def _entitlements(person: Person, settings: Settings, now: datetime, facts: Facts) -> list[Entitlement]:
    """The entitlement of each employment. Once one of them is over, the others wait for their start (rule D28)."""
    jobs = [(one, person.absent_reads.get(one.employee_id, 0)) for one in person.employees]
    each = [_entitlement(*job, settings, now, facts) for job in jobs]
    over = [one.employee.termination_date for one in each if one.is_over] if len(each) > 1 else []
    if not over:
        return each
    free_from = max(_first_day_without_access(end, settings.policy) if end else date.min for end in over)
    return [_entitlement(*job, settings, now, facts, free_from) for job in jobs]


def ends_on(employee: Employee, today: date) -> date | None:
    """The termination date, unless a rehire has cancelled it by `today`; a hire date after it counts as a rehire."""
    end = employee.termination_date
    if end is None:
        return None
    if employee.rehire_date and end < employee.rehire_date <= today:
        return None
    if employee.status is not EmploymentStatus.SEPARATED and employee.hire_date and employee.hire_date > end:
        return None
    return end


def starts_on(employee: Employee, policy: Policy, today: date) -> date | None:
    """The rehire date if it comes after a termination, otherwise the hire date.

    Until that termination, the employment before it is the one that counts.
    """
    end, rehired_on = employee.termination_date, employee.rehire_date
    if end and today < _first_day_without_access(end, policy):
        return employee.hire_date
    return rehired_on if rehired_on and (end is None or rehired_on > end) else employee.hire_date


def _rank(one: Entitlement, settings: Settings, now: datetime) -> tuple[int, bool, int, str]:
    """The sort key of an entitlement among those of one person: the one that decides comes first."""
    today = days.today(now, days.zone_of(one.employee, settings))
    start = None if one.employee.problem else starts_on(one.employee, settings.policy, today)
    is_ahead = start is not None and start > today
    order = start.toordinal() if start else 0
    is_last = one.is_over and one.access is Access.KEEP
    strength = len(_STRENGTH) if is_last else _STRENGTH.index(one.access)
    return strength, is_ahead, order if is_ahead else -order, one.employee.employee_id


def _entitlement(
    employee: Employee,
    absent_reads: int,
    settings: Settings,
    now: datetime,
    facts: Facts,
    free_from: date | None = None,
) -> Entitlement:
    """`free_from` is the first day without access after the person's other jobs that are over, None if none is."""
    zone, policy = days.zone_of(employee, settings), settings.policy
    today = days.today(now, zone)
    access, reason = _access(employee, absent_reads, policy, today, free_from)
    is_over = access is Access.END and reason != "on_leave"
    verdict = ScopeVerdict.IN if employee.problem else scope_verdict(employee, facts, policy.scope)
    if verdict is ScopeVerdict.UNKNOWN:
        access, reason = Access.KEEP, "scope_unknown"
    elif verdict is ScopeVerdict.OUT:
        suspends = policy.scope.outside is Outside.SUSPEND
        access, reason = Access.END if suspends else Access.KEEP, "out_of_scope"
    changes = [day for day in _turning_days(employee, policy) if day > today]
    due_at = days.day_start(min(changes), zone) if changes and not employee.problem else None
    return Entitlement(access, employee, reason, due_at, is_over)


def _turning_days(employee: Employee, policy: Policy) -> list[date]:
    """The days on which the entitlement may change: (re)hire, the invitation to it, the end of work and of access."""
    starts = [day for day in (employee.hire_date, employee.rehire_date) if day]
    turning_days = starts + [_invited_on(day, policy) for day in starts]
    end = employee.termination_date
    if end:
        turning_days += [_first_day_after(end, policy), _first_day_without_access(end, policy)]
    return turning_days


def _invited_on(start: date, policy: Policy) -> date:
    """The day on which a person who starts on `start` is invited, within the calendar's first and last day."""
    ordinal = start.toordinal() + policy.invite_days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _first_day_without_access(end: date, policy: Policy) -> date:
    """The first day without access: the one after the last day, and after the days of grace (X27)."""
    return _days_after(_first_day_after(end, policy), policy.grace_days)


def _first_day_after(end: date, policy: Policy) -> date:
    """The first day that is not worked any more, or that counts as such from its start (D7)."""
    return end if policy.access_ends is AccessEnds.START_OF_DAY else _days_after(end, 1)


def _days_after(day: date, count: int) -> date:
    """The day so many days later. No day follows the calendar's last day, which people enter for "never"."""
    return date.fromordinal(min(day.toordinal() + count, date.max.toordinal()))


def _access(
    employee: Employee, absent_reads: int, policy: Policy, today: date, free_from: date | None
) -> tuple[Access, str]:
    if employee.problem:
        return Access.KEEP, "unreadable"
    if absent_reads >= policy.absent_reads:
        return Access.END, "absent"
    end = ends_on(employee, today)
    if (
        end
        and today >= _first_day_without_access(end, policy)
        and employee.status is not EmploymentStatus.AMBIGUOUS
    ):
        return Access.END, "inactive"
    if absent_reads:
        return Access.KEEP, "missing"
    if employee.status is EmploymentStatus.AMBIGUOUS:
        return Access.KEEP, "ambiguous_status"
    if employee.status is EmploymentStatus.SEPARATED:
        return _separated(employee, end)
    if end and today >= _first_day_after(end, policy):
        return Access.RETAIN, "leaving"
    return _employed(employee, policy, today, free_from)


def _separated(employee: Employee, end: date | None) -> tuple[Access, str]:
    if end:
        return Access.RETAIN, "leaving"
    if employee.termination_date:
        return Access.KEEP, "contradictory"
    return Access.END, "inactive"


def _employed(employee: Employee, policy: Policy, today: date, free_from: date | None) -> tuple[Access, str]:
    if employee.status is EmploymentStatus.ON_LEAVE and policy.on_leave is OnLeave.SUSPEND:
        return Access.END, "on_leave"
    start, end = starts_on(employee, policy, today), employee.termination_date
    own_end = _first_day_without_access(end, policy) if end else None
    ended = [day for day in (free_from, own_end) if day and day <= today]
    if policy.invite_when is not InviteWhen.HIRE_DATE:
        return (Access.WAIT, "not_started") if ended and start and start > today else (Access.GRANT, "")
    if start is None:
        return Access.WAIT, "no_hire_date"
    is_unbroken = start <= today and any(start <= day for day in ended)
    if is_unbroken or _invited_on(start, policy) <= today:
        return Access.GRANT, ""
    works_until_end = own_end is not None and today < own_end <= start
    return (Access.RETAIN if works_until_end else Access.WAIT), "not_started"
