"""Mails that an admin can still send, and invitations that can be sent again."""

import sqlalchemy as sa

from connector.core.model.account import AccountState, Mail
from connector.store.db.sessions import Database
from connector.store.people import mails
from connector.store.tables.people import LinkRow
from tests.services.stored import add, link


def with_state(row: LinkRow, state: AccountState, mail: Mail = Mail.WELCOME) -> LinkRow:
    """A link whose account is in this state."""
    row.state, row.mail = state, mail
    return row


def stored(database: Database) -> dict[str, tuple[str, str]]:
    """The mail of each person, and its state."""
    with database.reading() as session:
        return {row.person_key: (row.mail, row.mail_state) for row in session.scalars(sa.select(LinkRow))}


def test_mail_that_was_held_or_may_not_have_arrived_can_still_be_sent(database: Database) -> None:
    """Never to a suspended account, and never a second time."""
    states = ("held", "failed", "unknown", "sent", "owed", "sending", "none")
    add(database, *[link(number, state) for number, state in enumerate(states, start=1)])
    add(database, with_state(link(8, "held"), AccountState.SUSPENDED), link(9, "held", connection_id=2))

    with database.reading() as session:
        page = [row.person_key for row in mails.not_invited(session, "a", None, 9)]
        rest = [row.person_key for row in mails.not_invited(session, "a", 1, 1)]

    assert (page, rest) == (["p1", "p2", "p3"], ["p2"])


def test_a_silent_account_gets_a_welcome(database: Database) -> None:
    """An invitation that failed stays an invitation; unselected people get nothing."""
    failed = with_state(link(2, "failed"), AccountState.PENDING, Mail.INVITATION)
    add(database, with_state(link(1, "held"), AccountState.ACTIVE, Mail.NONE), failed, link(3, "held"))

    with database.writing() as session:
        mails.owe_welcomes(session, 1, ["p1", "p2"])

    assert stored(database)["p1"] == ("welcome", "owed")
    assert stored(database)["p2"] == ("invitation", "owed")
    assert stored(database)["p3"][1] == "held"


def test_everybody_means_everybody_whose_mail_can_be_sent(database: Database) -> None:
    """Mail that was sent stays sent."""
    add(database, link(1, "held"), link(2, "sent"), link(3, "held", connection_id=2))

    with database.writing() as session:
        mails.owe_welcomes(session, 1, None)

    assert [state for _, state in stored(database).values()] == ["owed", "sent", "held"]


def test_only_a_pending_account_with_a_sent_mail_is_invited_again(database: Database) -> None:
    """A selected person who was not invited is left out of the count."""
    add(
        database,
        with_state(link(1, "sent"), AccountState.PENDING),
        with_state(link(2, "sent"), AccountState.ACTIVE),
        with_state(link(3, "held"), AccountState.PENDING),
        with_state(link(4, "sent"), AccountState.PENDING),
    )

    with database.writing() as session:
        invited = [row.person_key for row in mails.invited(session, "a", None, 9)]
        count = mails.owe_invitations(session, 1, ["p1", "p2", "p3"])

    assert (invited, count) == (["p1", "p4"], 1)
    assert stored(database)["p1"] == ("invitation", "owed")
    assert [state for _, state in stored(database).values()] == ["owed", "sent", "held", "sent"]
