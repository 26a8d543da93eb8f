"""Apply: the rows of a plan, batch by batch, intent before and outcome after."""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.operation import Operation, OperationKind
from connector.core.model.run import RunPhase
from connector.core.ports.host import Host, Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry
from connector.core.ports.optional import GROUPS_NOT_DONE, Membership, SupportsGroups
from connector.core.rules import plan
from connector.core.rules.values.groups import changed_groups
from connector.engine.context import RunContext
from connector.engine.settle import outcomes_by_lookup
from connector.engine.withdraw import withdraw
from connector.errors import HostContractError

#: The host that has filled groups so far does not any more.
_LEFT = Outcome(OutcomeStatus.RETRY, code=GROUPS_NOT_DONE)


def apply(parts: RunContext) -> None:
    """Ask the host for everything in the plan, batch by batch: intent before, outcome after."""
    done = 0
    for entries in parts.ledger.batches(parts.host.capabilities().batch_size):
        parts.ledger.intend(entries)
        parts.ledger.record(entries, _ask(parts.host, entries))
        done += len(entries)
        parts.ledger.progress(RunPhase.APPLY, done)


def _ask(host: Host, entries: Sequence[Entry]) -> Sequence[Outcome]:
    """The outcomes of one batch of one kind; what the host cannot tell is looked up, never asked for again."""
    operations = [entry.operation for entry in entries]
    if operations[0].kind is OperationKind.CREATE:
        outcomes = list(host.create([plan.new_account(one) for one in operations]))
    else:
        withdraw(host, entries)
        outcomes = list(host.update([plan.change(one) for one in operations]))
    expect(len(entries), outcomes)
    unclear = [place for place, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    if unclear:
        looked = outcomes_by_lookup(host, [entries[place] for place in unclear])
        for place, outcome in zip(unclear, looked, strict=True):
            outcomes[place] = outcome
    return _with_groups(host, operations, outcomes)


def _with_groups(
    host: Host, operations: Sequence[Operation], outcomes: Sequence[Outcome]
) -> Sequence[Outcome]:
    """The same outcomes, once the groups of the done rows are as asked; what fails there is told by its code."""
    wanted = [
        (place, Membership(outcome.account_id or operation.account_id or "", group_id, joins))
        for place, (operation, outcome) in enumerate(zip(operations, outcomes, strict=True))
        if outcome.status.is_done
        for group_id, joins in changed_groups(operation).items()
    ]
    if not wanted:
        return outcomes
    memberships = [membership for _, membership in wanted]
    answers = host.members(memberships) if isinstance(host, SupportsGroups) else [_LEFT] * len(wanted)
    expect(len(wanted), answers)
    left = {place for (place, _), answer in zip(wanted, answers, strict=True) if not answer.status.is_done}
    return [
        replace(one, code=GROUPS_NOT_DONE) if place in left else one for place, one in enumerate(outcomes)
    ]


def expect(rows: int, outcomes: Sequence[Outcome]) -> None:
    """Raise HostContractError unless there is one outcome a row."""
    if len(outcomes) != rows:
        raise HostContractError(
            f"The Host class answered {len(outcomes)} outcomes for {rows} rows; it owes one each."
        )
