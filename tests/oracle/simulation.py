"""Days of a company, each with its events, a real sync and a comparison: seed and choices in, `OracleResult` out."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from connector.sandbox.paycor import SandboxServer
from tests.oracle.company.addresses_and_bosses import ADDRESSES_AND_BOSSES
from tests.oracle.company.at_paycor import AT_PAYCOR
from tests.oracle.company.by_hand import Desk, by_hand
from tests.oracle.company.company import Company
from tests.oracle.company.events import Event
from tests.oracle.comparison import differences
from tests.oracle.model.choices import Choices
from tests.oracle.model.model import Model
from tests.oracle.real import RealPortal, connected
from tests.whole import TODAY

HEAD_COUNT = 45
EVENTS_A_DAY = 9
#: More than half of the people who are there before the first sync have an account already: see `_settle_in`.
_KNOWN = 12
_MANAGER = "gideon.park@northfield.example"
_EMPLOYEES = "*/employees"
_RARE = (Event.MERGER, Event.RELEASED_MERGER)
_STANDING = (Event.BOSSES,)


@dataclass
class OracleResult:
    """How far it came, and where the LMS was not as the model says; it stops on the first day that differs."""

    choices: Choices
    days: int = 0
    people: int = 0
    events: Counter[Event] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def run_oracle(
    folder: Path,
    url: str,
    *,
    choices: Choices,
    seed: int,
    days: int,
    kinds: Collection[Event] = tuple(Event),
    model_choices: Choices | None = None,
) -> OracleResult:
    """Let a company live for so many days with events of these kinds, and compare each day.

    `model_choices` are for a proof that differences are found: the model then believes in other settings.
    """
    result = OracleResult(choices)
    with connected(folder, url, choices, seed) as (paycor, portal):
        company = Company(paycor.sandbox, Random(seed), TODAY, has_bosses=Event.BOSSES in kinds)  # noqa: S311 - no secret
        _settle_in(company)
        model = Model(model_choices or choices, portal.learners())
        desk = Desk(company, model, (model.roster, portal))
        for day in range(days):
            company.today = TODAY + timedelta(days=day)
            chosen = _chosen(company, kinds) if day else []
            _live(desk, paycor, portal, chosen, day)
            result.events.update(chosen)
            result.days, result.people = day + 1, len(company.records)
            found = differences(model, portal.learners(), portal.mails())
            if found:
                today = ", ".join(chosen) or "nothing"
                result.problems = [f"day {day}, {company.today}, today: {today}", *found]
                break
    return result


def _settle_in(company: Company) -> None:
    """The people before the first sync; some have an account, one of them a manager's, which nobody takes over."""
    for number in range(HEAD_COUNT):
        company.hire(company.day(-number * 20 - 1))
    for number in range(1, _KNOWN):
        company.change(number * 3, work_email=f"existing.learner.{number}@northfield.example")
    company.change(HEAD_COUNT - 1, work_email=_MANAGER)


def _chosen(company: Company, kinds: Collection[Event]) -> list[Event]:
    """The events of a day; a merger is rare, because it fills the week, and is not on a day without Paycor."""
    ordinary = [kind for kind in Event if kind in kinds and kind not in (*_RARE, *_STANDING)]
    rare = [kind for kind in _RARE if kind in kinds and company.rng.random() < (0.05 if ordinary else 0.5)]
    chosen = company.rng.choices(ordinary, k=EVENTS_A_DAY) if ordinary else []
    return [*(kind for kind in chosen if kind is not Event.OUTAGE), rare[0]] if rare else chosen


def _live(desk: Desk, paycor: SandboxServer, portal: RealPortal, chosen: list[Event], day: int) -> None:
    """One day: its midnight, what was planned for it, its events, the real sync, and the model."""
    company, faults = desk.company, paycor.sandbox.faults
    if day:
        portal.pass_midnight(day)
        desk.model.pass_midnight(company.today)
    for what in company.later.pop(company.today, []):
        what()
    for event in chosen:
        change = AT_PAYCOR.get(event) or ADDRESSES_AND_BOSSES.get(event)
        if change:
            change(company)
        by_hand(event, desk)
    if Event.EMPTY_PAGES in chosen:
        faults.plant({"kind": "empty-page", "path": _EMPLOYEES, "nth": 2})
    if Event.OUTAGE in chosen:
        faults.plant({"kind": "status-500", "path": _EMPLOYEES, "every": True})
    approves = Event.RELEASED_MERGER in chosen
    morning = company.show(answers=Event.OUTAGE not in chosen, approves=approves)
    portal.sync(day, approves=approves)
    desk.model.see(morning)
    faults.clear()
