"""The promises of a host, kept by every one of them: what the sync relies on, whatever the LMS is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from connector.core.ports import (
    Change,
    Host,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
)
from connector.core.records import Account, AccountState, Mail
from tests.hosts.conftest import Rig

ADA = NewAccount("p1", "Ada@Example.test", "Ada", "Lovelace", AccountState.ACTIVE, {"job_title": "Analyst"})
BOB = NewAccount("p2", "bob@example.test", "Bob", "Noyce", AccountState.PENDING)

S = OutcomeStatus


def statuses(outcomes: Sequence[Outcome]) -> list[OutcomeStatus]:
    """What became of each row."""
    return [outcome.status for outcome in outcomes]


def create(host: Host, *rows: NewAccount) -> list[str]:
    """The ids of accounts that are made now."""
    outcomes = host.create(rows)
    assert statuses(outcomes) == [S.CREATED] * len(rows)
    return [outcome.account_id or "" for outcome in outcomes]


def find(host: Host, kind: KeyKind, value: str) -> list[Account]:
    """Whoever carries one key."""
    key = Key(kind, value)
    found = host.find([key])
    assert isinstance(found, dict)
    return [with_filled_fields(account) for account in found[key]]


def with_filled_fields(account: Account) -> Account:
    """The account with the fields that have a value: an empty one may be None or left out."""
    return replace(account, fields={key: value for key, value in account.fields.items() if value is not None})


def account(host: Host, account_id: str) -> Account:
    """An account as it is now."""
    [found] = find(host, KeyKind.ID, account_id)
    return found


# --- create ---


@pytest.mark.req("A3", "A5", "A6")
def test_a_new_account_is_a_learner_with_what_was_asked(host: Host) -> None:
    """Name, email, external id, state and fields, and nothing more."""
    [ada_id, bob_id] = create(host, ADA, BOB)

    ada, bob = account(host, ada_id), account(host, bob_id)
    assert (ada.email, ada.first_name, ada.last_name, ada.external_id) == (
        "Ada@Example.test",
        "Ada",
        "Lovelace",
        "p1",
    )
    assert (ada.fields, ada.state, bob.state) == (
        {"job_title": "Analyst"},
        AccountState.ACTIVE,
        AccountState.PENDING,
    )
    assert ada.is_learner
    assert bob.is_learner


def test_the_version_of_an_outcome_is_that_of_the_account(host: Host) -> None:
    """What the connector remembers is what it finds later, while nobody edits."""
    [created] = host.create([ADA])
    assert created.account_id is not None
    [updated] = host.update([Change(created.account_id, first_name="Augusta")])

    assert created.version
    assert updated.version == account(host, created.account_id).version
    assert updated.version != created.version


def test_outcomes_come_in_the_order_of_the_rows(host: Host) -> None:
    """One a row, and the third is the third's."""
    rows = [
        replace(ADA, external_id=f"p{number}", email=f"e{number}@example.test") for number in (5, 3, 4, 1, 2)
    ]
    ids = create(host, *rows)

    assert [account(host, account_id).external_id for account_id in ids] == ["p5", "p3", "p4", "p1", "p2"]


def test_no_rows_give_no_outcomes(host: Host) -> None:
    """An empty batch is no error."""
    assert [list(host.create([])), list(host.update([])), list(host.invite([]))] == [[], [], []]


@pytest.mark.req("A11", "A16", "D13")
def test_a_new_account_causes_no_mail(rig: Rig) -> None:
    """Mail is a step of its own, whatever the state of the account."""
    create(rig.host, ADA, BOB)

    assert rig.mailed() == []


@pytest.mark.req("A9")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(replace(ADA, email="other@example.test"), id="by external id"),
        pytest.param(replace(ADA, external_id="p9"), id="by email"),
        pytest.param(replace(ADA, external_id="p9", email=" ADA@EXAMPLE.TEST "), id="by email in capitals"),
    ],
)
def test_whoever_is_there_is_not_made_twice(host: Host, row: NewAccount) -> None:
    """The answer names the account that is in the way, and leaves it as it is."""
    [ada_id] = create(host, ADA)
    before = account(host, ada_id)
    [outcome] = host.create([row])

    assert (outcome.status, outcome.account_id) == (S.EXISTS, ada_id)
    assert account(host, ada_id) == before


def test_two_rows_of_one_batch_cannot_have_one_email(host: Host) -> None:
    """The second is answered as if the first had been there before."""
    outcomes = host.create([ADA, replace(ADA, external_id="p9", email="ada@example.test")])

    assert statuses(outcomes) == [S.CREATED, S.EXISTS]
    assert outcomes[1].account_id == outcomes[0].account_id


