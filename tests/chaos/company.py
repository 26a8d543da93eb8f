"""A company that changes day by day: a seed and a day in, HR's changes of that day out, the same every time."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor.state.overlay import Patch
from connector.sandbox.paycor.state.sandbox import Sandbox

PEOPLE = 120
DAYS = 30
#: After these days every change of the last day is acted on: absence needs three reads, a last day has to pass.
CLOSING_DAYS = 4
#: HR's own changes in a day, in addition to the sandbox's calendar.
CHANGES_A_DAY = 7
#: Below the first index are leaders and edge cases; people from the second index on are hired later.
_FIRST, _LATER = 16, 60


def next_day(sandbox: Sandbox, seed: int, first: date, day: int) -> None:
    """Move Paycor to the next day: the calendar's hires, moves and leavers, and HR's own changes."""
    today = first + timedelta(days=day)
    sandbox.set_today(today)
    company = sandbox.company(NORTHFIELD.id)
    if day == 0:
        for index in range(_LATER, PEOPLE):
            sandbox.overlay.plant(company.person(index), Patch(removed=True), today)
    for index in range(_LATER + day - 1, PEOPLE if 0 < day <= DAYS else 0, DAYS):
        sandbox.overlay.clear(company.person(index).employee_id)
    if day <= DAYS:
        _change(sandbox, Random(f"{seed}/{day}"), day, today)  # noqa: S311 - no secret


def _change(sandbox: Sandbox, rng: Random, day: int, today: date) -> None:
    here = [*range(_FIRST, _LATER), *(one for one in range(_LATER, PEOPLE) if (one - _LATER) % DAYS < day)]
    for index in rng.sample(here, CHANGES_A_DAY):
        person = sandbox.company(NORTHFIELD.id).person(index)
        if person.employee_id in sandbox.overlay.planted() and rng.random() < 0.6:
            # Back to the original: a rehire, a correction, a person who is in the list again.
            sandbox.overlay.clear(person.employee_id)
        else:
            sandbox.overlay.plant(person, rng.choice(_CHANGES)(index, day, today), today)


def _renamed(index: int, day: int, _: date) -> Patch:
    return Patch(fields={"last_name": f"Wed-{day}", "work_email": f"wed{day}.{index}@northfield.example"})


def _moved(_: int, day: int, __: date) -> Patch:
    return Patch(fields={"job_title": f"Teacher, step {day % 9}", "department": day % 4})


def _left(_: int, day: int, today: date) -> Patch:
    ends: Mapping[str, object] = {"terminated_on": (today + timedelta(days=day % 3 - 1)).isoformat()}
    return Patch(fields={"status": "Terminated", "termination_reason": "Resigned", **ends})


def _gone(_: int, __: int, ___: date) -> Patch:
    return Patch(removed=True)


_CHANGES = (_renamed, _renamed, _moved, _moved, _left, _left, _gone)
