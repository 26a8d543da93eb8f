"""What HR does with the people it has, event by event: hires, dates, leaves, jobs, values."""

from collections.abc import Callable

from tests.oracle.company.company import Company
from tests.oracle.company.events import Event
from tests.oracle.model.morning import EMPLOYED, LEFT, ON_LEAVE, UNCLEAR

Change = Callable[[Company], None]


def about_one(change: Callable[[Company, int], None]) -> Change:
    """The change, for an ordinary employee with nothing under way; nothing when there is none."""

    def run(company: Company) -> None:
        for index in company.free():
            change(company, index)

    return run


_ODD_NAMES = (
    "Zoë",
    "O\u2019Neil",
    "\u674e\u660e",
    "A\u200bnn",
    "\u202eAda",
    "Bo\x07b",
    "  Li  ",
    "N\u0307a",
    "Ÿ" * 150,
)


def _hired(company: Company) -> None:
    company.hire(company.day(0))


def _hired_ahead(company: Company) -> None:
    company.keep_busy(company.hire(company.day(company.rng.randint(2, 6))), 7)


def _hire_date_moved(company: Company) -> None:
    index = company.hire(company.day(3))
    moved = company.day(company.rng.choice((2, 6)))
    company.after(1, index, lambda: company.change(index, hired_on=moved))
    company.keep_busy(index, 7)


def _hire_date_moved_back(company: Company) -> None:
    index = company.hire(company.day(1))
    moved = company.day(company.rng.choice((5, 6)))
    company.after(3, index, lambda: company.change(index, hired_on=moved))
    company.keep_busy(index, 8)


def _hire_cancelled(company: Company) -> None:
    index = company.hire(company.day(3))
    company.after(2, index, lambda: company.change(index, status="Terminated"))
    company.keep_busy(index, 99)


def _left(company: Company, index: int) -> None:
    ends = company.day(company.rng.choice((-2, -1, 0)))
    company.change(index, terminated_on=ends, status=company.rng.choice((*LEFT, EMPLOYED)))


def _left_without_date(company: Company, index: int) -> None:
    company.change(index, status=company.rng.choice(LEFT))


def _leaving(company: Company, index: int) -> None:
    ends = company.day(company.rng.randint(1, 4))
    company.change(index, terminated_on=ends, status=company.rng.choice((*LEFT, EMPLOYED)))
    company.keep_busy(index, 6)


def _last_day_moved(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(2))
    moved = company.rng.choice((company.day(0), company.day(4), None))
    company.after(1, index, lambda: company.change(index, terminated_on=moved))
    company.keep_busy(index, 6)


