"""Batches of LearnUpon: one call per row that is written, and lists of 500 for everything that is read."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.fake.api import KEY, PAGE_SIZE, SECRET, serving
from tests.hosts.learnupon.fake.portal import FakePortal

S = OutcomeStatus
COUNT = 30
ROWS = [
    NewAccount(f"p{number}", f"n{number}@example.test", "Ada", f"No {number}", AccountState.ACTIVE)
    for number in range(COUNT)
]


@pytest.fixture
def site() -> FakePortal:
    """A portal with a page of users."""
    site = FakePortal()
    for number in range(PAGE_SIZE):
        site.create({"email": f"e{number}@example.test", "password": "long enough"})
    return site


@pytest.fixture
def portal(site: FakePortal, clock: Clock) -> Iterator[LearnUponHost]:
    """A host of that portal."""
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, SECRET, external_id_label="Paycor ID")
        one = host(settings, clock=clock, sleep=lambda _: None)
        yield one
        one.close()


def test_a_batch_takes_one_call_per_row_and_the_list_pages(portal: LearnUponHost, site: FakePortal) -> None:
    """The list is read before the batch (one page) and after it (two pages), and no user singly."""
    outcomes = portal.create(ROWS)
    requests = Counter(site.requests)

    assert {outcome.status for outcome in outcomes} == {S.CREATED}
    assert requests == {"POST /users": COUNT, "GET /users": 3, "GET /users/customuserdata": 1}
    assert all(outcome.version for outcome in outcomes)


def test_many_accounts_are_changed_and_found(portal: LearnUponHost, site: FakePortal) -> None:
    """A second change to the same values keeps the version."""
    created = portal.create(ROWS)
    ids = [outcome.account_id or "" for outcome in created]
    site.requests.clear()
    changes = [Change(account_id, first_name="Augusta") for account_id in ids]
    outcomes, again = portal.update(changes), portal.update(changes)
    keys = [Key(KeyKind.EXTERNAL_ID, row.external_id) for row in ROWS]
    found = portal.find(keys)
    assert isinstance(found, dict)

    assert {outcome.status for outcome in outcomes} == {S.UPDATED}
    assert {outcome.status for outcome in again} == {S.UNCHANGED}
    assert [[one.account_id for one in found[key]] for key in keys] == [[one] for one in ids]
    assert [found[key][0].version for key in keys] == [outcome.version for outcome in outcomes]
    assert Counter(one.split("/")[0] for one in site.requests) == {"PUT ": COUNT, "GET ": 2}


def test_two_changes_of_one_account_are_made_in_order(portal: LearnUponHost) -> None:
    """The last one stays."""
    [outcome] = portal.create(ROWS[:1])
    account_id = outcome.account_id or ""
    outcomes = portal.update([Change(account_id, last_name=name) for name in ("King", "Byron", "Byron")])
    key = Key(KeyKind.ID, account_id)
    found = portal.find([key])
    assert isinstance(found, dict)

    assert [one.status for one in outcomes] == [S.UPDATED, S.UPDATED, S.UNCHANGED]
    assert found[key][0].last_name == "Byron"


def test_the_list_of_users_is_kept_for_a_minute(
    portal: LearnUponHost, site: FakePortal, clock: Clock
) -> None:
    """A run of many batches reads it once a minute; the connector's own writes are added to it."""
    key = Key(KeyKind.EXTERNAL_ID, "p0")
    portal.find([key])
    site.requests.clear()
    portal.find([key])
    [outcome] = portal.create(ROWS[:1])
    found = portal.find([key])
    assert isinstance(found, dict)
    lists = site.requests.count("GET /users")
    clock.advance(timedelta(seconds=61))
    portal.find([key])

    assert [one.account_id for one in found[key]] == [outcome.account_id]
    assert (lists, site.requests.count("GET /users")) == (0, 2)


def test_a_user_missing_from_the_list_is_read_singly(
    portal: LearnUponHost, site: FakePortal, clock: Clock
) -> None:
    """A user removed while pages are read moves another user off every page; that user still exists."""
    keys = [Key(KeyKind.ID, outcome.account_id or "") for outcome in portal.create(ROWS)]
    slipped = site.users.pop(int(keys[0].value))
    clock.advance(timedelta(seconds=61))
    portal.find(keys)
    site.users[int(keys[0].value)] = slipped
    found = portal.find(keys)
    assert isinstance(found, dict)

    assert [len(found[key]) for key in keys] == [1] * COUNT
