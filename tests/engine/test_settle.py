"""The settle step: outcomes that are looked up, never guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.core.model.account import Account, AccountState, Mail
from connector.core.model.employee import Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.ports.host import Capabilities, Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry, OwedMail
from connector.engine.settle import mails_by_lookup, outcomes_by_lookup
from connector.errors import HostUnavailable
from connector.hosts.memory import Failure, Fault, MemoryHost
from tests.engine.company import COMPANY
from tests.engine.workbench import Desk

BEGUN_AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def test_untrusted_lookup_stops_the_run(desk: Desk, host: MemoryHost) -> None:
    """No account is created on a guess."""
    host.faults.append(Fault("find", Failure.UNKNOWN))

    with pytest.raises(HostUnavailable):
        desk.sync(COMPANY)

    assert host.accounts == {}
    assert desk.sync(COMPANY).created == 7


ADA = Account(
    "a1", "ada@acme.example", "Ada", "Byron", AccountState.ACTIVE, is_learner=True, external_id="p1"
)
CREATE: dict[str, Value] = {"external_id": "p1", "first_name": "Ada", "state": "active"}


def entry(kind: OperationKind, after: dict[str, Value]) -> Entry:
    """A row about Ada that was started."""
    account_id = None if kind is OperationKind.CREATE else "a1"
    return Entry(1, Operation(kind, "p1", "e1", account_id, {}, after))


@pytest.mark.parametrize(
    ("row", "accounts", "expected"),
    [
        pytest.param(
            entry(OperationKind.CREATE, CREATE),
            [ADA],
            (OutcomeStatus.CREATED, ""),
            id="created, account is there",
        ),
        pytest.param(
            entry(OperationKind.CREATE, CREATE),
            [],
            (OutcomeStatus.RETRY, "interrupted"),
            id="created, no account",
        ),
        pytest.param(
            entry(OperationKind.CREATE, {**CREATE, "group:1": "member"}),
            [ADA],
            (OutcomeStatus.CREATED, "groups"),
            id="created, groups unknown",
        ),
        pytest.param(
            entry(OperationKind.UPDATE, {"first_name": "Ada", "last_name": "Byron"}),
            [ADA],
            (OutcomeStatus.UPDATED, ""),
            id="updated, all values are there",
        ),
        pytest.param(
            entry(OperationKind.UPDATE, {"first_name": "Ada", "last_name": "Lovelace"}),
            [ADA],
            (OutcomeStatus.RETRY, "interrupted"),
            id="updated, one value is not there",
        ),
        pytest.param(
            entry(OperationKind.UPDATE, {"group:1": None}),
            [ADA],
            (OutcomeStatus.UPDATED, "groups"),
            id="only groups: unknown",
        ),
        pytest.param(
            entry(OperationKind.SUSPEND, {"state": "suspended"}),
            [],
            (OutcomeStatus.RETRY, "interrupted"),
            id="suspended, account is gone",
        ),
    ],
)
def test_outcome_is_what_the_account_shows(
    row: Entry, accounts: list[Account], expected: tuple[OutcomeStatus, str]
) -> None:
    """A row is done only if all its values are there; otherwise it is decided again."""
    (outcome,) = outcomes_by_lookup(MemoryHost(accounts=accounts), [row])

    assert (outcome.status, outcome.code) == expected


@pytest.mark.parametrize(
    ("mailed_at", "reports", "expected"),
    [
        pytest.param(BEGUN_AT, True, OutcomeStatus.SENT, id="mailed when sending began"),
        pytest.param(BEGUN_AT - timedelta(seconds=1), True, OutcomeStatus.RETRY, id="mailed before"),
        pytest.param(None, True, OutcomeStatus.RETRY, id="never mailed"),
        pytest.param(BEGUN_AT, False, OutcomeStatus.UNKNOWN, id="the host does not report it"),
    ],
)
def test_mail_outcome_is_what_the_account_shows(
    mailed_at: datetime | None, reports: bool, expected: OutcomeStatus
) -> None:
    """A mail is sent if its account was mailed since sending began; otherwise it may be sent again."""
    account = replace(ADA, last_mailed_at=mailed_at)
    host = MemoryHost(accounts=[account], capabilities=Capabilities(reports_last_mailed_at=reports))

    (outcome,) = mails_by_lookup(host, [OwedMail(1, "a1", Mail.WELCOME, BEGUN_AT)])

    assert outcome.status is expected


def test_mail_to_a_removed_account_may_be_sent_again() -> None:
    """The host refuses it then; nothing shows that it was sent."""
    host = MemoryHost(capabilities=Capabilities(reports_last_mailed_at=True))

    assert mails_by_lookup(host, [OwedMail(1, "a1", Mail.WELCOME, BEGUN_AT)]) == [
        Outcome(OutcomeStatus.RETRY)
    ]
