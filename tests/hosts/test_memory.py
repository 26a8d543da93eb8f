"""The host in memory fails as real hosts do, on request."""

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Invitation, Key, KeyKind, NewAccount, OutcomeStatus, Unknown
from connector.errors import HostUnavailable
from connector.hosts import Failure, Fault, MemoryHost
from tests.clock import Clock

ROWS = [
    NewAccount(f"p{number}", f"e{number}@example.test", "Ada", "L", AccountState.ACTIVE)
    for number in range(3)
]
S = OutcomeStatus


@pytest.fixture
def host(clock: Clock) -> MemoryHost:
    """A host without accounts."""
    return MemoryHost(clock=clock)


@pytest.mark.parametrize(
    ("failure", "row", "expected", "created"),
    [
        pytest.param(Failure.UNKNOWN, None, [S.UNKNOWN] * 3, 3, id="done but not known"),
        pytest.param(Failure.UNKNOWN, 1, [S.CREATED, S.UNKNOWN, S.CREATED], 3, id="one not known"),
        pytest.param(Failure.REFUSED, 1, [S.CREATED, S.REJECTED, S.CREATED], 2, id="one refused"),
        pytest.param(Failure.RETRY, None, [S.RETRY] * 3, 0, id="all to be tried again"),
    ],
)
def test_a_fault_affects_its_rows(
    host: MemoryHost, failure: Failure, row: int | None, expected: list[OutcomeStatus], created: int
) -> None:
    """What is answered and what was done are two things."""
    host.faults.append(Fault("create", failure, row))
    outcomes = host.create(ROWS)

    assert [outcome.status for outcome in outcomes] == expected
    assert len(host.accounts) == created


@pytest.mark.parametrize(
    ("failure", "created"),
    [
        pytest.param(Failure.UNAVAILABLE, 0, id="nothing was done"),
        pytest.param(Failure.UNANSWERED, 3, id="everything was done"),
    ],
)
def test_a_call_without_an_answer_raises(host: MemoryHost, failure: Failure, created: int) -> None:
    """The caller cannot distinguish the two cases."""
    host.faults.append(Fault("create", failure))

    with pytest.raises(HostUnavailable, match="create"):
        host.create(ROWS)
    assert len(host.accounts) == created


def test_a_fault_affects_one_call_of_its_name(host: MemoryHost) -> None:
    """The next call of that name succeeds, and so does every other call."""
    host.faults.append(Fault("update", Failure.REFUSED))
    before = host.create(ROWS[:1])
    host.faults.append(Fault("create", Failure.REFUSED))
    statuses = [host.create(ROWS[1:2])[0].status, host.create(ROWS[1:2])[0].status]

    assert before[0].status is S.CREATED
    assert statuses == [S.REJECTED, S.CREATED]


def test_a_look_up_that_cannot_be_trusted_is_unknown(host: MemoryHost) -> None:
    """That is not the same as finding no account."""
    host.faults.append(Fault("find", Failure.UNKNOWN))

    assert isinstance(host.find([Key(KeyKind.EMAIL, "e1@example.test")]), Unknown)


def test_a_mail_with_an_unknown_outcome_has_gone_out(host: MemoryHost) -> None:
    """A sync that asked again would send it twice."""
    [created] = host.create(ROWS[:1])
    host.faults.append(Fault("invite", Failure.UNKNOWN))
    [outcome] = host.invite([Invitation(created.account_id or "", Mail.WELCOME)])

    assert outcome.status is S.UNKNOWN
    assert len(host.mails) == 1


def test_the_id_of_a_deleted_account_is_not_used_again(host: MemoryHost) -> None:
    """A link to a deleted account must not lead to another one."""
    [first] = host.create(ROWS[:1])
    host.delete([first.account_id or ""])
    [second] = host.create(ROWS[:1])

    assert second.status is S.CREATED
    assert second.account_id != first.account_id
