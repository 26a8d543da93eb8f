"""What the base class does around a developer's hooks: transactions, refusals, mail, and the LMS's own side."""

import smtplib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Host, Invitation, Key, KeyKind, NewAccount, OutcomeStatus
from connector.core.ports.lms import Lms, Portal, Viewer
from connector.errors import HostContractError, HostUnavailable
from connector.hosts import Columns, InProcessLms, RowRefused
from connector.hosts.inprocess import PAGE_SIZE

ADA = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE)
BOB = NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.ACTIVE)
S = OutcomeStatus


@pytest.fixture
def lms(minimal: Any) -> Any:
    """The smallest LMS, of a class that a test may bend."""

    class Bent(minimal.SmallLms):  # type: ignore[misc]
        """The same, and a test's own attributes."""

    return Bent(minimal.db)


def test_it_is_both_an_lms_and_a_host(lms: Any) -> None:
    """mypy holds the class against both protocols here."""
    whole: InProcessLms[Any] = lms
    portal: Lms = whole
    host: Host = whole

    assert portal.host("main") is host


# --- one transaction, a savepoint a row ---


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(RowRefused("name.too_long"), "name.too_long", id="a refusal"),
        pytest.param(ValueError("Ada has no middle name"), "value", id="any other value error"),
    ],
)
def test_what_a_hook_refuses_is_an_outcome(lms: Any, error: ValueError, code: str) -> None:
    """The text of an ordinary error may have a name in it and is not repeated."""
    make = lms.new_user

    def new_user(session: Session, row: NewAccount) -> Any:
        if row is ADA:
            raise error
        return make(session, row)

    lms.new_user = new_user
    outcomes = lms.create([ADA, BOB])

    assert [(one.status, one.code) for one in outcomes] == [(S.REJECTED, code), (S.CREATED, "")]


def test_a_half_made_change_is_undone_with_its_row(lms: Any, minimal: Any) -> None:
    """A hook that refuses after it has begun to write leaves nothing behind."""
    [created] = lms.create([ADA])

    def edit_user(session: Session, user: Any, change: Change) -> None:
        user.last_name = change.last_name
        raise RowRefused("too_late")

    lms.edit_user = edit_user
    [outcome] = lms.update([Change(created.account_id, last_name="King")])

    assert (outcome.status, outcome.code) == (S.REJECTED, "too_late")
    assert minimal.db.session.get(minimal.User, int(created.account_id)).last_name == "Lovelace"


def test_a_rule_of_the_database_refuses_its_row_alone(lms: Any) -> None:
    """A rule that nobody here knows of is no reason to call it the same person."""

    def edit_user(session: Session, user: Any, change: Change) -> None:
        user.first_name = None if change.first_name == "Nobody" else change.first_name

    ids = [outcome.account_id for outcome in lms.create([ADA, BOB])]
    lms.edit_user = edit_user
    outcomes = lms.update([Change(ids[0], first_name="Nobody"), Change(ids[1], first_name="Robert")])

    assert [(one.status, one.code) for one in outcomes] == [(S.REJECTED, "constraint"), (S.UPDATED, "")]


def test_whoever_was_quicker_is_found(lms: Any) -> None:
    """Somebody gets the address between the look-up and the write: the answer is EXISTS all the same."""
    [there] = lms.create([ADA])
    everybody = lms.users()
    views = iter([everybody.where(sa.false())] * 2)
    lms.users = lambda: next(views, everybody)
    [outcome] = lms.create([ADA])

    assert (outcome.status, outcome.account_id) == (S.EXISTS, there.account_id)


def test_the_listeners_of_the_lms_hear_of_every_user(lms: Any, minimal: Any) -> None:
    """Its own session events fire as they do for its own pages."""
    heard: list[str] = []

    @sa.event.listens_for(minimal.db.session, "before_flush")
    def listen(session: Session, context: object, instances: object) -> None:
        heard.extend(user.external_id for user in session.new)

    lms.create([ADA, BOB])

    assert heard == ["p1", "p2"]


def test_what_the_lms_has_half_done_is_not_committed(lms: Any, minimal: Any) -> None:
    """The batch commits its own rows, and leaves the request's alone."""
    minimal.db.session.add(minimal.User(first_name="Half", last_name="Done", email="half@example.test"))
    lms.create([ADA])
    minimal.db.session.rollback()

    assert [user.email for user in minimal.db.session.query(minimal.User)] == ["ada@example.test"]


def test_a_failing_database_takes_the_whole_batch_back_and_names_nobody(lms: Any) -> None:
    """What was written before it failed is not kept; the database's own words would have the row in them."""
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