def test_a_refused_row_takes_nobody_with_it(host: Host) -> None:
    """The rows before and after it are made, and the reason is a code without a name or an email in it."""
    refused = replace(BOB, fields={"employment_type": "Sometimes"})
    carol = replace(ADA, external_id="p3", email="carol@example.test")
    outcomes = host.create([ADA, refused, carol])

    assert statuses(outcomes) == [S.CREATED, S.REJECTED, S.CREATED]
    assert outcomes[1].code
    assert "bob" not in outcomes[1].code.lower()
    assert find(host, KeyKind.EMAIL, BOB.email) == []


# --- fields ---


@pytest.mark.req("A32", "D12")
@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        pytest.param("employment_type", "Regular", True, id="a choice"),
        pytest.param("employment_type", "regular", False, id="a choice in other letters"),
        pytest.param("employment_type", "Regular ", False, id="a choice with a space"),
        pytest.param("hire_date", "2026-03-02", True, id="a date"),
        pytest.param("hire_date", "03/02/2026", False, id="a date in another form"),
        pytest.param("hire_date", "2026-02-30", False, id="a date that there is not"),
        pytest.param("shoe_size", "43", False, id="a field that there is not"),
        pytest.param("job_title", "Größe: 大", True, id="a text in any letters"),
    ],
)
@pytest.mark.parametrize("call", ["create", "update"])
def test_a_value_that_does_not_fit_is_refused_before_anything_is_written(
    host: Host, call: str, key: str, value: str, accepted: bool
) -> None:
    """The row is refused as a whole; what was there before stays."""
    if call == "create":
        [outcome] = host.create([replace(ADA, fields={key: value})])
        expected, done = {key: value}, S.CREATED
    else:
        [ada_id] = create(host, ADA)
        [outcome] = host.update([Change(ada_id, first_name="Augusta", fields={key: value})])
        expected, done = {"job_title": "Analyst", key: value}, S.UPDATED
    found = find(host, KeyKind.EXTERNAL_ID, "p1")

    assert outcome.status == (done if accepted else S.REJECTED)
    if accepted:
        assert [one.fields for one in found] == [expected]
    else:
        assert [(one.first_name, one.fields) for one in found] in ([], [("Ada", ADA.fields)])


def test_every_field_has_a_key_of_its_own(host: Host) -> None:
    """The mapping page offers them, and the plan checks values against them."""
    fields = {field.key: field for field in host.fields()}

    assert len(fields) == len(host.fields())
    assert "Regular" in fields["employment_type"].choices


# --- update ---


@pytest.mark.req("A10", "A17")
def test_a_sparse_change_leaves_the_rest_alone(host: Host) -> None:
    """Only what is named changes."""
    [ada_id] = create(host, ADA)
    before = account(host, ada_id)
    [outcome] = host.update([Change(ada_id, last_name="King", fields={"hire_date": "2026-03-02"})])

    assert outcome.status is S.UPDATED
    assert account(host, ada_id) == replace(
        before,
        last_name="King",
        fields={"job_title": "Analyst", "hire_date": "2026-03-02"},
        version=outcome.version,
    )


@pytest.mark.req("D11")
def test_a_field_can_be_cleared(host: Host) -> None:
    """A cleared field is empty afterwards, and clearing it again changes nothing."""
    [ada_id] = create(host, ADA)
    clear = Change(ada_id, fields={"job_title": None})
    outcomes = [*host.update([clear]), *host.update([clear])]

    assert statuses(outcomes) == [S.UPDATED, S.UNCHANGED]
    assert account(host, ada_id).fields == {}


def test_a_change_to_what_is_there_changes_nothing(host: Host) -> None:
    """The version stays, too: the sync would take a new one for somebody's edit."""
    [created] = host.create([ADA])
    assert created.account_id is not None
    [outcome] = host.update(
        [Change(created.account_id, email=ADA.email, first_name="Ada", state=AccountState.ACTIVE)]
    )

    assert (outcome.status, outcome.version) == (S.UNCHANGED, created.version)


def test_an_account_that_is_gone_is_not_found(host: Host) -> None:
    """Whatever the id looks like; the rest of the batch is done."""
    [ada_id] = create(host, ADA)
    changes = [Change(gone, first_name="X") for gone in ("987654321", "no such id", "")]
    outcomes = host.update([*changes, Change(ada_id, first_name="Augusta")])

    assert statuses(outcomes) == [S.NOT_FOUND, S.NOT_FOUND, S.NOT_FOUND, S.UPDATED]


@pytest.mark.parametrize(
    "take",
    [
        pytest.param(lambda bob_id: Change(bob_id, email="ADA@example.test"), id="an email"),
        pytest.param(lambda bob_id: Change(bob_id, external_id="p1"), id="an external id"),
    ],
)
def test_nobody_gets_what_somebody_else_has(host: Host, take: Callable[[str], Change]) -> None:
    """The row is refused, and both accounts stay as they were."""
    ids = create(host, ADA, BOB)
    before = [account(host, account_id) for account_id in ids]
    [outcome] = host.update([take(ids[1])])

    assert outcome.status is S.REJECTED
    assert [account(host, account_id) for account_id in ids] == before


