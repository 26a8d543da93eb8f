"""What a host promises about changing accounts, including suspending them."""

from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.model.operation import FIELD
from connector.core.ports.host import Change, KeyKind, OutcomeStatus
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need
from connector.hosts.contract.trial import UNKNOWN_IDS, Trial, expect, expect_same, expect_statuses, sample

S = OutcomeStatus


@promise("update", req=("A10", "A17"))
def a_sparse_change_leaves_the_rest_alone(trial: Trial) -> None:
    """Only the values in the change change."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    outcomes = trial.host.update([Change(ada_id, last_name="King", email=trial.names.email("king"))])
    after = trial.account(ada_id)

    expect_statuses(outcomes, S.UPDATED)
    expect(
        after.last_name == "King",
        "The outcome of a new last name was UPDATED, but the account does not have it.",
    )
    expect(after.email.lower() == trial.names.email("king"), "The account does not have its new address.")
    expect_same(replace(before, last_name="King", email=after.email), after, "A change had other values")


@promise("update", Need.STRING, req=("D11",))
def a_field_can_be_cleared(trial: Trial) -> None:
    """It is empty afterwards, and clearing it again changes nothing."""
    field = trial.rig.field(Need.STRING)
    [ada_id] = trial.create(trial.row("ada", fields={field.key: "Analyst"}))
    clear = Change(ada_id, fields={field.key: None})
    outcomes = [*trial.host.update([clear]), *trial.host.update([clear])]

    expect_statuses(outcomes, S.UPDATED, S.UNCHANGED)
    expect(field.key not in trial.account(ada_id).fields, "A cleared field still has a value.")


@promise("update")
def a_change_without_new_values_changes_nothing(trial: Trial) -> None:
    """The version stays as well: the sync would take a new one for an edit by an admin."""
    row = trial.row("ada")
    [ada_id] = trial.create(row)
    before = trial.account(ada_id)
    outcomes = trial.host.update(
        [Change(ada_id, email=row.email, first_name="Ada", state=AccountState.ACTIVE)]
    )

    expect_statuses(outcomes, S.UNCHANGED)
    expect(outcomes[0].version == before.version, "A change without new values has a new version.")
    expect_same(before, trial.account(ada_id), "The outcome of a change without new values was UNCHANGED")


@promise("update")
def an_unknown_account_is_not_found(trial: Trial) -> None:
    """Whatever its id looks like; the rest of the batch is done."""
    [ada_id] = trial.create(trial.row("ada"))
    outcomes = trial.host.update(
        [*(Change(unknown, first_name="X") for unknown in UNKNOWN_IDS), Change(ada_id, first_name="Augusta")]
    )

    expect_statuses(outcomes, S.NOT_FOUND, S.NOT_FOUND, S.NOT_FOUND, S.UPDATED)
    expect(trial.account(ada_id).first_name == "Augusta", "The rest of the batch was not done.")


@promise("update")
def the_address_of_another_account_is_refused(trial: Trial) -> None:
    """The row is refused, and both accounts stay as they were."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    _refused(trial, ids, Change(ids[1], email=trial.names.email("ada").upper()))


@promise("update", req=("D26",))
def an_address_can_be_taken_as_soon_as_it_is_free(trial: Trial) -> None:
    """So two people swap their addresses, with a third one in between, and each keeps their own account."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    ada, bob, parked = (trial.names.email(name) for name in ("ada", "bob", "parked"))
    outcomes = [
        outcome
        for account_id, address in ((ids[0], parked), (ids[1], ada), (ids[0], bob))
        for outcome in trial.host.update([Change(account_id, email=address)])
    ]

    expect_statuses(outcomes, S.UPDATED, S.UPDATED, S.UPDATED)
    expect(
        [trial.account(account_id).email.lower() for account_id in ids] == [bob, ada],
        "Two accounts that swapped their addresses do not have each other's.",
    )


@promise("update", Need.EXTERNAL_ID)
def the_external_id_of_another_account_is_refused(trial: Trial) -> None:
    """The row is refused, and both accounts stay as they were."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    _refused(trial, ids, Change(ids[1], external_id=trial.names.external_id("ada")))


