"""What a host promises about creating accounts."""

from dataclasses import replace
from typing import Any

from connector.core.model.account import AccountState
from connector.core.model.employee import email_key
from connector.core.ports.host import Change, KeyKind, OutcomeStatus
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need
from connector.hosts.contract.trial import Trial, broken, expect, expect_same, expect_statuses, sample

S = OutcomeStatus

#: First and last names as people write them.
NAMES = (
    ("Zoë", "O'Brien-Ñandú"),
    ("Øystein", "Þórsdóttir"),
    ("Αθηνά", "Παπαδοπούλου"),
    ("Наталья", "Щербакова"),
    ("محمد", "الأحمد"),
    ("नीता", "शर्मा"),
    ("สมชาย", "ใจดี"),
    ("美咲", "髙橋𠮷"),
    ("Mary Ann", "van der Berg"),
    ("X", "Y"),
)

#: The part before the tag in an address.
ADDRESSES = ("plus+sign", "o'neil", "under_score", "åsa", "山田")


@promise("create", req=("A3", "A5", "A6"))
def a_new_account_is_a_learner_with_the_values_of_its_row(trial: Trial) -> None:
    """Name, email, external id and state, and nothing more."""
    rows = [trial.row("ada"), trial.row("bob", first_name="Bob", state=AccountState.PENDING)]
    ids = trial.create(*rows)

    for row, account_id in zip(rows, ids, strict=True):
        trial.expect_kept(row, trial.account(account_id))


@promise("create", Need.STRING)
def a_new_account_has_its_custom_fields(trial: Trial) -> None:
    """Each with the value that was sent, in any script."""
    field = trial.rig.field(Need.STRING)
    row = trial.row("ada", fields={field.key: "Größe: 大"})
    [ada_id] = trial.create(row)

    trial.expect_kept(row, trial.account(ada_id))


@promise("create", req=("A3",))
def names_of_every_script_are_kept(trial: Trial) -> None:
    """Exactly as they were sent."""
    rows = [
        trial.row(f"n{number}", first_name=first, last_name=last)
        for number, (first, last) in enumerate(NAMES)
    ]
    ids = trial.create(*rows)

    for row, account_id in zip(rows, ids, strict=True):
        trial.expect_kept(row, trial.account(account_id))


@promise("create", req=("D1",))
def addresses_of_every_script_are_kept_or_refused(trial: Trial) -> None:
    """Never changed and never in part: a refused account does not exist."""
    rows = [
        trial.row(f"n{number}", email=trial.names.email(address)) for number, address in enumerate(ADDRESSES)
    ]
    outcomes = trial.host.create(rows)

    for row, outcome in zip(rows, outcomes, strict=True):
        found = trial.found(KeyKind.EMAIL, row.email.upper())
        kept = [email_key(account.email) == email_key(row.email) for account in found]
        expected = [] if outcome.status is S.REJECTED else [True]
        expect(
            kept == expected,
            f"The outcome of an address was {outcome.status}, and then {len(found)} accounts have it.",
        )


@promise("create")
def the_version_of_an_outcome_is_that_of_the_account(trial: Trial) -> None:
    """The connector finds the version that it remembers as long as the account is not edited."""
    [created] = trial.host.create([trial.row("ada")])
    account_id = created.account_id or broken("A new account has no id.")
    found = trial.account(account_id).version
    [updated] = trial.host.update([Change(account_id, first_name="Augusta")])

    expect(created.version == found, "The version after a create is not the one that is found later.")
    expect(
        updated.version == trial.account(account_id).version,
        "The version after an update is not the one that is found later.",
    )
    expect(updated.version != created.version, "An update did not change the version.")


@promise("create")
def outcomes_come_in_the_order_of_the_rows(trial: Trial) -> None:
    """One outcome per row."""
    rows = [trial.row(f"e{number}", last_name=f"No {number}") for number in (5, 3, 4, 1, 2)]
    ids = trial.create(*rows)
    last_names = [trial.account(account_id).last_name for account_id in ids]

    expect(last_names == [row.last_name for row in rows], "The outcomes are not in the order of the rows.")


