"""What a host promises about failures and large numbers."""

from collections.abc import Sequence

from connector.core.ports.host import Change, Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need
from connector.hosts.contract.trial import Trial, expect, expect_statuses, required, summary

S = OutcomeStatus
COUNT = 5000


@promise("unknown", Need.LOST_ANSWERS)
def a_create_without_an_answer_is_unknown_and_looked_up(trial: Trial) -> None:
    """The outcome is UNKNOWN, and the create is not repeated; sending it again creates no second account."""
    required(trial.rig.loses_answer, Need.LOST_ANSWERS)()
    row = trial.row("ada")
    try:
        outcomes: Sequence[Outcome] = trial.host.create([row])
    except HostUnavailable:
        outcomes = [Outcome(S.UNKNOWN)]
    found = trial.found(KeyKind.EMAIL, row.email)

    expect_statuses(outcomes, S.UNKNOWN)
    expect(len(found) == 1, f"A create without an answer left {len(found)} accounts.")
    expect_statuses(trial.host.create([row]), S.EXISTS)


@promise("retry-after", Need.BUSY)
def a_busy_host_is_waited_for_or_says_how_long_to_wait(trial: Trial) -> None:
    """The row is done after a wait, or its outcome says how long to wait; no account is lost or created twice."""
    required(trial.rig.is_busy, Need.BUSY)()
    row = trial.row("ada")
    try:
        [outcome] = trial.host.create([row])
    except HostUnavailable as busy:
        outcome = Outcome(S.RETRY, retry_after_s=busy.retry_after_s)
    if outcome.status is S.RETRY:
        expect(outcome.retry_after_s is not None, "A busy host does not say how long to wait.")
        [outcome] = trial.host.create([row])

    expect_statuses([outcome], S.CREATED)
    expect(len(trial.found(KeyKind.EMAIL, row.email)) == 1, "The account does not exist, or exists twice.")


@promise("many", Need.MANY, req=("X23",))
def five_thousand_people_go_through_in_batches(trial: Trial) -> None:
    """Created, found and changed, with no account lost or created twice."""
    size = trial.host.capabilities().batch_size
    rows = [trial.row(f"learner{number}", last_name=f"No {number}") for number in range(COUNT)]
    parts = [rows[start : start + size] for start in range(0, COUNT, size)]
    created = [outcome for part in parts for outcome in trial.host.create(part)]
    again = [outcome for part in parts for outcome in trial.host.create(part)]
    ids = [outcome.account_id or "" for outcome in created]
    found = {account_id for part in parts for account_id in _found(trial, part)}
    changes = [Change(account_id, first_name="Augusta") for account_id in ids]
    updated = [
        outcome
        for start in range(0, COUNT, size)
        for outcome in trial.host.update(changes[start : start + size])
    ]

    expect(len(set(ids)) == COUNT, f"{COUNT} rows created {len(set(ids))} accounts.")
    expect([one.account_id for one in again] == ids, "The same rows, sent again, name other accounts.")
    expect(
        {one.status for one in again} == {S.EXISTS},
        f"The same rows, sent again, have the outcomes {summary(again[:3])} and so on.",
    )
    expect(found == set(ids), f"{len(found)} of {COUNT} accounts are found.")
    expect({one.status for one in updated} == {S.UPDATED}, "Not every account was changed.")


def _found(trial: Trial, rows: Sequence[NewAccount]) -> set[str]:
    """The ids of the accounts that are found by the addresses of these rows."""
    found = trial.find(*(Key(KeyKind.EMAIL, row.email) for row in rows))
    return {account.account_id for accounts in found.values() for account in accounts}