def _refused(trial: Trial, ids: list[str], change: Change) -> None:
    before = [trial.account(account_id) for account_id in ids]
    outcomes = trial.host.update([change])

    expect_statuses(outcomes, S.REJECTED)
    for one in before:
        expect_same(one, trial.account(one.account_id), "The outcome of a row was REJECTED")


@promise("external id", Need.EXTERNAL_ID, req=("D1",))
def an_external_id_can_be_added_to_an_existing_account(trial: Trial) -> None:
    """Linking an account adds the external id, by which the account is found from then on."""
    [ada_id] = trial.create(trial.row("ada"))
    later = trial.names.external_id("later")
    outcomes = trial.host.update([Change(ada_id, external_id=later)])
    found = [account.account_id for account in trial.found(KeyKind.EXTERNAL_ID, later)]

    expect_statuses(outcomes, S.UPDATED)
    expect(found == [ada_id], "An account is not found by the external id that was added to it.")
    expect(
        not trial.found(KeyKind.EXTERNAL_ID, trial.names.external_id("ada")),
        "An account is still found by the external id that it had before.",
    )


@promise("external id", Need.EXTERNAL_ID)
def an_external_id_can_be_removed(trial: Trial) -> None:
    """With the empty text, from several accounts; removing it again changes nothing."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    removals = [Change(account_id, external_id="") for account_id in ids]
    outcomes = [*trial.host.update(removals), *trial.host.update(removals)]

    expect_statuses(outcomes, S.UPDATED, S.UPDATED, S.UNCHANGED, S.UNCHANGED)
    for who, account_id in zip(("ada", "bob"), ids, strict=True):
        expect(
            trial.account(account_id).external_id is None, "An external id that was removed is still there."
        )
        expect(
            not trial.found(KeyKind.EXTERNAL_ID, trial.names.external_id(who)),
            "An account is still found by the external id that was removed.",
        )


@promise("suspend", req=("A22", "D9"))
def a_learner_is_suspended_and_restored(trial: Trial) -> None:
    """The same account, with all of its values."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    suspended = trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    between = trial.account(ada_id).state
    restored = trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect_statuses([*suspended, *restored], S.UPDATED, S.UPDATED)
    expect(between is AccountState.SUSPENDED, f"A suspended account has the state {between}.")
    expect_same(before, trial.account(ada_id), "A learner was suspended and restored")


@promise("suspend", Need.SIGN_IN, req=("A22",))
def a_suspended_account_cannot_sign_in(trial: Trial) -> None:
    """The effect is tried instead of the flag read; a restored account can sign in again."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.signs_in(ada_id)
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    between = trial.signs_in(ada_id)
    trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect(before, "An active account cannot sign in, so nothing is known about a suspended one.")
    expect(not between, "A suspended account can sign in.")
    expect(trial.signs_in(ada_id), "A restored account cannot sign in.")


@promise("admins", Need.TYPES, req=("A7", "D2"))
def an_account_that_is_more_than_a_learner_is_never_suspended(trial: Trial) -> None:
    """An admin gave it another type by hand; the type stays, and so does the access."""
    [ada_id] = trial.create(trial.row("ada"))
    trial.promote(ada_id)
    before = trial.account(ada_id)
    outcomes = trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])

    expect(not before.is_learner, "An account that is more than a learner is reported as a learner.")
    expect_statuses(outcomes, S.REJECTED)
    expect_same(before, trial.account(ada_id), "The outcome of a suspension was REJECTED")


@promise("admins", Need.TYPES, req=("A7",))
def an_update_does_not_change_the_type(trial: Trial) -> None:
    """The type that an admin gave an account stays, whatever else changes."""
    [ada_id] = trial.create(trial.row("ada"))
    trial.promote(ada_id)
    trial.host.update([Change(ada_id, last_name="King")])

    expect(
        not trial.account(ada_id).is_learner,
        "An update turned an account that is more than a learner into a learner.",
    )


@promise("admins", Need.OWN_ACCOUNT, req=("D2",))
def the_connectors_own_account_is_never_suspended(trial: Trial) -> None:
    """The connector would lock itself out."""
    own = trial.rig.own_account_id or ""
    outcomes = trial.host.update([Change(own, state=AccountState.SUSPENDED)])

    expect_statuses(outcomes, S.REJECTED)
    expect(trial.account(own).state is AccountState.ACTIVE, "The connector's own account is suspended.")


@promise("edits by others", Need.EDITS, req=("A2",))
def an_edit_by_someone_else_changes_the_version(trial: Trial) -> None:
    """So that a value edited by hand is noticed and corrected."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id).version
    trial.rename(ada_id, "Adelaide")

    expect(trial.account(ada_id).version != before, "An edit by someone else did not change the version.")