@pytest.mark.req("D1")
def test_an_external_id_can_be_put_on_an_account_that_was_there(host: Host) -> None:
    """Linking leaves our key, under which the account is found from then on."""
    [ada_id] = create(host, ADA)
    [outcome] = host.update([Change(ada_id, external_id="p7")])

    assert outcome.status is S.UPDATED
    assert [one.account_id for one in find(host, KeyKind.EXTERNAL_ID, "p7")] == [ada_id]
    assert find(host, KeyKind.EXTERNAL_ID, "p1") == []


@pytest.mark.req("D9")
def test_a_learner_is_suspended_and_comes_back(host: Host) -> None:
    """The same account, with everything it had."""
    [ada_id] = create(host, ADA)
    before = account(host, ada_id)
    [suspended] = host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    between = account(host, ada_id).state
    [restored] = host.update([Change(ada_id, state=AccountState.ACTIVE)])

    assert statuses([suspended, restored]) == [S.UPDATED, S.UPDATED]
    assert between is AccountState.SUSPENDED
    assert account(host, ada_id) == replace(before, version=restored.version)


@pytest.mark.req("A7", "D2")
def test_whoever_is_more_than_a_learner_is_never_suspended(rig: Rig) -> None:
    """An admin has given them another type by hand; it stays, and so does their access."""
    [ada_id] = create(rig.host, ADA)
    rig.promote(ada_id)
    [outcome] = rig.host.update([Change(ada_id, state=AccountState.SUSPENDED)])

    ada = account(rig.host, ada_id)
    assert outcome.status is S.REJECTED
    assert (ada.state, ada.is_learner) == (AccountState.ACTIVE, False)


@pytest.mark.req("A7")
def test_an_update_does_not_change_the_type(rig: Rig) -> None:
    """What an admin has made of somebody stays, whatever else is synced."""
    [ada_id] = create(rig.host, ADA)
    rig.promote(ada_id)
    [outcome] = rig.host.update([Change(ada_id, last_name="King")])

    ada = account(rig.host, ada_id)
    assert outcome.status is S.UPDATED
    assert (ada.last_name, ada.is_learner) == ("King", False)


# --- find ---


def test_every_key_that_is_asked_is_answered(host: Host) -> None:
    """With all who carry it, or with nobody."""
    [ada_id, _] = create(host, ADA, BOB)
    keys = [
        Key(KeyKind.ID, ada_id),
        Key(KeyKind.EXTERNAL_ID, "p1"),
        Key(KeyKind.EMAIL, "ada@example.test"),
        Key(KeyKind.EMAIL, "nobody@example.test"),
        Key(KeyKind.ID, "no such id"),
    ]
    found = host.find(keys)
    assert isinstance(found, dict)

    assert {key: [one.external_id for one in found[key]] for key in keys} == {
        keys[0]: ["p1"],
        keys[1]: ["p1"],
        keys[2]: ["p1"],
        keys[3]: [],
        keys[4]: [],
    }


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("stored", "asked", "expected"),
    [
        pytest.param("ada@example.test", "ADA@Example.Test", True, id="capitals"),
        pytest.param("ada@example.test", "  ada@example.test ", True, id="spaces around it"),
        pytest.param("ÅSA@example.test", "åsa@example.test", True, id="letters beyond ASCII"),
        pytest.param("a_a@example.test", "aba@example.test", False, id="a wildcard of SQL"),
        pytest.param("åsa@example.test", "öda@example.test", False, id="another letter beyond ASCII"),
        pytest.param("ada@example.test", "ada@example.tes", False, id="a part of it"),
    ],
)
def test_an_email_is_found_by_its_folded_form_and_by_nothing_else(
    host: Host, stored: str, asked: str, expected: bool
) -> None:
    """Two addresses are one when they are equal trimmed, composed and case-folded."""
    create(host, replace(ADA, email=stored))

    assert (len(find(host, KeyKind.EMAIL, asked)) == 1) is expected


def test_an_external_id_is_found_letter_by_letter(host: Host) -> None:
    """Paycor's ids are no words: case counts."""
    create(host, replace(ADA, external_id="abC"))

    assert len(find(host, KeyKind.EXTERNAL_ID, "abC")) == 1
    assert find(host, KeyKind.EXTERNAL_ID, "abc") == []


# --- invite ---


