"""SCIM services that ignore `startIndex` and `count`, as SCIMMY on Express 5 does, over a real socket."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
import responses

from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus, Unknown
from connector.errors import HostUnavailable
from connector.hosts.contract import Names
from connector.hosts.contract.find import a_second_page_has_other_accounts
from connector.hosts.contract.live import trial
from connector.hosts.contract.table import Verdict
from connector.hosts.scim import ScimHost, ScimSettings, host
from tests.hosts.scim.fake.service import FakeScim, serving
from tests.hosts.scim.wire import ADA

S = OutcomeStatus

Connect = Callable[[FakeScim], ScimHost]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Serves a service, and gives a new host of it."""
    responses.mock.add_passthru("http://127.0.0.1")
    with ExitStack() as stack:

        def connected(service: FakeScim) -> ScimHost:
            if not service.url:
                stack.enter_context(serving(service))
            one = host(ScimSettings(service.url, "a token"), sleep=lambda seconds: None)
            stack.callback(one.close)
            return one

        yield connected


def people(count: int) -> list[NewAccount]:
    """This many learners."""
    return [
        replace(ADA, external_id=f"p{number}", email=f"learner{number}@example.test")
        for number in range(count)
    ]


def broken(**switches: Any) -> FakeScim:
    """A service with one user that ignores paging."""
    service = FakeScim(ignores_paging=True, **switches)
    service.add(0)
    return service


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    "switches",
    [
        pytest.param({}, id="with a search"),
        pytest.param({"pages_no_search": True}, id="whose search has one page"),
        pytest.param({"refuses_search": True}, id="without a search"),
        pytest.param({"down_after_writes": True}, id="down after the writes"),
    ],
)
def test_the_outcome_of_a_write_is_the_answer_to_it(connect: Connect, switches: dict[str, Any]) -> None:
    """The ids are in the reply; a look-up afterwards that cannot be trusted does not discard them."""
    service = broken(**switches)
    rows = people(120)
    outcomes = connect(service).create(rows)

    by_key = {one.get("externalId"): account_id for account_id, one in service.users.items()}
    assert [(one.status, one.account_id) for one in outcomes] == [
        (S.CREATED, by_key[row.external_id]) for row in rows
    ]


@pytest.mark.req("D29")
@pytest.mark.parametrize("one_page", [False, True], ids=["search with pages", "search without pages"])
def test_a_list_that_cannot_be_read_is_replaced_by_searches(connect: Connect, one_page: bool) -> None:
    """A later run finds everybody, creates nobody twice and makes its changes."""
    service = broken(pages_no_search=one_page)
    created = connect(service).create(people(120))
    later = connect(service)
    found = later.find([Key(KeyKind.EXTERNAL_ID, row.external_id) for row in people(121)])
    again = later.create(people(120))
    changed = later.update([Change(one.account_id or "", last_name="King") for one in created])

    assert isinstance(found, dict)
    assert [[one.account_id for one in accounts] for accounts in found.values()] == [
        *([one.account_id] for one in created),
        [],
    ]
    assert {one.status for one in again} == {S.EXISTS}
    assert {one.status for one in changed} == {S.UPDATED}
    assert len(service.users) == 121


@pytest.mark.req("D29")
def test_nothing_more_is_written_where_nobody_can_be_looked_up(connect: Connect) -> None:
    """And the message does not say that nobody was added: an earlier batch may have added some."""
    service = broken(refuses_search=True)
    connect(service).create(people(40))
    later = connect(service)

    assert isinstance(later.find([Key(KeyKind.EMAIL, ADA.email)]), Unknown)
    with pytest.raises(HostUnavailable, match="startIndex") as stopped:
        later.create([ADA])
    assert "nothing was" not in str(stopped.value)
    assert len(service.users) == 41


@pytest.mark.req("D29")
def test_writes_that_were_answered_stay_known_when_the_service_goes_down(connect: Connect) -> None:
    """The rest is tried again; only if none was answered does the call fail."""
    service = FakeScim(bulk_size=10, busy_after_bulks=1)
    scim = connect(service)
    scim.find([Key(KeyKind.EMAIL, ADA.email)])
    outcomes = scim.create(people(30))
    with pytest.raises(HostUnavailable):
        scim.create([ADA, replace(ADA, external_id="p-bob", email="bob@example.test")])

    assert sorted(one.status for one in outcomes) == [S.CREATED] * 10 + [S.RETRY] * 20
    assert len(service.users) == 10


@pytest.mark.req("D29")
@pytest.mark.parametrize("ignores_paging", [False, True])
def test_a_trial_looks_at_a_second_page(connect: Connect, ignores_paging: bool) -> None:
    """With few accounts on a page: a trial has fewer accounts than a page of its own."""
    service = FakeScim(ignores_paging=ignores_paging)
    service.add(0)
    [tried] = trial(connect(service), [a_second_page_has_other_accounts], Names())

    assert tried.verdict is (Verdict.FAILED if ignores_paging else Verdict.DONE)
    assert ("ignores which page" in tried.reason) is ignores_paging
    assert len(service.users) == 1
