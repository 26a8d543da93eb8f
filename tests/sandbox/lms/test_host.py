from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from connector.core.ports import (
    Change,
    Host,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Touched,
)
from connector.core.records import Account, AccountState, Field, FieldType, Mail
from connector.errors import HostUnavailable
from connector.sandbox.lms import accounts, people
from connector.sandbox.lms.models import User as UserRow
from connector.sandbox.lms.models import UserType, db
from connector.sandbox.lms.seed import MANAGER_EMAIL
from tests.clock import Clock
from tests.sandbox.lms.conftest import DAYTON_ID, NORTHFIELD_ID, SEEDED_AT, host_of
from tests.sandbox.lms.rows import account, account_id, add, count, mails, new, set_portal, tell, user


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


def find(host: Host, kind: KeyKind, value: str) -> Sequence[Account]:
    """What one look-up finds."""
    key = Key(kind, value)
    found = host.find([key])
    assert isinstance(found, Mapping)
    return found[key]


def statuses(outcomes: Sequence[Outcome]) -> list[OutcomeStatus]:
    """What became of each row."""
    return [outcome.status for outcome in outcomes]


def statement_count(engine: Engine, act: Callable[[], object]) -> int:
    """How many statements are sent while `act` runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.req("A5", "A6")
def test_an_account_comes_into_being_without_an_admin(any_app: Flask, host: Host) -> None:
    """A created row is a learner with everything that was given, and nobody was written to."""
    given = {"job_title": "Nurse", "work_state": "OH", "hire_date": "2026-03-09", "level": "3"}

    outcome = host.create([new("ada", given, external_id="p-1")])[0]

    found = account(host, account_id(outcome))
    shown = {key: value for key, value in found.fields.items() if value is not None}
    assert outcome.status is OutcomeStatus.CREATED
    assert (found.email, found.first_name, found.last_name) == ("ada@northfield.example", "Ada", "Newman")
    assert (found.state, found.is_learner, found.external_id) == (AccountState.ACTIVE, True, "p-1")
    assert shown == given
    assert found.version == outcome.version == "1"
    assert found.told_at is None
    assert mails(any_app) == []


def test_a_field_without_a_value_is_known_to_be_empty(host: Host) -> None:
    """Every field of the portal is in an account, so that the sync need not guess."""
    found = account(host, add(host, new("ada")))

    assert set(found.fields) == {field.key for field in host.fields()}
    assert set(found.fields.values()) == {None}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (new("ada", email="not-an-address"), "email"),
        (new("ada", email="a@" + "b" * 260), "email"),
        (new("ada", email="a\x00@b.example"), "email"),
        (new("x" * 200, external_id="p-1", email="x@northfield.example"), "name"),
        (new("ada", external_id="e" * 101), "external_id"),
        (new("ada", state=AccountState.SUSPENDED), "state"),
        (new("ada", {"shoe_size": "42"}), "field.unknown"),
        (new("ada", {"work_state": "PR"}), "field.choice"),
        (new("ada", {"work_state": "oh"}), "field.choice"),
        (new("ada", {"hire_date": "03/09/2026"}), "field.type"),
        (new("ada", {"hire_date": "2026-02-30"}), "field.type"),
        (new("ada", {"level": "3.5"}), "field.type"),
        (new("ada", {"job_title": "x" * 1001}), "field.length"),
        (new("ada", {"job_title": "a\ud800"}), "field.text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "row",
)
def test_a_row_that_cannot_be_stored_is_refused_alone(app: Flask, row: NewAccount, code: str) -> None:
    """The refusal has a code, writes nothing, and the rows around it are made."""
    host = host_of(app, NORTHFIELD_ID)

    outcomes = host.create([new("before"), row, new("after")])

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("created", ""),
        ("rejected", code),
        ("created", ""),
    ]


def test_what_is_taken_answers_with_its_owner(host: Host) -> None:
    """A create that meets an address or a key, in the portal or in the same batch, names the account there is."""
    ada = add(host, new("ada"))

    outcomes = host.create(
        [
            new("other", email=" ADA@Northfield.example "),
            new("ada", email="new@northfield.example"),
            new("bea"),
            new("BEA", external_id="person-second"),
        ]
    )

    bea = account_id(outcomes[2])
    assert [(outcome.status.value, outcome.account_id, outcome.code) for outcome in outcomes] == [
        ("exists", ada, "email.taken"),
        ("exists", ada, "external_id.taken"),
        ("created", bea, ""),
        ("exists", bea, "email.taken"),
    ]


def test_one_portal_does_not_see_another(any_app: Flask, host: Host) -> None:
    """The same person may be in two portals; neither finds, changes nor collides with the other's account."""
    ada = add(host, new("ada"))
    dayton = host_of(any_app, DAYTON_ID)

    assert find(dayton, KeyKind.ID, ada) == []
    assert statuses(dayton.update([Change(ada, first_name="Eve")])) == [OutcomeStatus.NOT_FOUND]
    assert statuses(dayton.invite([Invitation(ada, Mail.WELCOME)])) == [OutcomeStatus.NOT_FOUND]
    assert statuses(dayton.create([new("ada")])) == [OutcomeStatus.CREATED]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (KeyKind.EXTERNAL_ID, "person-ada"),
        (KeyKind.EMAIL, "ada@northfield.example"),
        (KeyKind.EMAIL, "  ADA@NORTHFIELD.example"),
    ],
)
def test_an_account_is_found_by_every_key(host: Host, kind: KeyKind, value: str) -> None:
    """Addresses are compared trimmed and case-folded, other keys exactly."""
    ada = add(host, new("ada"))

    assert [found.account_id for found in find(host, kind, value)] == [ada]
    assert [found.account_id for found in find(host, KeyKind.ID, ada)] == [ada]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(KeyKind.EXTERNAL_ID, "PERSON-ADA"), (KeyKind.EMAIL, "a%@northfield.example"), (KeyKind.ID, "a\x00")],
)
def test_what_nobody_has_is_found_by_nobody(host: Host, kind: KeyKind, value: str) -> None:
    """A key is no pattern, and one that no database can hold is simply nobody's."""
    add(host, new("ada"))

    assert find(host, kind, value) == []


