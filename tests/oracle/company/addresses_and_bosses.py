"""What HR does with several people at once: addresses that move, and bosses with their reports."""

from functools import partial

from tests.oracle.company.at_paycor import Change, about_one
from tests.oracle.company.company import Company
from tests.oracle.company.events import Event

_BAD = ("N/A", "none", "a; b@northfield.example", "ann@", "@@", "ann.lee@northfield.example.", "mailto:x")


def _renamed(company: Company, index: int) -> None:
    company.change(index, last_name=f"Wed-{company.rng.randrange(99)}", work_email=company.new_address())


def _respelled(company: Company, index: int) -> None:
    address = company.records[index].work_email or ""
    company.change(index, work_email=f" {address.upper()} ")


def _passed_on(company: Company, people: int, *, is_ring: bool) -> None:
    """Each gets the address of the one before; the first gets the last one's, or a new one."""
    chosen = company.free(people)
    if len(chosen) < people:
        return
    old = [company.records[index].work_email for index in chosen]
    given = [old[-1] if is_ring else company.new_address(), *old[:-1]]
    for index, address in zip(chosen, given, strict=True):
        company.change(index, work_email=address)


def _handed_on(company: Company, index: int) -> None:
    address = company.records[index].work_email
    company.change(index, work_email=company.new_address())
    company.hire(company.day(0), work_email=address)


def _handed_on_by_leaver(company: Company, index: int) -> None:
    company.change(index, terminated_on=company.day(-1), status="Terminated")
    address = company.records[index].work_email
    company.keep_busy(index, 99)
    company.after(2, index, lambda: company.keep_busy(company.hire(company.today, work_email=address), 99))


def _two_with_one_address(company: Company, index: int) -> None:
    other = company.hire(company.day(0), work_email=company.records[index].work_email)
    right = company.new_address()
    company.after(2, other, lambda: company.change(other, work_email=right))
    company.keep_busy(index, 3)


def _without_address(company: Company, index: int, texts: tuple[str | None, ...]) -> None:
    company.change(index, work_email=company.rng.choice(texts), last_name="Without-Address")
    later = company.new_address()
    company.after(3, index, lambda: company.change(index, work_email=later))


def _hired_without_address(company: Company) -> None:
    index = company.hire(company.day(0), work_email=None, has_email_block=company.rng.random() < 0.5)
    later = company.new_address()
    company.after(2, index, lambda: company.change(index, work_email=later, has_email_block=True))


def _new_team(company: Company, starts: int) -> tuple[int, int] | None:
    """A boss who had no report until now, and the hire who is the first one."""
    found = company.free()
    if not found:
        return None
    boss = company.records[found[0]]
    hired = company.hire(company.day(starts), manager_id=boss.employee_id, manager_number=boss.number)
    company.keep_busy(found[0], 8)
    company.keep_busy(hired, 8)
    return found[0], hired


def _boss_left(company: Company) -> None:
    team = _new_team(company, 0)
    if team:
        company.after(2, team[1], lambda: company.change(team[1], terminated_on=company.today))


def _boss_vanished(company: Company) -> None:
    team = _new_team(company, 0)
    if team:
        company.after(2, team[1], lambda: company.hidden.add(team[1]))
        company.after(8, team[1], lambda: company.hidden.discard(team[1]))


def _future_report(company: Company) -> None:
    _new_team(company, 3)


ADDRESSES_AND_BOSSES: dict[Event, Change] = {
    Event.RENAMED: about_one(_renamed),
    Event.ADDRESS_RESPELLED: about_one(_respelled),
    Event.SWAPPED: partial(_passed_on, people=2, is_ring=True),
    Event.RING: partial(_passed_on, people=3, is_ring=True),
    Event.CHAIN: partial(_passed_on, people=3, is_ring=False),
    Event.HANDED_ON: about_one(_handed_on),
    Event.HANDED_ON_BY_LEAVER: about_one(_handed_on_by_leaver),
    Event.TWO_WITH_ONE_ADDRESS: about_one(_two_with_one_address),
    Event.NO_ADDRESS: about_one(partial(_without_address, texts=(None, "", "   "))),
    Event.BAD_ADDRESS: about_one(partial(_without_address, texts=_BAD)),
    Event.HIRED_WITHOUT_ADDRESS: _hired_without_address,
    Event.BOSS_LEFT: _boss_left,
    Event.BOSS_VANISHED: _boss_vanished,
    Event.FUTURE_REPORT: _future_report,
}
