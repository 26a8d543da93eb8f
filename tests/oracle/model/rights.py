"""Who may have access on a day, from the records alone, as the requirements say (A22, A37, D3 to D10, D28, X13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from tests.oracle.model.choices import READS, Choices, Outsider
from tests.oracle.model.morning import EMPLOYED, LEFT, ON_LEAVE, Record


class Right(IntEnum):
    """What a job, or all jobs of a person, mean for an account; the strongest first (D3)."""

    WORKS = 0
    LEAVING = 1
    NOT_YET = 2
    UNKNOWN = 3
    OVER = 4
    #: Outside and over: it protects nothing.
    NOTHING = 5


@dataclass(frozen=True)
class Verdict:
    """The right, the job that decides it, and why, for a reader of a difference."""

    right: Right
    record: Record
    why: str


@dataclass(frozen=True)
class Day:
    """What the verdicts of a day share: `missing` counts complete reads without the record, by employee id."""

    today: date
    choices: Choices
    missing: Mapping[str, int]
    unreadable: frozenset[str]


def is_employed(record: Record, day: Day) -> bool:
    """Whether the job is not over on the calendar, begun or not: then it counts where people share an address (D2)."""
    is_there = day.missing.get(record.employee_id, 0) < READS and record.employee_id not in day.unreadable
    is_over = _is_past(record, day.today, day.today - timedelta(days=1))
    return is_there and record.status in (EMPLOYED, *ON_LEAVE) and not is_over


def is_current(record: Record, day: Day) -> bool:
    """Whether the job has begun and is not over: it counts as a report (D27)."""
    return is_employed(record, day) and start_of(record) <= day.today


def start_of(record: Record) -> date:
    """The first day of the job: of the second time, when it ended and began again."""
    ended, again = record.terminated_on, record.rehired_on
    return again if again and (ended is None or again > ended) else record.hired_on


def verdict_of(jobs: Sequence[Record], day: Day) -> Verdict:
    """The verdict about one person from all their jobs."""
    verdicts = [_of_job(job, day) for job in jobs]
    if _is_between_jobs(jobs, day):
        verdicts = [_not_before_the_start(one, day) for one in verdicts]
    best = min(verdicts, key=lambda one: _order(one, day))
    for job in jobs:
        if 0 < day.missing.get(job.employee_id, 0) < READS and not _is_over(job, day):
            there = Day(day.today, day.choices, {}, day.unreadable)
            if _order(_of_job(job, there), day) < _order(best, day):
                return Verdict(Right.UNKNOWN, job, "the job that would decide is missing (D10)")
    return best


def _order(one: Verdict, day: Day) -> tuple[int, bool, int, str]:
    """The order of D3: by strength, begun before coming, the one that began last, the one that comes first."""
    start = start_of(one.record)
    is_ahead = start > day.today
    days = start.toordinal() if is_ahead else -start.toordinal()
    return one.right, is_ahead, days, one.record.employee_id


def _is_over(record: Record, day: Day) -> bool:
    """Whether access to this job is over: after the last day, or by choice from its start (D7)."""
    last = day.today if day.choices.ends_at_start else day.today - timedelta(days=1)
    return _is_past(record, day.today, last) if record.terminated_on else record.status in LEFT


def _is_past(record: Record, today: date, last: date) -> bool:
    """Whether the last day is this one or before, and no second time has begun."""
    ended, again = record.terminated_on, record.rehired_on
    is_back = ended is not None and again is not None and ended < again <= today
    return ended is not None and ended <= last and not is_back


def _is_between_jobs(jobs: Sequence[Record], day: Day) -> bool:
    """Whether one job is over and no other runs: then there is no access before the next begins (D28)."""
    over = [_is_over(one, day) or day.missing.get(one.employee_id, 0) >= READS for one in jobs]
    runs = [not ended and start_of(one) <= day.today for one, ended in zip(jobs, over, strict=True)]
    return any(over) and not any(runs)


def _not_before_the_start(one: Verdict, day: Day) -> Verdict:
    if one.right is Right.WORKS and start_of(one.record) > day.today:
        return Verdict(Right.NOT_YET, one.record, "between two jobs (D28)")
    return one


def _of_job(record: Record, day: Day) -> Verdict:
    right, why = _right_of_job(record, day)
    excluded = day.choices.excluded
    if excluded and record.employment_type == excluded and record.employee_id not in day.unreadable:
        if day.choices.outsider is Outsider.SUSPENDED:
            return Verdict(Right.OVER, record, "not included (X13)")
        is_over = right is Right.OVER and "leave" not in why
        return Verdict(Right.NOTHING if is_over else Right.UNKNOWN, record, "not included, left alone (X13)")
    return Verdict(right, record, why)


def _right_of_job(record: Record, day: Day) -> tuple[Right, str]:
    missing = day.missing.get(record.employee_id, 0)
    if record.employee_id in day.unreadable:
        return Right.UNKNOWN, "the record cannot be read (D22)"
    if missing >= READS:
        return Right.OVER, f"missing from {missing} reads (D10)"
    if record.status not in (EMPLOYED, *ON_LEAVE, *LEFT):
        return Right.UNKNOWN, "the status is neither employed nor left (D4)"
    if _is_over(record, day):
        return Right.OVER, f"{record.status}, last day {record.terminated_on} (D7)"
    if missing:
        return Right.UNKNOWN, f"missing from {missing} reads (D10)"
    if record.status in LEFT:
        return Right.LEAVING, f"leaves after {record.terminated_on} (A22)"
    return _right_of_employed(record, day)


def _right_of_employed(record: Record, day: Day) -> tuple[Right, str]:
    if record.status in ON_LEAVE and day.choices.leave_suspends:
        return Right.OVER, "on leave (D5)"
    start = start_of(record)
    if day.choices.on_hire_date and start > day.today:
        return Right.NOT_YET, f"starts on {start} (A37)"
    return Right.WORKS, f"works since {start} (A5)"