def _last_day_undone(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    moved = company.rng.choice((company.day(5), None))
    company.after(2, index, lambda: company.change(index, terminated_on=moved, status=EMPLOYED))
    company.keep_busy(index, 7)


def _on_leave(company: Company, index: int) -> None:
    company.change(index, status=company.rng.choice(ON_LEAVE), leave_from=company.day(0))
    company.after(
        company.rng.randint(1, 4), index, lambda: company.change(index, status=EMPLOYED, leave_from=None)
    )


def _rehired(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    has_dates = company.rng.random() < 0.6
    company.after(company.rng.randint(2, 4), index, lambda: _again(company, index, has_dates=has_dates))


def _again(company: Company, index: int, *, has_dates: bool) -> None:
    """The same employment again: with both dates, or with the last day taken out."""
    if has_dates:
        company.change(index, status=EMPLOYED, rehired_on=company.today)
    else:
        company.change(index, status=EMPLOYED, terminated_on=None)


def _rehired_long_after(company: Company) -> None:
    """Whatever has happened to the account meanwhile."""
    for index in company.leavers():
        company.change(index, status=EMPLOYED, rehired_on=company.today)


def _rehired_ahead(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    again = company.day(5)
    company.after(2, index, lambda: company.change(index, rehired_on=again, status=EMPLOYED))
    company.keep_busy(index, 99)


def _rehired_new_id(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    company.after(3, index, lambda: _next_job(company, index, 0))


def _rehired_stranger(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    stranger = company.new_person_id()
    company.after(3, index, lambda: _next_job(company, index, 0, person_id=stranger))


def _next_job(company: Company, index: int, starts: int, **values: object) -> None:
    """Another employment of the same person."""
    company.keep_busy(company.hire(company.day(starts), like=company.records[index], **values), 99)


def _new_person_id(company: Company, index: int) -> None:
    company.change(index, person_id=company.new_person_id())


def _second_job(company: Company, index: int) -> None:
    """One that begins today is under nobody, so that the old boss loses a report when the old job ends."""
    starts = company.rng.choice((-3, 0, 2))
    under = {} if starts else {"manager_id": None, "manager_number": None}
    _next_job(company, index, starts, **under)
    ends = company.day(company.rng.randint(3, 5))
    company.after(2, index, lambda: company.change(index, terminated_on=ends))
    company.keep_busy(index, 99)


def _second_job_after_a_gap(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(1))
    company.after(company.rng.randint(1, 3), index, lambda: _next_job(company, index, 3))
    company.keep_busy(index, 99)


def _odd_name(company: Company, index: int) -> None:
    company.change(index, first_name=company.rng.choice(_ODD_NAMES))


def _moved(company: Company, index: int) -> None:
    boss = company.boss()
    place = company.rng.choice((0, 1, 2, 3, 7, None))
    title = f"Grade {company.rng.randrange(9)}\u200b "
    values = {"manager_id": boss and boss.employee_id, "manager_number": boss and boss.number}
    company.change(index, job_title=title, department=company.rng.randrange(8), location=place, **values)


def _value_emptied(company: Company, index: int) -> None:
    company.change(index, **{company.rng.choice(("job_title", "employment_type")): None})


def _no_choice(company: Company, index: int) -> None:
    company.change(index, employment_type="Intern")


def _excluded(company: Company, index: int) -> None:
    company.change(index, employment_type=company.rng.choice(("Temporary", "Seasonal")))
    company.after(3, index, lambda: company.change(index, employment_type="Regular"))


def _refused_value(company: Company, index: int) -> None:
    for refused in (index, company.hire(company.day(0))):
        company.change(refused, job_title="very long " * 120, last_name=f"Refused-{refused}")


def _unclear_status(company: Company, index: int) -> None:
    company.change(index, status=UNCLEAR, manager_id=None, manager_number=None)
    company.after(3, index, lambda: company.change(index, status=EMPLOYED))


def _unreadable(company: Company, index: int) -> None:
    company.change(index, manager_id=None, manager_number=None)
    company.unreadable.add(index)
    company.after(3, index, lambda: company.unreadable.discard(index))


def _vanished(company: Company, index: int) -> None:
    company.hidden.add(index)
    company.after(company.rng.randint(1, 2), index, lambda: company.hidden.discard(index))


def _gone(company: Company, index: int) -> None:
    company.hidden.add(index)
    company.after(company.rng.choice((7, 99)), index, lambda: company.hidden.discard(index))


def _merger(company: Company) -> None:
    for number in range(30):
        company.hire(company.day(-number))


AT_PAYCOR: dict[Event, Change] = {
    Event.HIRED: _hired,
    Event.HIRED_AHEAD: _hired_ahead,
    Event.HIRE_DATE_MOVED: _hire_date_moved,
    Event.HIRE_DATE_MOVED_BACK: _hire_date_moved_back,
    Event.HIRE_CANCELLED: _hire_cancelled,
    Event.LEFT: about_one(_left),
    Event.LEFT_WITHOUT_DATE: about_one(_left_without_date),
    Event.LEAVING: about_one(_leaving),
    Event.LAST_DAY_MOVED: about_one(_last_day_moved),
    Event.LAST_DAY_UNDONE: about_one(_last_day_undone),
    Event.ON_LEAVE: about_one(_on_leave),
    Event.REHIRED: about_one(_rehired),
    Event.REHIRED_LONG_AFTER: _rehired_long_after,
    Event.REHIRED_AHEAD: about_one(_rehired_ahead),
    Event.REHIRED_NEW_ID: about_one(_rehired_new_id),
    Event.REHIRED_STRANGER: about_one(_rehired_stranger),
    Event.NEW_PERSON_ID: about_one(_new_person_id),
    Event.SECOND_JOB: about_one(_second_job),
    Event.SECOND_JOB_AFTER_A_GAP: about_one(_second_job_after_a_gap),
    Event.ODD_NAME: about_one(_odd_name),
    Event.MOVED: about_one(_moved),
    Event.VALUE_EMPTIED: about_one(_value_emptied),
    Event.NO_CHOICE: about_one(_no_choice),
    Event.EXCLUDED: about_one(_excluded),
    Event.REFUSED_VALUE: about_one(_refused_value),
    Event.UNCLEAR_STATUS: about_one(_unclear_status),
    Event.UNREADABLE: about_one(_unreadable),
    Event.VANISHED: about_one(_vanished),
    Event.GONE: about_one(_gone),
    Event.MERGER: _merger,
    Event.RELEASED_MERGER: _merger,
}
