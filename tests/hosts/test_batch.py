"""A batch of an in-process host: one transaction, a savepoint per row."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts import RowRefused

ADA = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
BOB = NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE)
S = OutcomeStatus


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(RowRefused("name.too_long"), "name.too_long", id="a refusal"),
        pytest.param(ValueError("Ada has no middle name"), "value", id="any other value error"),
        pytest.param(AttributeError("Ada has no locale"), "hook", id="a fault of the hook"),
    ],
)
def test_a_row_that_a_hook_refuses_is_rejected(
    lms: Any, error: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The text of an ordinary error may have a name in it: it is neither passed on nor logged."""
    make = lms.new_user

    def new_user(session: Session, row: NewAccount) -> Any:
        if row is ADA:
            raise error
        return make(session, row)

    lms.new_user = new_user
    outcomes = lms.create([ADA, BOB])

    assert [(one.status, one.code) for one in outcomes] == [(S.REJECTED, code), (S.CREATED, "")]
    assert "Ada" not in caplog.text
    assert ("AttributeError" in caplog.text) == (code == "hook")


def test_a_refused_change_is_rolled_back(lms: Any, minimal: Any) -> None:
    """A hook that refuses after it began to write leaves nothing behind."""
    [created] = lms.create([ADA])

    def edit_user(session: Session, user: Any, change: Change) -> None:
        user.last_name = change.last_name
        raise RowRefused("too_late")

    lms.edit_user = edit_user
    [outcome] = lms.update([Change(created.account_id, last_name="King")])

    assert (outcome.status, outcome.code) == (S.REJECTED, "too_late")
    assert minimal.db.session.get(minimal.User, int(created.account_id)).last_name == "Lovelace"


def test_a_violated_constraint_refuses_only_its_row(lms: Any) -> None:
    """An unknown constraint does not mean that the account exists."""

    def edit_user(session: Session, user: Any, change: Change) -> None:
        user.first_name = None if change.first_name == "Nobody" else change.first_name

    ids = [outcome.account_id for outcome in lms.create([ADA, BOB])]
    lms.edit_user = edit_user
    outcomes = lms.update([Change(ids[0], first_name="Nobody"), Change(ids[1], first_name="Robert")])

    assert [(one.status, one.code) for one in outcomes] == [(S.REJECTED, "constraint"), (S.UPDATED, "")]


def test_an_account_created_meanwhile_gives_exists(lms: Any) -> None:
    """Another process took the address between the look-up and the write."""
    [there] = lms.create([ADA])
    all_users = lms.users()
    views = iter([all_users.where(sa.false())] * 2)
    lms.users = lambda: next(views, all_users)
    [outcome] = lms.create([ADA])

    assert (outcome.status, outcome.account_id) == (S.EXISTS, there.account_id)


def test_the_listeners_of_the_lms_are_called_for_every_user(lms: Any, minimal: Any) -> None:
    """Its own session events fire as they do for its own pages."""
    external_ids: list[str] = []

    @sa.event.listens_for(minimal.db.session, "before_flush")
    def listen(session: Session, context: object, instances: object) -> None:
        external_ids.extend(user.external_id for user in session.new)

    lms.create([ADA, BOB])

    assert external_ids == ["p1", "p2"]


def test_unfinished_work_of_the_lms_is_not_committed(lms: Any, minimal: Any) -> None:
    """The batch commits its own rows and no others."""
    minimal.db.session.add(minimal.User(first_name="Half", last_name="Done", email="half@example.test"))
    lms.create([ADA])
    minimal.db.session.rollback()

    assert [user.email for user in minimal.db.session.query(minimal.User)] == ["ada@example.test"]


def test_a_database_failure_rolls_back_the_batch_and_names_nobody(lms: Any) -> None:
    """The database's own text would have the row in it."""
    make = lms.new_user

    def new_user(session: Session, row: NewAccount) -> Any:
        if row is BOB:
            session.execute(sa.text("INSERT INTO nowhere VALUES (:email)"), {"email": row.email})
        return make(session, row)

    lms.new_user = new_user
    with pytest.raises(HostUnavailable, match="nothing was written") as failure:
        lms.create([ADA, BOB])
    key = Key(KeyKind.EXTERNAL_ID, "p1")

    assert failure.value.__suppress_context__
    assert "bob" not in str(failure.value)
    assert lms.find([key])[key] == []


def test_a_value_of_the_wrong_type_costs_only_its_row(lms: Any) -> None:
    """A hook gives the database something that it cannot store, for one person."""
    edit = lms.edit_user

    def edit_user(session: Session, user: Any, change: Change) -> None:
        edit(session, user, change)
        if change.first_name == "Augusta":
            user.changed_at = object()

    ids = [outcome.account_id for outcome in lms.create([ADA, BOB])]
    lms.edit_user = edit_user
    outcomes = lms.update([Change(ids[0], first_name="Augusta"), Change(ids[1], first_name="Robert")])

    assert [(one.status, one.code) for one in outcomes] == [(S.REJECTED, "hook"), (S.UPDATED, "")]


def test_a_failed_commit_gives_unknown(lms: Any, minimal: Any) -> None:
    """What was refused stays refused; what was done may or may not have been kept."""

    @sa.event.listens_for(minimal.db.session, "before_commit")
    def fail(session: Session) -> None:
        if session.in_nested_transaction():
            return
        raise sa.exc.OperationalError("COMMIT", {}, Exception("lost"))

    refused = NewAccount("p3", "c@example.test", "C", "D", AccountState.ACTIVE, {"nonsense": "1"})
    outcomes = lms.create([ADA, refused])

    assert [(one.status, one.code) for one in outcomes] == [
        (S.UNKNOWN, "commit"),
        (S.REJECTED, "field.unknown"),
    ]
