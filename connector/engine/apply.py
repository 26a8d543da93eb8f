"""Apply: send the rows of a plan to the host, batch by batch, intent before and outcome after."""

from collections.abc import Sequence
from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.model.operation import Finding, Operation, OperationKind, Refusal
from connector.core.model.run import RunPhase
from connector.core.ports.host import Host, Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry
from connector.core.ports.optional import GROUPS_NOT_DONE, Membership, SupportsGroups, SupportsWithdraw
from connector.core.rules import plan
from connector.core.rules.refusals import Attempts, next_try
from connector.core.rules.values.groups import changed_groups
from connector.core.rules.values.lms_texts import checked_outcome
from connector.engine.answers import check_count
from connector.engine.context import RunContext
from connector.engine.moves import possible, send_moves
from connector.engine.settle import outcomes_if_certain
from connector.errors import HostUnavailable

#: The answer about a group of a host that has filled groups so far and no longer can.
_NO_GROUPS = Outcome(OutcomeStatus.RETRY, code=GROUPS_NOT_DONE)


def apply(context: RunContext) -> None:
    """Send everything in the plan to the host, batch by batch: intent before, outcome after."""
    count = 0

    def send(entries: Sequence[Entry]) -> set[int]:
        nonlocal count
        context.ledger.mark_intended(entries)
        outcomes = _send(context.host, entries)
        context.ledger.record(entries, outcomes, _refusals(context, entries, outcomes))
        count += len(entries)
        context.progress(RunPhase.APPLY, count)
        pairs = zip(entries, outcomes, strict=True)
        return {entry.entry_id for entry, outcome in pairs if outcome.status.is_done}

    moves = possible(context, context.ledger.moves())
    moving = {move.row_id for move in moves}
    for entries in context.ledger.batches(context.host.capabilities().batch_size):
        others = [entry for entry in entries if entry.entry_id not in moving]
        if others:
            send(others)
    send_moves(context, moves, send)


def _refusals(
    context: RunContext, entries: Sequence[Entry], outcomes: Sequence[Outcome]
) -> list[tuple[Refusal, Finding]]:
    """What the host refused of these rows; the rows of an undo show it themselves."""
    pairs = [
        (entry.operation, outcome)
        for entry, outcome in zip(entries, outcomes, strict=True)
        if not entry.undoes
        and outcome.status is not OutcomeStatus.UNKNOWN
        and (outcome.refused or not outcome.status.is_done)
    ]
    if not pairs:
        return []
    fields = {field.key: field for field in context.host.fields()}
    attempts, now = Attempts(context.settings.version, fields), context.clock()
    return [one for pair in pairs for one in attempts.refused(*pair, now)]


def _send(host: Host, entries: Sequence[Entry]) -> Sequence[Outcome]:
    """The outcomes of one batch of one kind; a refused row is sent again without the values at fault (rule D29)."""
    if entries[0].operation.kind is not OperationKind.CREATE:
        _withdraw_invitations(host, entries)
    tried, outcomes, is_first = list(entries), _send_once(host, entries), True
    refused: list[dict[str, str]] = [{} for _ in entries]
    while smaller := _smaller(tried, outcomes, is_first=is_first):
        answers = _send_again(host, list(smaller.values()))
        for (index, entry), answer in zip(smaller.items(), answers, strict=True):
            before = outcomes[index]
            left_out = tried[index].operation.after.keys() - entry.operation.after.keys()
            refused[index] |= {name: before.refused.get(name, before.code) for name in sorted(left_out)}
            tried[index], outcomes[index] = entry, answer
        is_first = False
    outcomes = [
        replace(outcome, refused={**outcome.refused, **names}) if names else outcome
        for outcome, names in zip(outcomes, refused, strict=True)
    ]
    return _with_groups(host, [entry.operation for entry in entries], outcomes)


def _smaller(entries: Sequence[Entry], outcomes: Sequence[Outcome], *, is_first: bool) -> dict[int, Entry]:
    """The rows to send again, by index, each without what was refused."""
    rows = enumerate(zip(entries, outcomes, strict=True))
    operations = {
        index: next_try(entry.operation, outcome, is_first=is_first)
        for index, (entry, outcome) in rows
        if not entry.undoes
    }
    return {index: replace(entries[index], operation=one) for index, one in operations.items() if one}


def _send_again(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """The same, for rows of which a first answer is there: a host that is gone since does not discard the others'."""
    try:
        return _send_once(host, entries)
    except HostUnavailable:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(entries)


def _send_once(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """One outcome per row; a row with an unknown outcome is looked up, never sent again."""
    operations = [entry.operation for entry in entries]
    if operations[0].kind is OperationKind.CREATE:
        outcomes = list(host.create([plan.new_account(one) for one in operations]))
    else:
        outcomes = list(host.update([plan.change(one) for one in operations]))
    check_count(len(entries), outcomes)
    outcomes = [checked_outcome(outcome) for outcome in outcomes]
    unknown = [index for index, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    if unknown:
        looked_up = outcomes_if_certain(host, [entries[index] for index in unknown])
        for index, outcome in zip(unknown, looked_up, strict=True):
            outcomes[index] = outcome
    return outcomes


def _withdraw_invitations(host: Host, entries: Sequence[Entry]) -> None:
    """Withdraw the unanswered invitations to accounts that an undo takes back, where the host can.

    Its outcomes are ignored: the suspension that follows is what ends access, and it has an outcome of its own.
    """
    account_ids = [
        one.operation.account_id for one in entries if one.operation.account_id and _is_unanswered(one)
    ]
    if account_ids and isinstance(host, SupportsWithdraw):
        host.withdraw(account_ids)


def _is_unanswered(entry: Entry) -> bool:
    is_pending = entry.operation.before.get("state") == AccountState.PENDING.value
    return entry.undoes and entry.operation.kind is OperationKind.SUSPEND and is_pending


def _with_groups(
    host: Host, operations: Sequence[Operation], outcomes: Sequence[Outcome]
) -> Sequence[Outcome]:
    """The same outcomes after the groups of the rows that are done were changed; a code says where that failed."""
    changes = [
        (index, Membership(outcome.account_id or operation.account_id or "", group_id, joins))
        for index, (operation, outcome) in enumerate(zip(operations, outcomes, strict=True))
        if outcome.status.is_done
        for group_id, joins in changed_groups(operation).items()
    ]
    if not changes:
        return outcomes
    memberships = [membership for _, membership in changes]
    answers = _members(host, memberships)
    check_count(len(changes), answers)
    failed = {index for (index, _), answer in zip(changes, answers, strict=True) if not answer.status.is_done}
    return [
        replace(one, code=GROUPS_NOT_DONE) if index in failed else one for index, one in enumerate(outcomes)
    ]


def _members(host: Host, memberships: Sequence[Membership]) -> Sequence[Outcome]:
    """The outcomes of memberships; a host that is not there any more does not undo what it did to the accounts."""
    try:
        return (
            host.members(memberships) if isinstance(host, SupportsGroups) else [_NO_GROUPS] * len(memberships)
        )
    except HostUnavailable:
        return [_NO_GROUPS] * len(memberships)
