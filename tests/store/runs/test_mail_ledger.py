"""Mails of new accounts: owed, being sent, and what became of them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.core.model.account import MailState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.store.db.sessions import Database
from connector.store.runs.fence import Fence
from connector.store.runs.mail_ledger import SqlMailLedger
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.stored import add, link, run


@pytest.fixture
def mails(fence: Fence) -> SqlMailLedger:
    """The mails of connection 1, for run 1; five are owed, one to an account of connection 2."""
    add(fence.database, run(1), *[link(number, "owed") for number in range(1, 5)])
    add(fence.database, link(5, "owed", connection_id=2))
    return SqlMailLedger(fence, 1, 1)


def states(database: Database) -> list[str]:
    """The state of each mail, in the order of the links."""
    with database.reading() as session:
        return list(session.scalars(sa.select(LinkRow.mail_state).order_by(LinkRow.id)))


def test_owed_mails_come_in_batches_of_the_connection(mails: SqlMailLedger) -> None:
    """In the order in which the accounts were linked."""
    assert [[one.account_id for one in batch] for batch in mails.owed(3)] == [["a1", "a2", "a3"], ["a4"]]


def test_a_mail_that_is_being_sent_is_unsettled_and_counts_from_its_start(
    mails: SqlMailLedger, clock: Clock
) -> None:
    """No other run may send it again."""
    start = clock()
    [batch] = mails.owed(9)
    mails.begin(batch[:2])

    [unsettled] = mails.unsettled()
    assert [(one.account_id, one.begun_at) for one in unsettled] == [("a1", start), ("a2", start)]
    assert [len(batch) for batch in mails.owed(9)] == [2]
    assert mails.begun_since(start - timedelta(seconds=1)) == 2
    assert mails.begun_since(start) == 0


def test_each_outcome_has_its_state_and_sent_mails_are_counted(fence: Fence, mails: SqlMailLedger) -> None:
    """A mail to retry is owed again; a mail with an unknown outcome is not sent again."""
    [batch] = mails.owed(9)
    outcomes = [
        Outcome(OutcomeStatus.SENT),
        Outcome(OutcomeStatus.RETRY),
        Outcome(OutcomeStatus.UNKNOWN),
        Outcome(OutcomeStatus.REJECTED),
    ]

    mails.record(batch, outcomes)

    assert states(fence.database) == ["sent", "owed", "unknown", "failed", "owed"]
    with fence.database.reading() as session:
        assert session.get_one(RunRow, 1).mails == 1


def test_a_mail_that_changes_the_account_leaves_the_new_version(fence: Fence, mails: SqlMailLedger) -> None:
    """Otherwise the connector would take its own mail for an edit; without a new version the old one stays."""
    [batch] = mails.owed(9)
    with fence.writing() as session:
        session.execute(sa.update(LinkRow).values(version="v1"))

    mails.record(batch[:2], [Outcome(OutcomeStatus.SENT, "a1", "v2"), Outcome(OutcomeStatus.PENDING)])

    with fence.database.reading() as session:
        versions = session.scalars(sa.select(LinkRow.version).order_by(LinkRow.id)).all()
    assert versions[:2] == ["v2", "v1"]
    assert states(fence.database)[:2] == [MailState.SENT, MailState.SENT]
