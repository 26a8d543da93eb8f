"""What a host promises about making accounts."""

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

#: What stands before the tag in an address.
ADDRESSES = ("plus+sign", "o'neil", "under_score", "åsa", "山田")


@promise("create", req=("A3", "A5", "A6"))
def a_new_account_is_a_learner_with_what_was_asked(trial: Trial) -> None:
    """Name, email, external id and state, and nothing more."""
    rows = [trial.row("ada"), trial.row("bob", first_name="Bob", state=AccountState.PENDING)]
    ids = trial.create(*rows)

    for row, account_id in zip(rows, ids, strict=True):
        trial.expect_kept(row, trial.account(account_id))


@promise("create", Need.STRING)
def a_new_account_has_its_custom_fields(trial: Trial) -> None:
    """Each with the value that was sent, in any letters."""
    field = trial.rig.field(Need.STRING)
    row = trial.row("ada", fields={field.key: "Größe: 大"})
    [ada_id] = trial.create(row)

    trial.expect_kept(row, trial.account(ada_id))


@promise("create", req=("A3",))
def names_of_every_script_are_kept(trial: Trial) -> None:
    """Letter by letter, whatever the letters."""
    rows = [
        trial.row(f"n{number}", first_name=first, last_name=last)
        for number, (first, last) in enumerate(NAMES)
    ]
    ids = trial.create(*rows)

    for row, account_id in zip(rows, ids, strict=True):
        trial.expect_kept(row, trial.account(account_id))


@promise("create", req=("D1",))
def addresses_of_every_script_are_kept_or_refused(trial: Trial) -> None:
    """Never changed, and never half of one: whoever is refused is not there."""
    rows = [
        trial.row(f"n{number}", email=trial.names.email(address)) for number, address in enumerate(ADDRESSES)
    ]
    outcomes = trial.host.create(rows)

    for row, outcome in zip(rows, outcomes, strict=True):
        found = trial.found(KeyKind.EMAIL, row.email.upper())
        kept = [email_key(account.email) == email_key(row.email) for account in found]
        wanted = [] if outcome.status is S.REJECTED else [True]
        expect(kept == wanted, f"An address was answered {outcome.status}, and then {len(found)} have it.")


@promise("create")
def the_version_of_an_outcome_is_that_of_the_account(trial: Trial) -> None:
    """What the connector remembers is what it finds later, while nobody edits."""
    [created] = trial.host.create([trial.row("ada")])
    account_id = created.account_id or broken("A new account came without its id.")
    found = trial.account(account_id).version
    [updated] = trial.host.update([Change(account_id, first_name="Augusta")])

    expect(created.version == found, "The version after a create is not the one that is found.")
    expect(updated.version == trial.account(account_id).version, "Nor is the one after an update.")
    expect(updated.version != created.version, "An update leaves the version as it was.")


@promise("create")
def outcomes_come_in_the_order_of_the_rows(trial: Trial) -> None:
    """One a row, and the third is the third's."""
    rows = [trial.row(f"e{number}", last_name=f"No {number}") for number in (5, 3, 4, 1, 2)]
    ids = trial.create(*rows)
    last_names = [trial.account(account_id).last_name for account_id in ids]

    expect(last_names == [row.last_name for row in rows], "The outcomes are in another order than the rows.")


@promise("batches")
def no_rows_give_no_outcomes(trial: Trial) -> None:
    """An empty batch is no error."""
    expect(not [*trial.host.create([]), *trial.host.update([])], "An empty batch has outcomes.")


@promise("batches")
def a_batch_of_a_dozen_is_one_call(trial: Trial) -> None:
    """Or as many as the host takes at once: all are made, none twice."""
    count = min(12, trial.host.capabilities().batch_size)
    ids = trial.create(*(trial.row(f"e{number}") for number in range(count)))

    expect(len(set(ids)) == count, f"{count} rows made {len(set(ids))} accounts.")


@promise("create", Need.OUTBOX, req=("A11", "A16", "D13"))
def a_new_account_causes_no_mail(trial: Trial) -> None:
    """Mail is a step of its own, whatever the state of the account."""
    before = trial.mailed()
    trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))

    expect(trial.mailed() == before, "A create, which is silent, has sent a mail.")


@promise("exists", Need.EXTERNAL_ID, req=("A9",))
def whoever_has_the_external_id_is_not_made_twice(trial: Trial) -> None:
    """The answer names the account that is in the way, and leaves it as it is."""
    _made_once(trial, email=trial.names.email("other"))


@promise("exists", req=("A9",))
def whoever_has_the_address_is_not_made_twice(trial: Trial) -> None:
    """Nor in capitals, which is how a look-up that knows no better makes one person two."""
    _made_once(trial, external_id=trial.names.external_id("other"))
    _made_once(
        trial,
        who="bob",
        external_id=trial.names.external_id("another"),
        email=f" {trial.names.email('bob').upper()} ",
    )


def _made_once(trial: Trial, who: str = "ada", **values: Any) -> None:
    row = trial.row(who)
    [account_id] = trial.create(row)
    before = trial.account(account_id)
    [outcome] = trial.host.create([replace(row, **values)])

    expect_statuses([outcome], S.EXISTS)
    expect(outcome.account_id == account_id, "The account that is in the way is not the one that is named.")
    expect_same(before, trial.account(account_id), "A create found somebody there")


@promise("exists")
def two_rows_of_one_batch_cannot_have_one_address(trial: Trial) -> None:
    """The second is answered as if the first had been there before."""
    row = trial.row("ada")
    outcomes = trial.host.create([row, replace(row, external_id=trial.names.external_id("other"))])

    expect(
        outcomes[1].status is S.EXISTS and outcomes[1].account_id == outcomes[0].account_id,
        f"Two rows with one address came to {outcomes[0].status} and {outcomes[1].status}.",
    )


@promise("partial failure", Need.CHOICE, req=("D12",))
def a_refused_row_takes_nobody_with_it(trial: Trial) -> None:
    """The rows before and after it are made, and the reason is a code without a name or an email in it."""
    field = trial.rig.field(Need.CHOICE)
    refused = trial.row("bob", fields={field.key: f"{sample(field)} sometimes"})
    outcomes = trial.host.create([trial.row("ada"), refused, trial.row("carol")])

    expect_statuses(outcomes, S.CREATED, S.REJECTED, S.CREATED)
    expect(bool(outcomes[1].code), "A refused row has no code that says why.")
    expect("bob" not in outcomes[1].code.lower(), "The code of a refusal has an address in it.")
    expect(not trial.found(KeyKind.EMAIL, refused.email), "A refused row was made all the same.")


@promise("partial failure")
def a_row_that_exists_takes_nobody_with_it(trial: Trial) -> None:
    """Even where the LMS itself makes all of a batch or nobody."""
    [ada_id] = trial.create(trial.row("ada"))
    outcomes = trial.host.create([trial.row("bob"), trial.row("ada"), trial.row("carol")])

    expect_statuses(outcomes, S.CREATED, S.EXISTS, S.CREATED)
    expect(outcomes[1].account_id == ada_id, "The account that is in the way is not the one that is named.")
