"""Links as rows: who owns which account, and what an operation leaves on the link."""

from typing import Any

import pytest
import sqlalchemy as sa

from connector.core.model.account import AccountState, Link, Mail
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.store.db.sessions import Database
from connector.store.people import links
from connector.store.tables.people import LinkRow
from tests.services.stored import NOW, add, link


def operation(kind: OperationKind, mail: Mail = Mail.NONE, **values: dict[str, str | None]) -> Operation:
    """An operation about person `p1` and account `a1`."""
    return Operation(kind, "p1", "e1", "a1", values.get("before", {}), values.get("after", {}), mail)


def write(database: Database, done: Operation, *, sso: bool = False, **outcome: Any) -> LinkRow | None:
    """What a done operation leaves on the link of `p1`."""
    with database.writing() as session:
        result = Outcome(OutcomeStatus.UPDATED, "a1", **outcome)
        links.write_links(session, 1, [(done, result)], NOW, sso=sso)
        links.write_groups(session, 1, [(done, result)])
    with database.reading() as session:
        return links.row_of_person(session, 1, "p1")


def test_links_are_found_by_person_and_by_account(database: Database) -> None:
    """Only those of the connection; people and accounts without a link are left out."""
    row = link(1, "sent")
    row.groups, row.unanswered = ["g1"], True
    add(database, row, link(2, "sent", connection_id=2))
    expected = Link("p1", "a1", AccountState.ACTIVE, "", ("g1",), unanswered=True)

    with database.reading() as session:
        assert links.by_person(session, 1, ["p1", "p2"]) == {"p1": expected}
        assert links.by_account(session, 1, ["a1", "a2"]) == {"a1": expected}
        assert links.owners(session, 1, ["a1", "a2"]) == {"a1": "p1"}


@pytest.mark.parametrize(
    ("mail", "sso", "expected"),
    [
        pytest.param(Mail.INVITATION, False, ("invitation", "owed"), id="with a mail"),
        pytest.param(Mail.NONE, False, ("welcome", "held"), id="silently"),
        pytest.param(Mail.NONE, True, ("none", "none"), id="silently, where people sign in by SSO"),
    ],
)
def test_a_created_account_gets_its_mail_now_or_later(
    database: Database, mail: Mail, sso: bool, expected: tuple[str, str]
) -> None:
    """The link knows that the connector created the account."""
    row = write(database, operation(OperationKind.CREATE, mail), sso=sso, version="v1")

    assert row is not None
    assert (row.mail, row.mail_state) == expected
    assert (row.origin, row.account_id, row.version, row.linked_at) == ("created", "a1", "v1", NOW)


def test_an_account_that_was_found_gets_no_mail(database: Database) -> None:
    """Its learner had it before."""
    row = write(database, operation(OperationKind.LINK))

    assert row is not None
    assert (row.origin, row.mail, row.mail_state) == ("found", "none", "none")


def test_a_suspension_remembers_an_unanswered_invitation(database: Database) -> None:
    """So that the account can wait for its answer again; an update changes only the version."""
    add(database, link(1, "sent"))
    after_update = write(database, operation(OperationKind.UPDATE, after={"last_name": "X"}), version="v2")
    suspend = operation(OperationKind.SUSPEND, before={"state": "pending"}, after={"state": "suspended"})

    row = write(database, suspend, version="v3")

    assert after_update is not None
    assert row is not None
    assert (after_update.state, after_update.version, after_update.unanswered) == ("active", "v2", False)
    assert (row.state, row.version, row.unanswered) == ("suspended", "v3", True)


def test_an_undone_link_is_deleted(database: Database) -> None:
    """The account itself stays in the LMS."""
    add(database, link(1, "sent"))

    assert write(database, operation(OperationKind.UNLINK)) is None


@pytest.mark.parametrize(("code", "expected"), [("", ["g2", "g3"]), (GROUPS_NOT_DONE, ["g1", "g2"])])
def test_groups_are_stored_once_the_host_has_filled_them(
    database: Database, code: str, expected: list[str]
) -> None:
    """Otherwise the next run tries again."""
    row = link(1, "sent")
    row.groups = ["g1", "g2"]
    add(database, row)
    change = operation(
        OperationKind.UPDATE,
        before={"group:g1": "member", "group:g3": None},
        after={"group:g1": None, "group:g3": "member"},
    )

    changed = write(database, change, code=code)

    assert changed is not None
    assert changed.groups == expected


def test_a_link_by_hand_replaces_the_one_before(database: Database) -> None:
    """No mail is sent about it."""
    add(database, link(1, "owed"))

    with database.writing() as session:
        links.link_by_hand(session, 1, "p1", "a9", NOW)

    with database.reading() as session:
        [row] = session.scalars(sa.select(LinkRow))
    assert (row.account_id, row.origin, row.mail_state) == ("a9", "by_hand", "none")


def test_mail_to_people_suspended_by_an_undo_is_held(database: Database) -> None:
    """Owed mail, and a sent invitation without an answer, which is void now."""
    add(database, link(1, "owed"), link(2, "sent"), link(3, "sent"))
    undone = [
        Operation(OperationKind.SUSPEND, f"p{number}", "", None, {"state": before}, {"state": "suspended"})
        for number, before in ((1, "active"), (2, "pending"), (3, "active"))
    ]

    with database.writing() as session:
        links.hold_mails(session, 1, undone)

    with database.reading() as session:
        states = session.scalars(sa.select(LinkRow.mail_state).order_by(LinkRow.id)).all()
    assert states == ["held", "held", "sent"]


def test_an_account_that_was_let_in_by_hand_counts_as_active(database: Database) -> None:
    """A later suspension by hand is then a person's decision."""
    row = link(1, "sent")
    row.state = AccountState.SUSPENDED
    add(database, row, link(2, "sent"))

    with database.writing() as session:
        links.update_states(
            session, 1, [Decision("p1", "e1", reopened_state=AccountState.ACTIVE), Decision("p2", "e2")]
        )

    with database.reading() as session:
        assert links.by_person(session, 1, ["p1"])["p1"].state is AccountState.ACTIVE
