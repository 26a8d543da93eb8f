"""Employment histories: every kind of event, at small rates, the same every time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from connector.sandbox.company import NORTHFIELD, SOUTHGATE, Company, Person
from connector.sandbox.company.histories import EDGE_CASES_FROM

pytestmark = pytest.mark.req("X23")

MONTH = 30
SEPARATED = {"Resigned", "Terminated", "Retired", "LaidOff"}


@dataclass(frozen=True)
class Change:
    """One employment on the first day and some days later; `before` is None for who has joined since."""

    before: Person | None
    after: Person

    @property
    def has_earlier_employment(self) -> bool:
        """Whether an earlier employment has the same person: ids begin alike only where they are the first."""
        return self.after.person_id[:8] != self.after.employee_id[:8]


def was(change: Change, **expected: object) -> bool:
    """Whether the first day's record has these values."""
    before = change.before
    return before is not None and all(getattr(before, name) == value for name, value in expected.items())


def differs(name: str) -> Callable[[Change], bool]:
    """A test of a change: this field is another one now."""
    return lambda change: change.before is not None and not was(change, **{name: getattr(change.after, name)})


def has_left(change: Change) -> bool:
    """Was at work and is no longer, and not because of a transfer."""
    return was(change, status="Active") and change.after.status in SEPARATED and not moved_away(change)


def moved_away(change: Change) -> bool:
    """Works for the other legal entity now."""
    return change.after.termination_reason == "Transfer"


def will_leave(change: Change) -> bool:
    """Is at work and has a new last day to come."""
    after = change.after
    return was(change, terminated_on=None) and after.terminated_on is not None and after.status == "Active"


def is_back(change: Change) -> bool:
    """Was on leave and no longer is."""
    before = change.before
    return before is not None and before.leave_from is not None and change.after.leave_from is None


def is_rehired(change: Change) -> bool:
    """Had left, and is at work again under the same id."""
    return was(change, rehired_on=None) and (change.after.rehired_on is None, change.after.status) == (
        False,
        "Active",
    )


#: Kind of event -> whether a change shows it.
KINDS: dict[str, Callable[[Change], bool]] = {
    "hire": lambda change: change.before is None and not change.has_earlier_employment,
    "promotion": differs("job_title"),
    "another department": differs("department"),
    "another work location": differs("location"),
    "marriage": lambda change: differs("last_name")(change) and differs("work_email")(change),
    "leave": lambda change: was(change, status="Active") and change.after.leave_from is not None,
    "return from leave": is_back,
    "termination": has_left,
    "termination to come": will_leave,
    "rehire with the same id": is_rehired,
    "rehire with a new id": lambda change: change.before is None and change.has_earlier_employment,
    "transfer away": moved_away,
}


def northfield(people: int, today: date, *, seed: int = 1, days: int = 0) -> Company:
    """Northfield as it stands some days after it was made."""
    return Company(NORTHFIELD, people, seed, today, today + timedelta(days=days))


def changes(first: Company, days: int) -> list[Change]:
    """Each ordinary employment of a company, on its first day and some days later."""
    later = first.on(first.today + timedelta(days=days))
    return [
        Change(first.person(index) if index < first.people else None, later.person(index))
        for index in range(EDGE_CASES_FROM, later.head_count)
    ]