def test_a_value_of_the_wrong_type_is_the_developers_to_mend(lms: Any) -> None:
    """It is no row's fault."""

    def edit_user(session: Session, user: Any, change: Change) -> None:
        user.changed_at = object()

    [created] = lms.create([ADA])
    lms.edit_user = edit_user
    with pytest.raises(HostContractError, match="TypeError"):
        lms.update([Change(created.account_id, first_name="Augusta")])


def test_a_commit_that_fails_leaves_it_unknown(lms: Any, minimal: Any) -> None:
    """What was refused is refused; what was done may or may not have been kept."""

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


# --- mail ---


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        pytest.param(ConnectionRefusedError(), S.RETRY, "mail.unreachable", id="nobody there"),
        pytest.param(smtplib.SMTPRecipientsRefused({}), S.REJECTED, "mail.refused", id="refused"),
        pytest.param(smtplib.SMTPServerDisconnected(), S.UNKNOWN, "mail.unknown", id="hung up"),
        pytest.param(TimeoutError(), S.UNKNOWN, "mail.unknown", id="no answer"),
        pytest.param(RowRefused("mail.opted_out"), S.REJECTED, "mail.opted_out", id="the hook's own no"),
    ],
)
def test_what_became_of_a_mail_depends_on_how_it_failed(
    lms: Any, error: Exception, status: OutcomeStatus, code: str
) -> None:
    """Only what was certainly not handed over may be sent again; the next mail is sent all the same."""
    ids = [outcome.account_id for outcome in lms.create([ADA, BOB])]
    send = lms.send

    def failing(session: Session, user: Any, mail: Mail) -> None:
        if str(user.id) == ids[0]:
            raise error
        send(session, user, mail)

    lms.send = failing
    outcomes = lms.invite([Invitation(account_id, Mail.WELCOME) for account_id in ids])

    assert [(one.status, one.code) for one in outcomes] == [(status, code), (S.SENT, "")]


# --- edits ---


def test_a_host_without_a_column_for_edits_says_so(lms: Any, minimal: Any) -> None:
    """The capability is off, and asking all the same names what is missing."""
    lms.columns = Columns(minimal.User.id, minimal.User.external_id, minimal.User.email)

    assert not lms.capabilities().changed_since
    with pytest.raises(HostContractError, match="changed_at"):
        next(lms.changed_since(datetime(2026, 3, 2, tzinfo=UTC)))


def test_edits_are_told_page_by_page_and_each_once(lms: Any) -> None:
    """More than one page of them, with no session open in between: whoever asks may write meanwhile."""
    count = PAGE_SIZE + 1
    rows = [replace(ADA, external_id=f"p{n}", email=f"e{n}@example.test") for n in range(count)]
    ids = [outcome.account_id for outcome in lms.create(rows)]
    told = []
    for touched in lms.changed_since(datetime(2026, 3, 2, tzinfo=UTC)):
        told.append(touched.account_id)
        if len(told) == 1:
            lms.create([BOB])

    assert sorted(told[:count], key=int) == ids
    assert len(set(told)) == len(told)


# --- the LMS's side ---


@pytest.fixture
def people(minimal: Any) -> dict[str, int]:
    """An admin and a learner, by role."""
    users = {
        role: minimal.User(first_name=role, last_name="X", email=f"{role}@example.test", role=role)
        for role in ("admin", "learner")
    }
    minimal.db.session.add_all(users.values())
    minimal.db.session.commit()
    return {role: user.id for role, user in users.items()}


@pytest.mark.req("A40")
@pytest.mark.parametrize(
    ("role", "full"),
    [pytest.param("admin", {"main"}, id="admin"), pytest.param("learner", set(), id="learner")],
)
def test_only_an_admin_has_full_permissions(
    lms: Any, minimal: Any, people: dict[str, int], role: str, full: set[str]
) -> None:
    """Everybody belongs to the one portal."""
    lms.current_user = lambda: minimal.db.session.get(minimal.User, people[role])

    assert lms.viewer() == Viewer(str(people[role]), f"{role} X", frozenset({"main"}), frozenset(full))


def test_nobody_is_nobody(lms: Any) -> None:
    """Without a signed-in user there is no viewer."""
    lms.current_user = lambda: None

    assert lms.viewer() is None


@pytest.mark.req("A43")
def test_a_portal_is_there_while_the_operator_wants_it(lms: Any) -> None:
    """Switched off, it cannot be found."""
    there = [lms.portal("main"), lms.portal("other"), list(lms.portals())]
    lms.enabled = False

    assert there == [Portal("main", "Small LMS"), None, [Portal("main", "Small LMS")]]
    assert [lms.portal("main"), list(lms.portals())] == [None, []]
