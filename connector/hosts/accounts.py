"""Accounts compared: which account has which key, and a version for an LMS that keeps none. No input, no output."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind
from connector.errors import ConnectorError, without_text

log = logging.getLogger(__name__)

#: The LMS's answer about one account has a form that cannot be read.
UNREADABLE_ANSWER = "answer"


class KeyIndex:
    """Account ids by id, external id and email, kept current while a batch is worked through."""

    def __init__(self) -> None:
        self._account_ids: dict[Key, set[str]] = {}

    def put(self, account: Account) -> None:
        """Add an account that is not in the index."""
        for key in account_keys(account):
            self._account_ids.setdefault(key, set()).add(account.account_id)

    def remove(self, account: Account) -> None:
        """Remove an account, given as it was when it was added."""
        for key in account_keys(account):
            self._account_ids.get(key, set()).discard(account.account_id)

    def account_ids(self, key: Key) -> list[str]:
        """The ids of the accounts that have a key, sorted."""
        return sorted(self._account_ids.get(canonical(key), ()))

    def conflict(self, keys: Sequence[Key], own_id: str = "") -> tuple[Key, str] | None:
        """The first of these keys that an account other than `own_id` has, with the id of that account."""
        owners = ((key, account_id) for key in keys for account_id in self.account_ids(key))
        return next(((key, account_id) for key, account_id in owners if account_id != own_id), None)


def canonical(key: Key) -> Key:
    """The key in the form in which two keys are compared."""
    return Key(key.kind, email_key(key.value) or "") if key.kind is KeyKind.EMAIL else key


def unique_keys(external_id: str | None, email: str | None) -> list[Key]:
    """The keys of a row that no other account may have, canonical: the external id unless empty, then the email."""
    keys = [Key(KeyKind.EXTERNAL_ID, external_id)] if external_id else []
    folded = email_key(email)
    return keys if folded is None else [*keys, Key(KeyKind.EMAIL, folded)]


def account_keys(account: Account) -> list[Key]:
    """Every key that an account is found by, canonical."""
    return [Key(KeyKind.ID, account.account_id), *unique_keys(account.external_id, account.email)]


def readable(
    read: Callable[[], Account], account_id: str, email: object, external_id: object = None
) -> Account:
    """The account that `read` makes of one record of an answer; one with a problem if it raises.

    The keys stay, so that nobody gets a second account, and the other records of the answer are read (rule D22).
    """
    try:
        return versioned(read())
    except ConnectorError:
        raise
    except Exception as failure:
        log.error("One account of the LMS cannot be read: %s.", without_text(failure))
        return Account(
            account_id=account_id,
            email=email if isinstance(email, str) else "",
            first_name="",
            last_name="",
            state=AccountState.ACTIVE,
            is_learner=False,
            external_id=external_id if isinstance(external_id, str) else None,
            problem=UNREADABLE_ANSWER,
        )


def versioned(account: Account) -> Account:
    """The account with its own version, or with one made of its values, which differs whenever a value does."""
    if account.version:
        return account
    values = (
        account.email,
        account.first_name,
        account.last_name,
        account.state.value,
        account.is_learner,
        account.external_id,
        sorted(account.fields.items()),
    )
    return replace(account, version=hashlib.sha256(repr(values).encode()).hexdigest()[:32])
