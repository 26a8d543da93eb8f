"""Checks the ledger against the LMS: rows and accounts in, a sentence without names for each error out."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from connector.core.model.account import Account
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome
from connector.core.ports.host import Key, KeyKind, Unknown
from connector.core.rules.values.account_values import account_values
from connector.store.runs.entries import DONE
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow
from tests.faults.rig import Rig
from tests.whole import PORTAL


def ledger_errors(rig: Rig) -> Iterator[str]:
    """Compare the rows of all runs with the accounts, which no one else has changed; yields the errors."""
    rows = [row[0] for row in rig.whole.rows(sa.select(EntryRow).order_by(EntryRow.id))]
    if any(row.outcome == EntryOutcome.INTENDED for row in rows):
        yield "an operation was started and never settled"
    done = [row for row in rows if row.outcome in DONE]
    written: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in done:
        written[row.account_id].update(row.after)
    accounts = _accounts(rig, list(written))
    for account_id, values in written.items():
        yield from _account_errors(accounts.get(account_id), values)
    made = Counter(row.person_key for row in done if row.kind == OperationKind.CREATE.value)
    if made and max(made.values()) > 1:
        yield "a person's account was created twice"
    created = sa.select(LinkRow.person_key).where(LinkRow.origin == "created")
    if set(made) != {row[0] for row in rig.whole.rows(created)}:
        yield "the created accounts and the links with origin created are not the same"


def _accounts(rig: Rig, account_ids: list[str]) -> dict[str, Account]:
    with rig.whole.app.app_context():
        found = rig.services.lms.host(PORTAL).find([Key(KeyKind.ID, one) for one in account_ids])
    if isinstance(found, Unknown):
        raise LookupError("The LMS cannot look up its accounts.")
    return {key.value: accounts[0] for key, accounts in found.items() if accounts}


def _account_errors(account: Account | None, written: dict[str, Value]) -> Iterator[str]:
    if account is None:
        yield "an account is gone"
        return
    now = account_values(account)
    for name, value in written.items():
        same = email_key(now.get(name)) == email_key(value) if name == "email" else now.get(name) == value
        if not same:
            yield f"the LMS does not have the last {name} of the ledger"
