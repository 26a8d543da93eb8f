"""What a host promises about changing accounts, suspending them among it."""

from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, KeyKind, OutcomeStatus
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need
from connector.hosts.contract.trial import NOBODY, Trial, expect, expect_same, expect_statuses, sample

S = OutcomeStatus


@promise("update", req=("A10", "A17"))
def a_sparse_change_leaves_the_rest_alone(trial: Trial) -> None:
    """Only what is named changes."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    outcomes = trial.host.update([Change(ada_id, last_name="King", email=trial.names.email("king"))])
    after = trial.account(ada_id)

    expect_statuses(outcomes, S.UPDATED)
    expect(after.last_name == "King", "A new last name was answered UPDATED, and is not there.")
    expect(after.email.lower() == trial.names.email("king"), "A new address is not there.")
    expect_same(replace(before, last_name="King", email=after.email), after, "A change named others")


@promise("update", Need.STRING, req=("D11",))
def a_field_can_be_cleared(trial: Trial) -> None:
    """A cleared field is empty afterwards, and clearing it again changes nothing."""
    field = trial.rig.field(Need.STRING)
    [ada_id] = trial.create(trial.row("ada", fields={field.key: "Analyst"}))
    clear = Change(ada_id, fields={field.key: None})
    outcomes = [*trial.host.update([clear]), *trial.host.update([clear])]

    expect_statuses(outcomes, S.UPDATED, S.UNCHANGED)
    expect(field.key not in trial.account(ada_id).fields, "A cleared field still has a value.")


@promise("update")
def a_change_to_what_is_there_changes_nothing(trial: Trial) -> None:
    """The version stays, too: the sync would take a new one for somebody's edit."""
    row = trial.row("ada")
    [ada_id] = trial.create(row)
    before = trial.account(ada_id)
    outcomes = trial.host.update(
        [Change(ada_id, email=row.email, first_name="Ada", state=AccountState.ACTIVE)]
    )

    expect_statuses(outcomes, S.UNCHANGED)
    expect(outcomes[0].version == before.version, "A change that changed nothing has a new version.")
    expect_same(before, trial.account(ada_id), "A change to what was there was answered UNCHANGED")


@promise("update")
def an_account_that_is_gone_is_not_found(trial: Trial) -> None:
    """Whatever the id looks like; the rest of the batch is done."""
    [ada_id] = trial.create(trial.row("ada"))
    outcomes = trial.host.update(
        [*(Change(gone, first_name="X") for gone in NOBODY), Change(ada_id, first_name="Augusta")]
    )

    expect_statuses(outcomes, S.NOT_FOUND, S.NOT_FOUND, S.NOT_FOUND, S.UPDATED)
    expect(trial.account(ada_id).first_name == "Augusta", "The rest of the batch was not done.")


@promise("update")
def nobody_gets_the_address_of_somebody_else(trial: Trial) -> None:
    """The row is refused, and both accounts stay as they were."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    _refused(trial, ids, Change(ids[1], email=trial.names.email("ada").upper()))


@promise("update", Need.EXTERNAL_ID)
def nobody_gets_the_key_of_somebody_else(trial: Trial) -> None:
    """The row is refused, and both accounts stay as they were."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    _refused(trial, ids, Change(ids[1], external_id=trial.names.external_id("ada")))


def _refused(trial: Trial, ids: list[str], change: Change) -> None:
    before = [trial.account(account_id) for account_id in ids]
    outcomes = trial.host.update([change])

    expect_statuses(outcomes, S.REJECTED)
    for one in before:
        expect_same(one, trial.account(one.account_id), "A row was answered REJECTED")


@promise("external id", Need.EXTERNAL_ID, req=("D1",))
def an_external_id_can_be_put_on_an_account_that_was_there(trial: Trial) -> None:
    """Linking leaves our key, under which the account is found from then on."""
    [ada_id] = trial.create(trial.row("ada"))
    later = trial.names.external_id("later")
    outcomes = trial.host.update([Change(ada_id, external_id=later)])
    found = [account.account_id for account in trial.found(KeyKind.EXTERNAL_ID, later)]

    expect_statuses(outcomes, S.UPDATED)
    expect(found == [ada_id], "An account is not found by the key that was put on it.")
    expect(
        not trial.found(KeyKind.EXTERNAL_ID, trial.names.external_id("ada")),
        "An account is still found by the key that it had before.",
    )


@promise("external id", Need.EXTERNAL_ID)
def an_external_id_can_be_taken_off(trial: Trial) -> None:
    """By the empty text, of as many accounts as there are; taking it off again changes nothing."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    off = [Change(account_id, external_id="") for account_id in ids]
    outcomes = [*trial.host.update(off), *trial.host.update(off)]

    expect_statuses(outcomes, S.UPDATED, S.UPDATED, S.UNCHANGED, S.UNCHANGED)
    for who, account_id in zip(("ada", "bob"), ids, strict=True):
        expect(trial.account(account_id).external_id is None, "A key that was taken off is still there.")
        expect(
            not trial.found(KeyKind.EXTERNAL_ID, trial.names.external_id(who)),
            "An account is still found by the key that was taken off.",
        )


@promise("suspend", req=("A22", "D9"))
def a_learner_is_suspended_and_comes_back(trial: Trial) -> None:
    """The same account, with everything it had."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    suspended = trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    between = trial.account(ada_id).state
    restored = trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect_statuses([*suspended, *restored], S.UPDATED, S.UPDATED)
    expect(between is AccountState.SUSPENDED, f"A suspended account is {between}.")
    expect_same(before, trial.account(ada_id), "A learner was suspended and came back")


