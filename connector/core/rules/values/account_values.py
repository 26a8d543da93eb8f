"""The values of an account, by the names that operations use."""

from connector.core.model.account import Account
from connector.core.model.employee import Value, email_key
from connector.core.model.operation import FIELD


def same_value(name: str, existing: Value, desired: Value) -> bool:
    """Whether a value is already as desired; addresses that differ only in case are the same address (rule D1)."""
    return email_key(existing) == email_key(desired) if name == "email" else existing == desired


def account_values(account: Account) -> dict[str, Value]:
    """The values of an account by the names that operations use."""
    values: dict[str, Value] = {
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "external_id": account.external_id,
        "state": account.state.value,
    }
    return values | {FIELD + key: value for key, value in account.fields.items()}