@pytest.mark.req("A38")
@pytest.mark.parametrize("mail", [Mail.WELCOME, Mail.INVITATION])
def test_an_invitation_is_one_mail(rig: Rig, mail: Mail) -> None:
    """To the one it is for, and once more when it is asked for again."""
    [_, bob_id] = create(rig.host, ADA, BOB)
    outcomes = rig.host.invite([Invitation(bob_id, mail)])
    first = list(rig.mailed())
    rig.host.invite([Invitation(bob_id, mail)])

    assert statuses(outcomes) == [S.SENT]
    assert first == [bob_id]
    assert rig.mailed() == [bob_id, bob_id]


@pytest.mark.req("A8")
def test_nobody_suspended_or_gone_is_mailed(rig: Rig) -> None:
    """The others of the batch are."""
    [ada_id, bob_id] = create(rig.host, ADA, BOB)
    rig.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    outcomes = rig.host.invite(
        [Invitation(account_id, Mail.WELCOME) for account_id in (ada_id, "987654321", bob_id)]
    )

    assert statuses(outcomes) == [S.REJECTED, S.NOT_FOUND, S.SENT]
    assert rig.mailed() == [bob_id]


@pytest.mark.req("A18")
def test_an_update_causes_no_mail(rig: Rig) -> None:
    """Neither a new name nor a new address nor a return."""
    [ada_id] = create(rig.host, ADA)
    rig.host.update([Change(ada_id, email="king@example.test", last_name="King")])
    rig.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    rig.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    assert rig.mailed() == []


def test_a_host_that_tells_when_somebody_was_mailed_tells_it(rig: Rig) -> None:
    """A mail that was cut off is looked up before it is sent again."""
    if not rig.host.capabilities().tells_told_at:
        pytest.skip("This host says that it does not know.")
    [ada_id] = create(rig.host, ADA)
    before, begun = account(rig.host, ada_id).told_at, rig.now()
    rig.host.invite([Invitation(ada_id, Mail.WELCOME)])
    told_at = account(rig.host, ada_id).told_at

    assert before is None
    assert told_at is not None
    assert told_at >= begun


# --- edits by others ---


@pytest.mark.req("A2")
def test_an_edit_by_somebody_else_has_a_version_of_its_own(rig: Rig) -> None:
    """So that a value edited by hand is noticed and put back."""
    [outcome] = rig.host.create([ADA])
    assert outcome.account_id is not None
    rig.rename(outcome.account_id, "Adelaide")

    assert account(rig.host, outcome.account_id).version != outcome.version


@pytest.mark.req("A2")
def test_edits_are_reported_whoever_made_them(rig: Rig) -> None:
    """With the version that the account has now; those who were not touched are left out."""
    [ada_id, bob_id, carol_id] = create(
        rig.host, ADA, BOB, replace(ADA, external_id="p3", email="carol@example.test")
    )
    instant = rig.now()
    rig.rename(ada_id, "Adelaide")
    [ours] = rig.host.update([Change(bob_id, last_name="Metcalfe")])
    touched = {one.account_id: one.version for one in rig.host.changed_since(instant)}

    assert rig.host.capabilities().changed_since
    assert touched == {ada_id: account(rig.host, ada_id).version, bob_id: ours.version}
    assert carol_id not in touched


# --- many ---


@pytest.mark.req("X23")
def test_five_thousand_people_go_through_in_batches(host: Host) -> None:
    """Made, found, changed and reported, with no account lost or doubled."""
    size, count = host.capabilities().batch_size, 5000
    rows = [
        NewAccount(f"p{n}", f"learner.{n}@example.test", "Ada", f"No {n}", AccountState.ACTIVE)
        for n in range(count)
    ]
    parts = [rows[start : start + size] for start in range(0, count, size)]
    created = [outcome for part in parts for outcome in host.create(part)]
    again = [outcome for part in parts for outcome in host.create(part)]
    ids = [outcome.account_id or "" for outcome in created]
    found = [find_all(host, part) for part in parts]
    changes = [Change(account_id, first_name="Augusta") for account_id in ids]
    updated = [
        outcome for start in range(0, count, size) for outcome in host.update(changes[start : start + size])
    ]

    assert len(set(ids)) == count
    assert {outcome.status for outcome in again} == {S.EXISTS}
    assert [outcome.account_id for outcome in again] == ids
    assert sum(found) == count
    assert {outcome.status for outcome in updated} == {S.UPDATED}


def find_all(host: Host, rows: Sequence[NewAccount]) -> int:
    """How many accounts are found by the external ids and emails of these rows, one for each row at best."""
    found = host.find(
        [
            Key(kind, value)
            for row in rows
            for kind, value in ((KeyKind.EXTERNAL_ID, row.external_id), (KeyKind.EMAIL, row.email))
        ]
    )
    assert isinstance(found, dict)
    return len({account.account_id for accounts in found.values() for account in accounts})