def test_a_look_up_answers_every_key_that_was_asked(host: Host) -> None:
    """Two spellings of one address are two keys with one answer; more keys than a batch are no trouble."""
    add(host, new("ada"))
    keys = [
        Key(KeyKind.EMAIL, "ada@northfield.example"),
        Key(KeyKind.EMAIL, "ADA@northfield.example"),
        *(Key(KeyKind.EXTERNAL_ID, f"nobody-{number}") for number in range(1200)),
    ]

    found = host.find(keys)

    assert isinstance(found, Mapping)
    assert [len(found[key]) for key in keys] == [1, 1, *[0] * 1200]


def test_a_change_is_sparse_and_counts_the_version_on(host: Host) -> None:
    """What is not named stays; None in a field clears it."""
    ada = add(host, new("ada", {"job_title": "Nurse", "department": "Care"}))

    outcome = host.update(
        [Change(ada, last_name="Lovelace", fields={"job_title": None, "location": "Main"})]
    )[0]

    found = account(host, ada)
    shown = {key: value for key, value in found.fields.items() if value}
    assert (outcome.status, outcome.version) == (OutcomeStatus.UPDATED, "2")
    assert (found.first_name, found.last_name, found.version) == ("Ada", "Lovelace", "2")
    assert shown == {"department": "Care", "location": "Main"}


def test_a_change_of_nothing_is_no_edit(host: Host) -> None:
    """What is already so is unchanged and keeps its version."""
    ada = add(host, new("ada", {"job_title": "Nurse"}))

    outcome = host.update([Change(ada, first_name="Ada", fields={"job_title": "Nurse", "location": None})])[0]

    assert (outcome.status, outcome.version) == (OutcomeStatus.UNCHANGED, "1")


def test_changes_of_one_account_are_made_in_order(host: Host) -> None:
    """The same account twice in a batch ends as its last change says, and freed addresses can be taken."""
    ada, bea = add(host, new("ada")), add(host, new("bea"))

    outcomes = host.update(
        [
            Change(ada, email="ada.new@northfield.example"),
            Change(bea, email="ada@northfield.example"),
            Change(ada, first_name="Adelaide"),
        ]
    )

    assert [outcome.version for outcome in outcomes] == ["2", "2", "3"]
    assert account(host, ada).first_name == "Adelaide"
    assert account(host, bea).email == "ada@northfield.example"


def test_a_change_that_may_not_be_is_refused_alone(host: Host) -> None:
    """A taken key, a bad value and an unknown account leave the rest of the batch alone."""
    ada, bea = add(host, new("ada")), add(host, new("bea"))

    outcomes = host.update(
        [
            Change(ada, email="Bea@northfield.example"),
            Change(ada, external_id="person-bea"),
            Change(ada, fields={"work_state": "PR"}),
            Change("nobody", first_name="Eve"),
            Change(bea, first_name="Beatrice"),
        ]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("rejected", "email.taken"),
        ("rejected", "external_id.taken"),
        ("rejected", "field.choice"),
        ("not_found", "not_found"),
        ("updated", ""),
    ]


