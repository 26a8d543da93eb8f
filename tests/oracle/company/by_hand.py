"""What people do in the LMS by hand, event by event: once to the model, and once to the real LMS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.oracle.company.company import Company
from tests.oracle.company.events import Event
from tests.oracle.model.learners import Hands, Kind, Learner, State
from tests.oracle.model.model import Model


@dataclass
class Desk:
    """The company, the model, and the two LMSs that hands change: the model's roster and the real one."""

    company: Company
    model: Model
    both: Sequence[Hands]

    def do(self, change: Callable[[Hands], None]) -> None:
        """The same in both."""
        for one in self.both:
            change(one)

    def pick(self, wanted: Callable[[Learner], bool]) -> list[Learner]:
        """One account of a person with nothing under way; empty when there is none."""
        free = {
            self.model.person_of(record)
            for index, record in self.company.records.items()
            if self.company.is_free(index)
        }
        found = [one for one in self.model.roster.present() if one.person in free and wanted(one)]
        return [self.company.rng.choice(found)] if found else []

    def later(self, days: int, learner: Learner, change: Callable[[Hands], None]) -> None:
        """The same in both, in so many days; the person of the account is busy until then."""
        for index, record in self.company.records.items():
            if self.model.person_of(record) == learner.person:
                self.company.after(days, index, lambda: None)
        self.company.later.setdefault(self.company.day(days), []).append(lambda: self.do(change))


def _is_open(learner: Learner) -> bool:
    return learner.state is not State.SUSPENDED and learner.kind is Kind.LEARNER


def _is_closed_by_sync(learner: Learner) -> bool:
    return learner.closed_from is not None and learner.kind is Kind.LEARNER


def _account_before(desk: Desk, kind: Kind, *, becomes_learner: bool = False) -> None:
    company, address = desk.company, desk.company.new_address()
    desk.do(lambda lms: lms.add(address, "Before", kind))
    index = company.hire(company.day(1), work_email=address.upper())
    if becomes_learner:
        company.after(3, index, lambda: desk.do(lambda lms: lms.set_kind(address, Kind.LEARNER)))


def _closed(desk: Desk, learner: Learner) -> None:
    desk.do(lambda lms: lms.set_state(learner.address, State.SUSPENDED))


def _opened(desk: Desk, learner: Learner) -> None:
    desk.do(lambda lms: lms.set_state(learner.address, State.ACTIVE))


def _deleted(desk: Desk, learner: Learner) -> None:
    desk.do(lambda lms: lms.delete(learner.address))


def _made_instructor(desk: Desk, learner: Learner) -> None:
    desk.do(lambda lms: lms.set_kind(learner.address, Kind.INSTRUCTOR))
    desk.later(3, learner, lambda lms: lms.set_kind(learner.address, Kind.LEARNER))


def _edited(desk: Desk, learner: Learner) -> None:
    desk.do(lambda lms: lms.edit(learner.address, "Typed", {"job_title": "By hand", "department": None}))


#: Which accounts it can happen to, and what happens.
_TO_ONE: dict[Event, tuple[Callable[[Learner], bool], Callable[[Desk, Learner], None]]] = {
    Event.CLOSED_BY_HAND: (_is_open, _closed),
    Event.OPENED_BY_HAND: (_is_closed_by_sync, _opened),
    Event.DELETED_BY_HAND: (_is_open, _deleted),
    Event.LEAVER_DELETED_BY_HAND: (_is_closed_by_sync, _deleted),
    Event.MADE_INSTRUCTOR: (_is_open, _made_instructor),
    Event.EDITED_BY_HAND: (_is_open, _edited),
    Event.ACCEPTED: (lambda learner: learner.state is State.PENDING, _opened),
}
_BEFORE = {Event.ACCOUNT_BEFORE: Kind.LEARNER, Event.INSTRUCTOR_BEFORE: Kind.INSTRUCTOR}


def by_hand(event: Event, desk: Desk) -> None:
    """Do what happens by hand in this event; nothing for other kinds."""
    if event in _BEFORE:
        _account_before(desk, _BEFORE[event])
    elif event is Event.INSTRUCTOR_BEFORE_NO_MORE:
        _account_before(desk, Kind.INSTRUCTOR, becomes_learner=True)
    elif event in _TO_ONE:
        wanted, change = _TO_ONE[event]
        for learner in desk.pick(wanted):
            change(desk, learner)