@promise("batches")
def no_rows_give_no_outcomes(trial: Trial) -> None:
    """An empty batch is no error."""
    expect(not [*trial.host.create([]), *trial.host.update([])], "An empty batch has outcomes.")


@promise("batches")
def a_batch_of_a_dozen_is_one_call(trial: Trial) -> None:
    """Or as many as the host accepts at once: all are created, none twice."""
    count = min(12, trial.host.capabilities().batch_size)
    ids = trial.create(*(trial.row(f"e{number}") for number in range(count)))

    expect(len(set(ids)) == count, f"{count} rows created {len(set(ids))} accounts.")


@promise("create", Need.OUTBOX, req=("A11", "A16", "D13"))
def a_new_account_causes_no_mail(trial: Trial) -> None:
    """Mail is a separate step, whatever the state of the account."""
    before = trial.mailed()
    trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))

    expect(trial.mailed() == before, "A create has sent a mail.")


@promise("exists", Need.EXTERNAL_ID, req=("A9",))
def an_account_with_the_external_id_is_not_created_twice(trial: Trial) -> None:
    """The outcome names the existing account, which stays as it is."""
    _created_once(trial, email=trial.names.email("other"))


@promise("exists", req=("A9",))
def an_account_with_the_address_is_not_created_twice(trial: Trial) -> None:
    """Not in capitals either: a case-sensitive look-up would give one person two accounts."""
    _created_once(trial, external_id=trial.names.external_id("other"))
    _created_once(
        trial,
        who="bob",
        external_id=trial.names.external_id("another"),
        email=f" {trial.names.email('bob').upper()} ",
    )


def _created_once(trial: Trial, who: str = "ada", **values: Any) -> None:
    row = trial.row(who)
    [account_id] = trial.create(row)
    before = trial.account(account_id)
    [outcome] = trial.host.create([replace(row, **values)])

    expect_statuses([outcome], S.EXISTS)
    expect(outcome.account_id == account_id, "The outcome does not name the existing account.")
    expect_same(before, trial.account(account_id), "A create found an existing account")


@promise("exists")
def two_rows_of_one_batch_cannot_have_one_address(trial: Trial) -> None:
    """The second gets the outcome as if the first account had existed before."""
    row = trial.row("ada")
    outcomes = trial.host.create([row, replace(row, external_id=trial.names.external_id("other"))])

    expect(
        outcomes[1].status is S.EXISTS and outcomes[1].account_id == outcomes[0].account_id,
        f"The outcomes of two rows with one address are {outcomes[0].status} and {outcomes[1].status}.",
    )


@promise("partial failure", Need.CHOICE, req=("D12",))
def a_refused_row_does_not_affect_the_others(trial: Trial) -> None:
    """The rows before and after it are created; the reason is a code without a name or an email in it."""
    field = trial.rig.field(Need.CHOICE)
    refused = trial.row("bob", fields={field.key: f"{sample(field)} sometimes"})
    outcomes = trial.host.create([trial.row("ada"), refused, trial.row("carol")])

    expect_statuses(outcomes, S.CREATED, S.REJECTED, S.CREATED)
    expect(bool(outcomes[1].code), "A refused row has no code for the reason.")
    expect("bob" not in outcomes[1].code.lower(), "The code of a refusal has an address in it.")
    expect(not trial.found(KeyKind.EMAIL, refused.email), "A refused row was created anyway.")


@promise("partial failure")
def an_existing_account_does_not_affect_the_other_rows(trial: Trial) -> None:
    """Even where the LMS itself creates all accounts of a batch or none."""
    [ada_id] = trial.create(trial.row("ada"))
    outcomes = trial.host.create([trial.row("bob"), trial.row("ada"), trial.row("carol")])

    expect_statuses(outcomes, S.CREATED, S.EXISTS, S.CREATED)
    expect(outcomes[1].account_id == ada_id, "The outcome does not name the existing account.")