@pytest.mark.req("A7")
def test_a_type_that_was_given_by_hand_stays(any_app: Flask, host: Host) -> None:
    """A batch changes a manager's data, never the type, and refuses to end a manager's access."""
    ada = add(host, new("ada"))
    with any_app.app_context():
        db.session.get_one(UserRow, ada).type = UserType.MANAGER
        db.session.commit()

    outcomes = host.update(
        [Change(ada, first_name="Adelaide"), Change(ada, state=AccountState.SUSPENDED, last_name="Gone")]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("updated", ""),
        ("rejected", "not_a_learner"),
    ]
    assert (user(any_app, ada).type, user(any_app, ada).last_name) == (UserType.MANAGER, "Newman")
    assert account(host, ada).is_learner is False


def test_a_suspension_can_be_taken_back(host: Host) -> None:
    """The state goes to and fro, a version each."""
    ada = add(host, new("ada"))

    host.update([Change(ada, state=AccountState.SUSPENDED)])
    suspended = account(host, ada)
    host.update([Change(ada, state=AccountState.ACTIVE)])

    assert (suspended.state, suspended.version) == (AccountState.SUSPENDED, "2")
    assert (account(host, ada).state, account(host, ada).version) == (AccountState.ACTIVE, "3")


def test_provenance_can_be_left_on_an_account_that_was_there(host: Host) -> None:
    """An existing learner, found by an address in other letters, is given our key."""
    (existing,) = find(host, KeyKind.EMAIL, "existing.learner.3@northfield.example")

    outcome = host.update([Change(existing.account_id, external_id="p-9")])[0]

    assert existing.email == "Existing.Learner.3@Northfield.Example"
    assert outcome.status is OutcomeStatus.UPDATED
    assert [found.account_id for found in find(host, KeyKind.EXTERNAL_ID, "p-9")] == [existing.account_id]


