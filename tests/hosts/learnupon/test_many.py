"""Many people at once: a call for each that is written, and lists of 500 for everything that is looked at."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.api import KEY, PAGE_SIZE, SECRET, serving
from tests.hosts.learnupon.site import Site

S = OutcomeStatus
COUNT = 30
ROWS = [
    NewAccount(f"p{number}", f"n{number}@example.test", "Ada", f"No {number}", AccountState.ACTIVE)
    for number in range(COUNT)
]


@pytest.fixture
def site() -> Site:
    """A portal with a page of people in it."""
    site = Site()
    for number in range(PAGE_SIZE):
        site.create({"email": f"e{number}@example.test", "password": "long enough"})
    return site


@pytest.fixture
def portal(site: Site, clock: Clock) -> Iterator[LearnUponHost]:
    """The portal's host."""
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, SECRET, external_id_label="Paycor ID")
        one = host(settings, clock=clock, sleep=lambda _: None)
        yield one
        one.close()


def test_a_batch_takes_a_call_a_row_and_a_list_of_pages(portal: LearnUponHost, site: Site) -> None:
    """The list is read before it and after it, one page and two, and nobody by themselves."""
    outcomes = portal.create(ROWS)
    asked = Counter(site.asked)

    assert {outcome.status for outcome in outcomes} == {S.CREATED}
    assert asked == {"POST /users": COUNT, "GET /users": 3, "GET /users/customuserdata": 1}
    assert all(outcome.version for outcome in outcomes)


def test_many_are_changed_and_found(portal: LearnUponHost, site: Site) -> None:
    """As few would be; whoever is there already keeps their version."""
    created = portal.create(ROWS)
    ids = [outcome.account_id or "" for outcome in created]
    site.asked.clear()
    changes = [Change(account_id, first_name="Augusta") for account_id in ids]
    outcomes, again = portal.update(changes), portal.update(changes)
    keys = [Key(KeyKind.EXTERNAL_ID, row.external_id) for row in ROWS]
    found = portal.find(keys)
    assert isinstance(found, dict)

    assert {outcome.status for outcome in outcomes} == {S.UPDATED}
    assert {outcome.status for outcome in again} == {S.UNCHANGED}
    assert [[one.account_id for one in found[key]] for key in keys] == [[one] for one in ids]
    assert [found[key][0].version for key in keys] == [outcome.version for outcome in outcomes]
    assert Counter(one.split("/")[0] for one in site.asked) == {"PUT ": COUNT, "GET ": 2}


def test_a_list_is_good_for_a_minute(portal: LearnUponHost, site: Site, clock: Clock) -> None:
    """A run of many batches reads it no more often than that; its own writes are in it."""
    key = Key(KeyKind.EXTERNAL_ID, "p0")
    portal.find([key])
    site.asked.clear()
    portal.find([key])
    [outcome] = portal.create(ROWS[:1])
    found = portal.find([key])
    assert isinstance(found, dict)
    lists = site.asked.count("GET /users")
    clock.advance(timedelta(seconds=61))
    portal.find([key])

    assert [one.account_id for one in found[key]] == [outcome.account_id]
    assert (lists, site.asked.count("GET /users")) == (0, 2)


def test_two_changes_of_one_person_come_one_after_the_other(portal: LearnUponHost) -> None:
    """The last one stays."""
    [outcome] = portal.create(ROWS[:1])
    account_id = outcome.account_id or ""
    outcomes = portal.update([Change(account_id, last_name=name) for name in ("King", "Byron", "Byron")])
    key = Key(KeyKind.ID, account_id)
    found = portal.find([key])
    assert isinstance(found, dict)

    assert [one.status for one in outcomes] == [S.UPDATED, S.UPDATED, S.UNCHANGED]
    assert found[key][0].last_name == "Byron"


def test_whoever_slips_from_a_list_is_asked_for(portal: LearnUponHost, site: Site, clock: Clock) -> None:
    """Somebody is removed while pages are read, and the first of the next page is on none: nobody is gone for that."""
    keys = [Key(KeyKind.ID, outcome.account_id or "") for outcome in portal.create(ROWS)]
    slipped = site.users.pop(int(keys[0].value))
    clock.advance(timedelta(seconds=61))
    portal.find(keys)
    site.users[int(keys[0].value)] = slipped
    found = portal.find(keys)
    assert isinstance(found, dict)

    assert [len(found[key]) for key in keys] == [1] * COUNT
