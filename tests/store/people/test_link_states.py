"""What a link remembers about a suspended account, over whole runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.settings import AddAs, Limit, Limits, Policy, Settings
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.core.builders import day, employee
from tests.engine.workbench import Desk

LIMITS = Limits(leavers=Limit(9, 5))
SETTINGS = Settings(1, "America/New_York", Policy(add_as=AddAs.PENDING_INVITATION, limits=LIMITS))
ACTIVE, PENDING, SUSPENDED = AccountState

HERE = employee()
GONE = employee(status=EmploymentStatus.SEPARATED, termination_date=day(-9))
UNCLEAR = employee(status=EmploymentStatus.AMBIGUOUS)


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal that invites people, who then wait for their answer."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(engine, MemoryHost(clock=clock), clock, SETTINGS)
    engine.dispose()


def only(desk: Desk) -> Account:
    """The one account there is."""
    (account,) = desk.host.accounts.values()
    assert isinstance(account, Account)
    return account


@pytest.mark.req("D9", "D28", "A14")
@pytest.mark.parametrize("answered", [False, True])
def test_a_rehire_who_had_not_answered_is_pending_again(desk: Desk, answered: bool) -> None:
    """The account is as it was, and only an invitation without an answer is sent again."""
    desk.sync([HERE])
    before = desk.host.edit(only(desk).account_id, state=ACTIVE) if answered else only(desk)
    mails = list(desk.host.mails)
    desk.sync([GONE])
    desk.sync([HERE])

    assert only(desk).state is before.state is (ACTIVE if answered else PENDING)
    assert desk.host.mails == (mails if answered else mails * 2)


@pytest.mark.req("D9")
@pytest.mark.parametrize("seen", [HERE, UNCLEAR], ids=["employed", "unclear"])
def test_a_suspension_by_hand_is_not_undone(desk: Desk, seen: Employee) -> None:
    """Suspended by a sync, let in by hand and seen by a sync, then suspended by hand: a person decided that."""
    desk.sync([HERE])
    desk.sync([GONE])
    desk.host.edit(only(desk).account_id, state=ACTIVE)
    desk.sync([seen])
    desk.host.edit(only(desk).account_id, state=SUSPENDED)
    desk.sync([HERE])

    assert only(desk).state is SUSPENDED
    assert desk.codes("e1") == {"suspended_by_hand"}


@pytest.mark.req("D9")
def test_an_account_that_was_let_in_by_hand_counts_as_active(desk: Desk) -> None:
    """The link has the state of the account, though the connector has not changed it."""
    desk.sync([HERE])
    desk.sync([GONE])
    desk.host.edit(only(desk).account_id, state=ACTIVE)
    desk.sync([HERE])

    assert (desk.entries(), desk.links()["p1"].state) == ([], "active")