@promise("suspend", Need.SIGN_IN, req=("A22",))
def whoever_is_suspended_cannot_sign_in(trial: Trial) -> None:
    """The effect is tried, not the flag read; whoever comes back is let in again."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.signs_in(ada_id)
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    between = trial.signs_in(ada_id)
    trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect(before, "An active account is not let in, so nothing can be said of a suspended one.")
    expect(not between, "A suspended account is let in.")
    expect(trial.signs_in(ada_id), "An account that came back is not let in.")


@promise("admins", Need.TYPES, req=("A7", "D2"))
def whoever_is_more_than_a_learner_is_never_suspended(trial: Trial) -> None:
    """An admin has given them another type by hand; it stays, and so does their access."""
    [ada_id] = trial.create(trial.row("ada"))
    trial.promote(ada_id)
    before = trial.account(ada_id)
    outcomes = trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])

    expect(not before.is_learner, "An account that is more than a learner is told to be one.")
    expect_statuses(outcomes, S.REJECTED)
    expect_same(before, trial.account(ada_id), "A suspension was answered REJECTED")


@promise("admins", Need.TYPES, req=("A7",))
def an_update_does_not_change_the_type(trial: Trial) -> None:
    """What an admin has made of somebody stays, whatever else is asked for."""
    [ada_id] = trial.create(trial.row("ada"))
    trial.promote(ada_id)
    trial.host.update([Change(ada_id, last_name="King")])

    expect(not trial.account(ada_id).is_learner, "An update made a learner of somebody who is more.")


@promise("admins", Need.OWN_ACCOUNT, req=("D2",))
def the_connectors_own_account_is_never_suspended(trial: Trial) -> None:
    """It would lock itself out, for good."""
    own = trial.rig.own_account_id or ""
    outcomes = trial.host.update([Change(own, state=AccountState.SUSPENDED)])

    expect_statuses(outcomes, S.REJECTED)
    expect(trial.account(own).state is AccountState.ACTIVE, "The connector's own account is suspended.")


@promise("edits by others", Need.EDITS, req=("A2",))
def an_edit_by_somebody_else_has_a_version_of_its_own(trial: Trial) -> None:
    """So that a value edited by hand is noticed and put back."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id).version
    trial.rename(ada_id, "Adelaide")

    expect(trial.account(ada_id).version != before, "An edit by somebody else leaves the version as it was.")


@promise("changed since", Need.CHANGES, Need.EDITS, Need.CLOCK, req=("A2",))
def edits_are_reported_whoever_made_them(trial: Trial) -> None:
    """With the version that the account has now; those who were not touched are left out."""
    ada_id, bob_id, carol_id = trial.create(*map(trial.row, ("ada", "bob", "carol")))
    instant = trial.now()
    trial.rename(ada_id, "Adelaide")
    trial.host.update([Change(bob_id, last_name="Metcalfe")])
    touched = {one.account_id: one.version for one in trial.host.changed_since(instant)}

    for account_id in (ada_id, bob_id):
        expect(touched.get(account_id) == trial.account(account_id).version, "An edit is not reported.")
    expect(carol_id not in touched, "Somebody who was not touched is reported.")


@promise("fields", Need.CHOICE, req=("A32", "D12"))
def a_value_that_is_no_choice_is_refused_before_anything_is_written(trial: Trial) -> None:
    """Letter by letter: an LMS that takes it would empty the field."""
    field = trial.rig.field(Need.CHOICE)
    right = sample(field)
    _refuses(trial, field.key, right, [f"{right} ", f"{right}x", right.swapcase()])


@promise("fields", Need.DATE)
def a_date_that_there_is_not_is_refused_before_anything_is_written(trial: Trial) -> None:
    """Nor is one taken in another form."""
    field = trial.rig.field(Need.DATE)
    _refuses(trial, field.key, sample(field), ["03/02/2026", "2026-02-30", "soon"])


def _refuses(trial: Trial, key: str, right: str, wrong: list[str]) -> None:
    [ada_id] = trial.create(trial.row("ada", fields={key: right}))
    before = trial.account(ada_id)
    expect(before.fields.get(key) == right, "A value that fits is not kept.")
    for value in (value for value in wrong if value != right):
        expect_statuses(
            trial.host.update([Change(ada_id, first_name="Augusta", fields={key: value})]), S.REJECTED
        )
        expect_statuses(trial.host.create([trial.row("bob", fields={key: value})]), S.REJECTED)
    expect_same(before, trial.account(ada_id), "A row was answered REJECTED")
    expect(not trial.found(KeyKind.EMAIL, trial.names.email("bob")), "A refused row was made all the same.")


@promise("fields")
def a_field_that_there_is_not_is_refused(trial: Trial) -> None:
    """An LMS that drops it without a word would be asked again every night."""
    outcomes = trial.host.create([trial.row("ada", fields={"no_such_field": "43"})])

    expect_statuses(outcomes, S.REJECTED)


@promise("fields")
def every_field_has_a_key_of_its_own(trial: Trial) -> None:
    """The mapping page offers them, and the plan checks values against them."""
    keys = [field.key for field in trial.host.fields()]

    expect(all(keys) and len(set(keys)) == len(keys), "Two custom fields have one key, or one has none.")
