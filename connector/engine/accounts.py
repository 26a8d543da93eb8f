"""Accounts: the state of the LMS has people decided again, though Paycor has nothing new (rules A2, D24)."""

from collections.abc import Iterable, Sequence
from itertools import islice

from connector.core.model.employee import email_key
from connector.core.ports.host import EditedAccount, Host, Key, KeyKind
from connector.core.ports.optional import ReportsDeleted
from connector.core.rules.values.lms_texts import short_version, usable_ids
from connector.engine.context import RunContext
from connector.engine.settle import find

#: How many edited accounts are looked at together.
_CHUNK = 500


def mark_by_accounts(context: RunContext) -> None:
    """Mark as dirty everybody whose account was edited or deleted, or who waits for an account to change.

    A host that does not report edited accounts has to be asked about everybody who is linked; that shows deleted ones
    as well.
    """
    since = context.ledger.edits_seen_at()
    if since and context.host.capabilities().changed_since:
        _mark_edited(context, context.host.changed_since(since))
        context.mirror.mark_accounts(_deleted(context))
    else:
        context.mirror.mark_edited(None)
        context.mirror.mark_accounts(())


def _mark_edited(context: RunContext, edits: Iterable[EditedAccount]) -> None:
    """Mark everybody whose account was edited, and everybody who may be meant by one that nobody is linked to yet."""
    remaining = (
        EditedAccount(one.account_id, short_version(one.version))
        for one in edits
        if usable_ids([one.account_id])
    )
    while chunk := list(islice(remaining, _CHUNK)):
        strangers = context.mirror.mark_edited(chunk)
        if strangers:
            found = find(context.host, [Key(KeyKind.ID, account_id) for account_id in strangers])
            accounts = [one for same_id in found.values() for one in same_id]
            person_keys = [one.external_id for one in accounts if one.external_id]
            context.mirror.mark_named(person_keys, [key for one in accounts if (key := email_key(one.email))])


def _deleted(context: RunContext) -> list[str]:
    return [
        account_id
        for chunk in context.mirror.linked_accounts()
        for account_id in _deleted_among(context.host, chunk)
    ]


def _deleted_among(host: Host, account_ids: Sequence[str]) -> Sequence[str]:
    """Those of these accounts that are gone; a host that cannot say so is asked for the accounts themselves."""
    if isinstance(host, ReportsDeleted):
        return host.deleted(account_ids)
    keys = [Key(KeyKind.ID, account_id) for account_id in account_ids]
    found = find(host, keys)
    return [key.value for key in keys if not found.get(key)]