@pytest.mark.parametrize("seed", [1, 2, 3, 1_000])
@pytest.mark.parametrize("people", [500, 503])
def test_a_month_of_a_middling_company_shows_every_kind(people: int, seed: int, today: date) -> None:
    """Each kind at least once, and none to more than one person in twenty-five."""
    month = changes(northfield(people, today, seed=seed), MONTH)

    count = {kind: sum(shows(change) for change in month) for kind, shows in KINDS.items()}

    assert {kind: n for kind, n in count.items() if not 1 <= n <= people // 25} == {}


def test_rates_are_those_of_a_real_company(today: date) -> None:
    """In a year of 5,000 people: about one in seven leaves, one in five joins, one in twenty marries."""
    year = changes(northfield(5_000, today), 365)
    part = {kind: sum(shows(change) for change in year) / 5_000 for kind, shows in KINDS.items()}

    assert 0.10 <= part["termination"] <= 0.18
    assert 0.15 <= part["hire"] <= 0.25
    assert 0.02 <= part["marriage"] <= 0.10
    assert 0.10 <= part["promotion"] <= 0.30


def test_a_company_stays_about_as_large_as_it_was(today: date) -> None:
    """Three years on, those who work here are as many as before, give or take a quarter."""
    first = northfield(2_000, today)
    later = first.on(today + timedelta(days=3 * 365))
    working = [
        sum(company.person(index).status not in SEPARATED for index in range(company.head_count))
        for company in (first, later)
    ]

    assert 0.75 <= working[1] / working[0] <= 1.25


def test_a_day_gives_the_same_people_whatever_days_were_shown_before(today: date) -> None:
    """Nothing is remembered: going there at once or day by day, and back, is the same."""
    at_once = northfield(500, today, days=45)
    walked = northfield(500, today)
    for days in (1, 30, 90, 45):
        walked = walked.on(today + timedelta(days=days))
        walked.person(499)

    assert [walked.person(index) for index in range(500)] == [at_once.person(index) for index in range(500)]


def test_most_people_are_the_same_from_one_day_to_the_next(today: date) -> None:
    """A day touches a handful of a thousand."""
    before, after = northfield(1_000, today, days=40), northfield(1_000, today, days=41)

    touched = sum(before.person(index) != after.person(index) for index in range(1_000))

    assert 1 <= touched <= 12


def test_a_transfer_ends_here_the_day_before_it_begins_there(today: date) -> None:
    """One person, an employment in each legal entity, without a gap and without an overlap, with the same job."""
    company = northfield(500, today, days=MONTH)
    people = [company.person(index) for index in range(company.head_count)]
    left = {person.person_id: person for person in people if person.termination_reason == "Transfer"}
    joined = {person.person_id: person for person in people[500:] if person.person_id in left}

    assert len(left) >= 2
    for person_id, old in left.items():
        new = joined[person_id]
        assert old.terminated_on is not None
        assert (new.hired_on - old.terminated_on, old.status, new.status) == (
            timedelta(days=1),
            "Terminated",
            "Active",
        )
        assert (old.job_title, old.work_email) == (new.job_title, new.work_email)
        assert {company.entity_of(old.index), company.entity_of(new.index)} == set(NORTHFIELD.entities)


def test_a_transfer_goes_either_way(today: date) -> None:
    """From the first legal entity to the second, and from the second to the first."""
    company = northfield(500, today, days=MONTH)
    left = [p for p in map(company.person, range(500)) if p.termination_reason == "Transfer"]

    assert {company.entity_of(person.index) for person in left} == set(NORTHFIELD.entities)


def test_a_rehire_with_a_new_id_is_a_leaver_of_old(today: date) -> None:
    """The older employment ended before the newer began; both are the same person."""
    company = northfield(500, today, days=MONTH)
    by_person = {person.person_id: person for person in map(company.person, range(500))}
    back = [p for p in map(company.person, range(500, company.head_count)) if p.person_id in by_person]
    rehired = [
        (by_person[p.person_id], p) for p in back if by_person[p.person_id].termination_reason != "Transfer"
    ]

    assert [
        old.status in SEPARATED and old.terminated_on < new.hired_on
        for old, new in rehired
        if old.terminated_on
    ] == [True]


def test_a_rehire_with_the_same_id_shows_both_dates(today: date) -> None:
    """Left before the first day, back on a later one, at work again."""
    back = [
        change.after
        for change in changes(northfield(500, today), MONTH)
        if KINDS["rehire with the same id"](change)
    ]

    assert [
        (
            p.status,
            p.terminated_on is not None
            and p.rehired_on is not None
            and p.terminated_on < today < p.rehired_on,
        )
        for p in back
    ] == [("Active", True)]


def test_a_marriage_changes_surname_and_work_address_only(today: date) -> None:
    """Ids, number, first name and the private address stay; the new address has the new surname."""
    married = [change for change in changes(northfield(500, today), MONTH) if KINDS["marriage"](change)]

    assert married
    for change in married:
        assert change.before is not None
        assert (change.after.employee_id, change.after.person_id, change.after.home_email) == (
            change.before.employee_id,
            change.before.person_id,
            change.before.home_email,
        )
        assert f".{change.after.last_name.lower()}" in (change.after.work_email or "")


def test_a_leaver_by_choice_is_seen_a_fortnight_ahead(today: date) -> None:
    """A resignation is seen 14 days before its last day; no other end is seen before it."""
    ahead: dict[str | None, set[int]] = {}
    for days in range(20, 60):
        now = northfield(500, today, days=days)
        for change in changes(northfield(500, today, days=days - 1), 1):
            if was(change, terminated_on=None) and change.after.terminated_on is not None:
                days_ahead = (change.after.terminated_on - now.today).days
                ahead.setdefault(change.after.termination_reason, set()).add(days_ahead)
    by_choice = {"Voluntary - Other Employment", "Voluntary - Retirement"}

    assert {reason: ahead[reason] for reason in by_choice} == dict.fromkeys(by_choice, {14})
    assert {days for reason in set(ahead) - by_choice for days in ahead[reason]} <= {0, -1}


def test_a_fresh_hire_appears_ten_days_before_the_hire_date(today: date) -> None:
    """A person who joins the feed today starts in ten days."""
    before, after = northfield(1_500, today), northfield(1_500, today, days=1)

    newcomer = after.person(before.head_count)

    assert (after.head_count, newcomer.hired_on) == (1_501, today + timedelta(days=11))


def test_new_employees_can_be_hidden_for_a_while(today: date) -> None:
    """Until Paycor shows them, newcomers are in no feed and behind no id; all others are as of today."""
    now = today + timedelta(days=MONTH)
    company = Company(NORTHFIELD, 500, 1, today, now, arrived_by=today)
    newcomer = company.on(now).employee_id(500)

    assert (company.head_count, company.index_of(newcomer)) == (500, None)
    assert company.on(now).index_of(newcomer) == 500
    assert [company.person(index) for index in range(500)] == [
        company.on(now).person(index) for index in range(500)
    ]


def test_a_tenant_with_one_legal_entity_has_no_transfers(today: date) -> None:
    """There is no other legal entity to move to."""
    company = Company(SOUTHGATE, 500, 1, today, today + timedelta(days=120))

    assert "Transfer" not in {company.person(index).termination_reason for index in range(company.head_count)}


def test_leaders_learners_and_edge_cases_never_change(today: date) -> None:
    """Reporting lines never lead to a leaver, and tests can rely on these people on every day."""
    first, later = northfield(500, today), northfield(500, today, days=400)
    steady = [
        *range(43),
        *range(45, 60),
        *(index for index in range(60, 500) if index % 50 in {0, 2, 9, 12, 22, 25}),
    ]

    assert [index for index in steady if first.person(index) != later.person(index)] == []
