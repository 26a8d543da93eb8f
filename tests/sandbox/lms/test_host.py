from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from connector.core.model.account import AccountState, Field, FieldType, Mail
from connector.core.ports.host import Change, EditedAccount, Host, Invitation, Key, KeyKind, OutcomeStatus
from connector.errors import HostUnavailable
from connector.sandbox.lms.db.tables import User as UserRow
from connector.sandbox.lms.db.tables import db
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.seed import MANAGER_EMAIL
from tests.clock import Clock
from tests.sandbox.lms.conftest import DAYTON_ID, NORTHFIELD_ID, SEEDED_AT, host_of
from tests.sandbox.lms.rows import (
    account,
    add,
    count,
    find,
    mails,
    new,
    send_mail,
    set_portal,
    statuses,
    user,
)


@pytest.fixture
def host(any_app: Flask) -> Host:
    """Northfield's user API on each database."""
    return host_of(any_app, NORTHFIELD_ID)


def statement_count(engine: Engine, act: Callable[[], object]) -> int:
    """How many statements are sent while `act` runs."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


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
def test_an_unknown_key_finds_no_account(host: Host, kind: KeyKind, value: str) -> None:
    """A key is no pattern, and a key that no database can store finds nothing."""
    add(host, new("ada"))

    assert find(host, kind, value) == []


def test_a_look_up_answers_every_key(host: Host) -> None:
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


def test_two_writers_at_once_create_no_account_twice(any_app: Flask) -> None:
    """Batches of one portal take turns: one of them creates each row, and the other gets its id."""
    rows = [new(f"n{number}", {"work_state": "OH"}) for number in range(200)]
    hosts = [host_of(any_app, NORTHFIELD_ID) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda host: host.create(rows), hosts)

    assert {outcome.account_id for outcome in first} == {outcome.account_id for outcome in second}
    assert [{a.status, b.status} for a, b in zip(first, second, strict=True)] == [
        {OutcomeStatus.CREATED, OutcomeStatus.EXISTS}
    ] * 200


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


def test_edits_by_anyone_are_found_by_their_time(any_app: Flask, host: Host, clock: Clock) -> None:
    """`changed_since` gives each account edited at or after the instant, with its version now."""
    ada, bea = add(host, new("ada")), add(host, new("bea"))
    edited_at = clock.advance(timedelta(hours=1))
    host.update([Change(bea, first_name="Beatrice")])
    clock.advance(timedelta(hours=1))
    send_mail(host, ada, Mail.WELCOME)

    assert list(host.changed_since(edited_at)) == [EditedAccount(bea, "2")]
    assert list(host.changed_since(edited_at + timedelta(microseconds=1))) == []


@pytest.mark.req("A13", "A19")
def test_a_batch_of_mails_is_dated_on_the_accounts(any_app: Flask, host: Host, clock: Clock) -> None:
    """Link, mail and date come together; mailing a user is no edit of the account."""
    ada, bea = add(host, new("ada")), add(host, new("bea", state=AccountState.PENDING))

    outcomes = host.invite([Invitation(ada, Mail.WELCOME), Invitation(bea, Mail.INVITATION)])

    assert statuses(outcomes) == [OutcomeStatus.SENT, OutcomeStatus.SENT]
    assert [mail.recipient for mail in mails(any_app)] == ["ada@northfield.example", "bea@northfield.example"]
    assert (user(any_app, ada).welcomed_at, user(any_app, bea).invited_at) == (clock(), clock())
    assert (account(host, ada).last_mailed_at, account(host, ada).version) == (clock().astimezone(UTC), "1")


def test_a_mail_that_may_not_be_sent_is_refused_alone(any_app: Flask, host: Host) -> None:
    """A suspended account, an unknown one and no mail at all have different codes; the rest is sent."""
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
def test_a_portal_with_single_sign_on_sends_no_mail(any_app: Flask, host: Host) -> None:
    """The account is made; asking for a mail is refused."""
    set_portal(any_app, "northfield", sso=True)
    ada = add(host, new("ada"))

    outcome = host.invite([Invitation(ada, Mail.WELCOME)])[0]

    assert (outcome.status, outcome.code) == (OutcomeStatus.REJECTED, "sso")
    assert mails(any_app) == []


def test_a_batch_does_not_commit_what_a_page_has_half_done(app: Flask) -> None:
    """The host has a session of its own: what the request's session is about to write stays unwritten."""
    with app.app_context():
        db.session.add(UserRow(**checks.new_row(1, SEEDED_AT, **checks.identity("half@x.example", "", ""))))

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

    monkeypatch.setattr("connector.sandbox.lms.groups.rules.refresh", broken)
    with pytest.raises(RuntimeError, match="the rules broke"):
        host.create([new("ada")])

    assert count(any_app, UserRow) == before


def test_the_demo_has_a_manager_who_is_an_employee(host: Host) -> None:
    """An account that a sync must not adopt is there to be seen."""
    (found,) = find(host, KeyKind.EMAIL, MANAGER_EMAIL)

    assert found.is_learner is False
