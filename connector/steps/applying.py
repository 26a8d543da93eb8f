"""Apply: the rows of a plan, batch by batch, intent before and outcome after."""

from collections.abc import Sequence

from connector.core import plan
from connector.core.ledger import Entry
from connector.core.ports import Host, Outcome, OutcomeStatus
from connector.core.records import Kind
from connector.errors import HostContractError
from connector.steps.parts import Parts
from connector.steps.settling import outcomes_by_look
from connector.steps.withdrawing import withdraw


def apply(parts: Parts) -> None:
    """Ask the host for everything in the plan, batch by batch: intent before, outcome after."""
    done = 0
    for entries in parts.ledger.batches(parts.host.capabilities().batch_size):
        parts.ledger.intend(entries)
        parts.ledger.record(entries, _ask(parts.host, entries))
        done += len(entries)
        parts.ledger.progress("apply", done)


def _ask(host: Host, entries: Sequence[Entry]) -> Sequence[Outcome]:
    """The outcomes of one batch of one kind; what the host cannot tell is looked up, never asked for again."""
    operations = [entry.operation for entry in entries]
    if operations[0].kind is Kind.CREATE:
        outcomes = list(host.create([plan.new_account(one) for one in operations]))
    else:
        withdraw(host, entries)
        outcomes = list(host.update([plan.change(one) for one in operations]))
    expect(len(entries), outcomes)
    unclear = [place for place, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    if unclear:
        looked = outcomes_by_look(host, [entries[place] for place in unclear])
        for place, outcome in zip(unclear, looked, strict=True):
            outcomes[place] = outcome
    return outcomes


def expect(rows: int, outcomes: Sequence[Outcome]) -> None:
    """Raise HostContractError unless there is one outcome a row."""
    if len(outcomes) != rows:
        raise HostContractError(
            f"The Host class answered {len(outcomes)} outcomes for {rows} rows; it owes one each."
        )
