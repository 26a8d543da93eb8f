"""The rig of LearnUpon: a fake portal on a real socket that stores external ids; without invitations, which mail."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Response, request

from connector.core.model.account import Account, AccountState
from connector.core.ports.host import Host, Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.hosts.contract import Rig
from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.fake.api import KEY, SECRET, serving
from tests.hosts.learnupon.fake.portal import FakePortal

ADA = NewAccount(
    "p1", "Ada@Example.test", "Ada", "Lovelace", AccountState.PENDING, {"231": "Analyst", "233": "Regular"}
)


@pytest.fixture
def learnupon(clock: Clock) -> Iterator[Rig]:
    """An empty portal."""
    site = FakePortal()
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, SECRET, external_id_label="paycor id")
        portal = host(settings, clock=clock, sleep=time.sleep)
        yield Rig(
            portal,
            mailed=lambda: site.mails,
            rename=lambda account_id, name: site.edit(account_id, first_name=name),
            promote=lambda account_id: site.edit(account_id, user_type="instructor"),
            signs_in=site.signs_in,
            loses_answer=lambda: lose_next_answer(site),
            is_busy=lambda: be_busy_once(site),
        )
        portal.close()


def lose_next_answer(site: FakePortal) -> None:
    """Do the next write, but answer it with HTTP 502 and HTML."""
    site.after = _once(site, "after", lambda: Response("<html>Bad gateway</html>", 502))


def be_busy_once(site: FakePortal) -> None:
    """Answer the next write with a 429."""
    site.before = _once(site, "before", lambda: Response("", 429, {"Retry-After": "0"}))


def _once(site: FakePortal, name: str, answer: Callable[[], Response]) -> Callable[[], Response | None]:
    def strike() -> Response | None:
        if request.method == "GET":
            return None
        setattr(site, name, lambda: None)
        return answer()

    return strike


def invited(portal: LearnUponHost, row: NewAccount = ADA) -> str:
    """Invite a person; gives the id of the account."""
    [outcome] = portal.create([row])
    assert outcome.status is OutcomeStatus.PENDING
    assert outcome.account_id is not None
    return outcome.account_id


def by_id(portal: Host, account_id: str) -> list[Account]:
    """The accounts that an id leads to."""
    key = Key(KeyKind.ID, account_id)
    found = portal.find([key])
    assert isinstance(found, dict)
    return list(found[key])


def statuses(outcomes: list[Outcome]) -> list[OutcomeStatus]:
    """The status of each row."""
    return [outcome.status for outcome in outcomes]
