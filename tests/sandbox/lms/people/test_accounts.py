import pytest
from flask import Flask

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Host, KeyKind, NewAccount, OutcomeStatus
from connector.core.rules.address_order import parking_address
from connector.sandbox.lms.db.tables import User as UserRow
from connector.sandbox.lms.db.tables import UserType, db
from connector.sandbox.lms.people import accounts
from tests.sandbox.lms.conftest import NORTHFIELD_ID, host_of
from tests.sandbox.lms.rows import account, account_id, add, find, mails, new, user


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


@pytest.mark.req("A5", "A6")
def test_an_account_comes_into_being_without_an_admin(any_app: Flask, host: Host) -> None:
    """A created row is a learner with all its values, and no mail is sent."""
    values = {"job_title": "Nurse", "work_state": "OH", "hire_date": "2026-03-09", "level": "3"}

    outcome = host.create([new("ada", values, external_id="p-1")])[0]

    found = account(host, account_id(outcome))
    shown = {key: value for key, value in found.fields.items() if value is not None}
    assert outcome.status is OutcomeStatus.CREATED
    assert (found.email, found.first_name, found.last_name) == ("ada@northfield.example", "Ada", "Newman")
    assert (found.state, found.is_learner, found.external_id) == (AccountState.ACTIVE, True, "p-1")
    assert shown == values
    assert found.version == outcome.version == "1"
    assert found.last_mailed_at is None
    assert mails(any_app) == []


def test_a_field_without_a_value_is_empty(host: Host) -> None:
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
        (new("ada", email="a\u200b@b.example"), "email"),
        (new("ada", email="a@b.example; c@b.example"), "email"),
        (new("ada", email="mailto:a@b.example"), "email"),
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
    """A create with a taken address or key, in the portal or in the same batch, gets the existing account's id."""
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
            Change("a\x00", first_name="Eve"),
            Change(bea, first_name="Beatrice"),
        ]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("rejected", "email.taken"),
        ("rejected", "external_id.taken"),
        ("rejected", "field.choice"),
        ("not_found", "not_found"),
        ("not_found", "not_found"),
        ("updated", ""),
    ]


@pytest.mark.req("A7")
def test_a_type_that_was_set_by_hand_stays(any_app: Flask, host: Host) -> None:
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
    """An existing learner, found by an address in another letter case, gets our key."""
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
    monkeypatch.setattr(accounts, "_owners", lambda *values: next(answers, None) or look_up(*values))

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
    monkeypatch.setattr(accounts, "_owners", lambda *values: next(answers, None) or look_up(*values))

    outcomes = host.update(
        [Change(ada, email="bea@northfield.example"), Change(cleo, first_name="Cleopatra")]
    )

    assert [(outcome.status.value, outcome.code) for outcome in outcomes] == [
        ("rejected", "email.taken"),
        ("updated", ""),
    ]
    assert account(host, ada).email == "ada@northfield.example"
    assert account(host, bea).version == "1"


@pytest.mark.req("D26")
def test_an_account_can_have_a_parking_address(any_app: Flask, host: Host) -> None:
    """It has one while people swap their addresses."""
    created = account_id(host.create([new("ada", external_id="p-1")])[0])

    outcome = host.update([Change(created, email=parking_address("p-1"))])[0]

    assert outcome.status is OutcomeStatus.UPDATED
    assert account(host, created).email == parking_address("p-1")
