"""Who carries which key: accounts in, the ids of those that are found under a key out. No input, no output."""

from collections.abc import Sequence

from connector.core.model.account import Account
from connector.core.model.employee import email_key
from connector.core.ports.host import Key, KeyKind


class KeyIndex:
    """Accounts by id, external id and email, kept up to date as a batch is worked through."""

    def __init__(self) -> None:
        self._carriers: dict[Key, set[str]] = {}

    def put(self, account: Account) -> None:
        """Add an account that is not in it."""
        for key in carried(account):
            self._carriers.setdefault(key, set()).add(account.account_id)

    def drop(self, account: Account) -> None:
        """Take an account out, as it was when it was put in."""
        for key in carried(account):
            self._carriers.get(key, set()).discard(account.account_id)

    def carriers(self, key: Key) -> list[str]:
        """The ids of the accounts that carry a key, sorted."""
        return sorted(self._carriers.get(canonical(key), ()))

    def taken(self, keys: Sequence[Key], account_id: str = "") -> tuple[Key, str] | None:
        """The first of these keys that an account other than `account_id` carries, with that account's id."""
        carriers = ((key, carrier) for key in keys for carrier in self.carriers(key))
        return next(((key, carrier) for key, carrier in carriers if carrier != account_id), None)


def canonical(key: Key) -> Key:
    """The key in the form in which two are compared."""
    return Key(key.kind, email_key(key.value) or "") if key.kind is KeyKind.EMAIL else key


def wanted(external_id: str | None, email: str | None) -> list[Key]:
    """The keys that a row asks for, in canonical form: the external id unless it is empty, then the email."""
    keys = [Key(KeyKind.EXTERNAL_ID, external_id)] if external_id else []
    folded = email_key(email)
    return keys if folded is None else [*keys, Key(KeyKind.EMAIL, folded)]


def carried(account: Account) -> list[Key]:
    """Every key that an account is found under, in canonical form."""
    return [Key(KeyKind.ID, account.account_id), *wanted(account.external_id, account.email)]