@promise("changed since", Need.CHANGES, Need.EDITS, Need.CLOCK, req=("A2",))
def edits_by_anyone_are_reported(trial: Trial) -> None:
    """With the current version of the account; accounts that were not edited are left out."""
    ada_id, bob_id, carol_id = trial.create(*map(trial.row, ("ada", "bob", "carol")))
    instant = trial.now()
    trial.rename(ada_id, "Adelaide")
    trial.host.update([Change(bob_id, last_name="Metcalfe")])
    edited = {one.account_id: one.version for one in trial.host.changed_since(instant)}

    for account_id in (ada_id, bob_id):
        expect(edited.get(account_id) == trial.account(account_id).version, "An edit is not reported.")
    expect(carol_id not in edited, "An account that was not edited is reported.")


@promise("fields", Need.CHOICE, req=("A32", "D12"))
def a_value_outside_the_choices_is_refused_before_anything_is_written(trial: Trial) -> None:
    """The comparison is exact: an LMS that accepts the value would empty the field."""
    field = trial.rig.field(Need.CHOICE)
    right = sample(field)
    _expect_refused(trial, field.key, right, [f"{right} ", f"{right}x", right.swapcase()])


@promise("fields", Need.DATE)
def an_invalid_date_is_refused_before_anything_is_written(trial: Trial) -> None:
    """A date in another format is refused, too."""
    field = trial.rig.field(Need.DATE)
    _expect_refused(trial, field.key, sample(field), ["03/02/2026", "2026-02-30", "soon"])


def _expect_refused(trial: Trial, key: str, right: str, wrong: list[str]) -> None:
    [ada_id] = trial.create(trial.row("ada", fields={key: right}))
    before = trial.account(ada_id)
    expect(before.fields.get(key) == right, "A valid value is not kept.")
    for value in (value for value in wrong if value != right):
        expect_statuses(
            trial.host.update([Change(ada_id, first_name="Augusta", fields={key: value})]), S.REJECTED
        )
        expect_statuses(trial.host.create([trial.row("bob", fields={key: value})]), S.REJECTED)
    expect_same(before, trial.account(ada_id), "The outcome of a row was REJECTED")
    expect(not trial.found(KeyKind.EMAIL, trial.names.email("bob")), "A refused row was created anyway.")


@promise("fields")
def an_unknown_field_is_refused(trial: Trial) -> None:
    """If the LMS dropped it silently, the sync would send it again every night."""
    outcomes = trial.host.create([trial.row("ada", fields={"no_such_field": "43"})])

    expect_statuses(outcomes, S.REJECTED)


@promise("fields", Need.CHOICE, req=("D29",))
def a_refusal_names_only_values_of_its_row(trial: Trial) -> None:
    """The row is sent again without them; a host that cannot say which names none."""
    field = trial.rig.field(Need.CHOICE)
    row = trial.row("ada", fields={field.key: f"{sample(field)}x"})
    [outcome] = trial.host.create([row])
    names = {"email", "first_name", "last_name", "external_id", "state", FIELD + field.key}

    expect_statuses([outcome], S.REJECTED)
    expect(outcome.refused.keys() <= names, "A refusal names a value that is not in its row.")


@promise("fields")
def every_field_has_its_own_key(trial: Trial) -> None:
    """The mapping page offers them, and the plan checks values against them."""
    keys = [field.key for field in trial.host.fields()]

    expect(all(keys) and len(set(keys)) == len(keys), "Two custom fields have one key, or one has none.")