def test_a_row_that_another_writer_took_in_between_is_refused_alone(
    any_app: Flask, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look-up that was true when it was made does not lose the batch: the rows are written one by one."""
    ada = add(host, new("ada"))
    look_up = accounts._owners
    answers = iter([{"nothing": "known"}])
    monkeypatch.setattr(accounts, "_owners", lambda *given: next(answers, None) or look_up(*given))

    outcomes = host.create([new("bea"), new("ada", external_id="other"), new("cleo")])

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("created", ""),
        ("exists", "email.taken"),
        ("created", ""),
    ]
    assert outcomes[1].account_id == ada


def test_a_change_that_another_writer_crossed_is_refused_alone(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for changes."""
    ada, bea, cleo = add(host, new("ada")), add(host, new("bea")), add(host, new("cleo"))
    look_up = accounts._owners
    answers = iter([{"nothing": "known"}])
    monkeypatch.setattr(accounts, "_owners", lambda *given: next(answers, None) or look_up(*given))

    outcomes = host.update(
        [Change(ada, email="bea@northfield.example"), Change(cleo, first_name="Cleopatra")]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("rejected", "email.taken"),
        ("updated", ""),
    ]
    assert account(host, ada).email == "ada@northfield.example"
    assert account(host, bea).version == "1"


def test_a_batch_costs_the_same_few_statements_whatever_its_size(any_app: Flask, host: Host) -> None:
    """No statement is sent for each person."""
    with any_app.app_context():
        engine = db.engine
    few = statement_count(
        engine, lambda: host.create([new(f"few{n}", {"work_state": "OH"}) for n in range(2)])
    )
    many = statement_count(
        engine, lambda: host.create([new(f"many{n}", {"work_state": "OH"}) for n in range(400)])
    )

    assert many == few


def test_more_rows_than_a_batch_are_all_answered_in_order(host: Host) -> None:
    """A caller who pays no heed to the batch size loses nothing."""
    outcomes = host.create([new(f"n{number}") for number in range(1001)])

    assert len({outcome.account_id for outcome in outcomes}) == 1001


def test_a_portal_that_is_gone_is_said_to_be(any_app: Flask) -> None:
    """A write to a portal that does not exist stops the batch with an error."""
    with pytest.raises(HostUnavailable, match="no portal 77"):
        host_of(any_app, "77").create([new("ada")])


def test_fields_and_groups_are_listed(host: Host) -> None:
    """The connector's mapping page and its preview see what the portal has set up."""
    fields = {field.key: field for field in host.fields()}

    assert fields["supervisor"] == Field(
        "supervisor", "Supervisor", FieldType.STRING_CHOICE, choices=("Yes", "No")
    )
    assert "PR" not in fields["work_state"].choices
    assert [group.name for group in host.groups()] == ["Ohio", "Supervisors"]


def test_edits_by_anybody_are_told_apart_by_time(any_app: Flask, host: Host, clock: Clock) -> None:
    """`changed_since` gives each account edited at or after the instant, with its version now."""
    ada, bea = add(host, new("ada")), add(host, new("bea"))
    edited_at = clock.advance(timedelta(hours=1))
    host.update([Change(bea, first_name="Beatrice")])
    clock.advance(timedelta(hours=1))
    tell(host, ada, Mail.WELCOME)

    assert list(host.changed_since(edited_at)) == [Touched(bea, "2")]
    assert list(host.changed_since(edited_at + timedelta(microseconds=1))) == []


@pytest.mark.req("A13", "A19")
def test_a_batch_of_mails_is_told_on_the_accounts(any_app: Flask, host: Host, clock: Clock) -> None:
    """Link, mail and date come together; writing to somebody is no edit of the account."""
    ada, bea = add(host, new("ada")), add(host, new("bea", state=AccountState.PENDING))

    outcomes = host.invite([Invitation(ada, Mail.WELCOME), Invitation(bea, Mail.INVITATION)])

    assert statuses(outcomes) == [OutcomeStatus.SENT, OutcomeStatus.SENT]
    assert [mail.recipient for mail in mails(any_app)] == ["ada@northfield.example", "bea@northfield.example"]
    assert (user(any_app, ada).welcomed_at, user(any_app, bea).invited_at) == (clock(), clock())
    assert (account(host, ada).told_at, account(host, ada).version) == (clock().astimezone(UTC), "1")


def test_a_mail_that_may_not_be_sent_is_refused_alone(any_app: Flask, host: Host) -> None:
    """A suspended account, an unknown one and no mail at all are told apart; the rest is sent."""
    ada, bea = add(host, new("ada")), add(host, new("bea"))
    host.update([Change(ada, state=AccountState.SUSPENDED)])

    outcomes = host.invite(
        [
            Invitation(ada, Mail.WELCOME),
            Invitation("nobody", Mail.WELCOME),
            Invitation(bea, Mail.NONE),
            Invitation(bea, Mail.WELCOME),
        ]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("rejected", "suspended"),
        ("not_found", "not_found"),
        ("rejected", "mail"),
        ("sent", ""),
    ]
    assert len(mails(any_app)) == 1


@pytest.mark.req("A16")
def test_a_portal_with_single_sign_on_mails_nobody(any_app: Flask, host: Host) -> None:
    """The account is made; asking for a mail is refused."""
    set_portal(any_app, "northfield", sso=True)
    ada = add(host, new("ada"))

    outcome = host.invite([Invitation(ada, Mail.WELCOME)])[0]

    assert (outcome.status, outcome.code) == (OutcomeStatus.REJECTED, "sso")
    assert mails(any_app) == []


def test_a_batch_does_not_commit_what_a_page_has_half_done(app: Flask) -> None:
    """The host has a session of its own: what the request's session is about to write stays unwritten."""
    with app.app_context():
        db.session.add(UserRow(**people.new_row(1, SEEDED_AT, **people.identity("half@x.example", "", ""))))

        add(host_of(app, NORTHFIELD_ID), new("ada"))
        db.session.rollback()

    assert find(host_of(app, NORTHFIELD_ID), KeyKind.EMAIL, "half@x.example") == []


def test_a_failure_in_the_middle_of_a_batch_leaves_nothing(
    any_app: Flask, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts and what follows from them are one transaction."""
    before = count(any_app, UserRow)

    def broken(*_: object) -> None:
        raise RuntimeError("the rules broke")

    monkeypatch.setattr("connector.sandbox.lms.rules.refresh", broken)
    with pytest.raises(RuntimeError, match="the rules broke"):
        host.create([new("ada")])

    assert count(any_app, UserRow) == before


def test_the_demo_has_a_manager_who_is_an_employee(host: Host) -> None:
    """An account that a sync must not adopt is there to be seen."""
    (found,) = find(host, KeyKind.EMAIL, MANAGER_EMAIL)

    assert found.is_learner is False
