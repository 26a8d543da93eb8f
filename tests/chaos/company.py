"""A company that moves on: a seed and a day in, what HR does on that day, the same whoever asks and however often."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor.state.overlay import Patch
from connector.sandbox.paycor.state.sandbox import Sandbox

PEOPLE = 120
DAYS = 30
#: Whatever is true of the last day is acted on by then: absence needs three reads, a last day has to pass.
CLOSING_DAYS = 4
#: What HR does in a day, besides what the calendar does.
CHANGES_A_DAY = 7
#: Below these are leaders and people who are odd for good reason; from the second on they are still to be hired.
_FIRST, _LATER = 16, 60


def move_on(box: Sandbox, seed: int, first: date, day: int) -> None:
    """Make it the next day at Paycor: the calendar's hires, moves and leavers, and HR's own changes."""
    today = first + timedelta(days=day)
    box.set_today(today)
    company = box.company(NORTHFIELD.id)
    if day == 0:
        for index in range(_LATER, PEOPLE):
            box.overlay.plant(company.person(index), Patch(removed=True), today)
    for index in range(_LATER + day - 1, PEOPLE if 0 < day <= DAYS else 0, DAYS):
        box.overlay.clear(company.person(index).employee_id)
    if day <= DAYS:
        _change(box, Random(f"{seed}/{day}"), day, today)  # noqa: S311 - no secret


def _change(box: Sandbox, chance: Random, day: int, today: date) -> None:
    here = [*range(_FIRST, _LATER), *(one for one in range(_LATER, PEOPLE) if (one - _LATER) % DAYS < day)]
    for index in chance.sample(here, CHANGES_A_DAY):
        person = box.company(NORTHFIELD.id).person(index)
        if person.employee_id in box.overlay.planted() and chance.random() < 0.6:
            # As it was before: a rehire, a correction, somebody who is in the list again.
            box.overlay.clear(person.employee_id)
        else:
            box.overlay.plant(person, chance.choice(_CHANGES)(index, day, today), today)


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
