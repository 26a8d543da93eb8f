"""Whether the ledger tells the truth: rows and accounts in, a sentence for each lie out. No lie is a name."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from connector.core.model.account import Account
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome
from connector.core.ports.host import Key, KeyKind, Unknown
from connector.core.rules.decide import account_values
from connector.store.runs.entries import DONE
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow
from tests.faults.stage import Stage
from tests.whole import PORTAL


def lies(stage: Stage) -> Iterator[str]:
    """What the rows of all runs say together, held against the accounts that nobody else has touched."""
    rows = [row[0] for row in stage.whole.rows(sa.select(EntryRow).order_by(EntryRow.id))]
    if any(row.outcome == EntryOutcome.INTENDED for row in rows):
        yield "an operation was begun and never settled"
    done = [row for row in rows if row.outcome in DONE]
    left: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in done:
        left[row.account_id].update(row.after)
    accounts = _accounts(stage, list(left))
    for account_id, written in left.items():
        yield from _differs(accounts.get(account_id), written)
    made = Counter(row.person_key for row in done if row.kind == OperationKind.CREATE.value)
    if made and max(made.values()) > 1:
        yield "somebody was made twice"
    created = sa.select(LinkRow.person_key).where(LinkRow.origin == "created")
    if set(made) != {row[0] for row in stage.whole.rows(created)}:
        yield "who was made and who is linked as made are not the same"


def _accounts(stage: Stage, account_ids: list[str]) -> dict[str, Account]:
    with stage.whole.app.app_context():
        found = stage.services.lms.host(PORTAL).find([Key(KeyKind.ID, one) for one in account_ids])
    if isinstance(found, Unknown):
        raise LookupError("the LMS cannot say who is there")
    return {key.value: accounts[0] for key, accounts in found.items() if accounts}


def _differs(account: Account | None, written: dict[str, Value]) -> Iterator[str]:
    if account is None:
        yield "an account is gone"
        return
    now = account_values(account)
    for name, value in written.items():
        same = email_key(now.get(name)) == email_key(value) if name == "email" else now.get(name) == value
        if not same:
            yield f"the last that was written as {name} is not what is there"
