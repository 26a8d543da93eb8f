"""What every host refuses before it writes: fields and values in, the values that are refused out, with reasons."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.model.employee import Value
from connector.core.model.operation import FIELD, RefusalCode
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus

#: Values that are refused, by the names that operations use, each with the code of its reason; empty for none.
Reasons = Mapping[str, str]

FIELD_UNKNOWN = RefusalCode.FIELD_UNKNOWN.value
FIELD_CHOICE = RefusalCode.FIELD_CHOICE.value
FIELD_TYPE = RefusalCode.FIELD_TYPE.value
FIELD_LIMIT = RefusalCode.FIELD_LIMIT.value
NOT_A_LEARNER = RefusalCode.NOT_A_LEARNER.value
STATE = RefusalCode.STATE.value
NOT_FOUND = RefusalCode.NOT_FOUND.value
GROUP_UNKNOWN = RefusalCode.GROUP_UNKNOWN.value
SUSPENDED = RefusalCode.SUSPENDED.value


def exists(conflict: tuple[Key, str]) -> Outcome:
    """The outcome of a create whose key another account has; `conflict` is that key and the account's id."""
    key, account_id = conflict
    return Outcome(OutcomeStatus.EXISTS, account_id, code=f"{key.kind.value}.taken")


def rejected(account: Account | None, reason: str | Reasons) -> Outcome:
    """The outcome of a row refused for one reason, or for those of its values; `account` is None for a create."""
    refused = {} if isinstance(reason, str) else dict(reason)
    code = reason if isinstance(reason, str) else next(iter(refused.values()))
    if account is None:
        return Outcome(OutcomeStatus.REJECTED, code=code, refused=refused)
    return Outcome(OutcomeStatus.REJECTED, account.account_id, account.version, code, refused=refused)


def value_refusals(fields: Iterable[Field], values: Mapping[str, Value]) -> Reasons:
    """Why these values cannot be stored in these fields. None clears any field."""
    fields_by_key = {field.key: field for field in fields}
    codes = {
        FIELD + key: _refusal(fields_by_key[key], value) if key in fields_by_key else FIELD_UNKNOWN
        for key, value in values.items()
    }
    return {name: code for name, code in codes.items() if code}


def create_refusal(fields: Iterable[Field], row: NewAccount) -> Reasons:
    """Why this account cannot be created."""
    refused = value_refusals(fields, row.fields)
    return {"state": STATE, **refused} if row.state is AccountState.SUSPENDED else refused


def change_refusal(
    fields: Iterable[Field], account: Account, change: Change, conflict: tuple[Key, str] | None
) -> Reasons:
    """Why this change cannot be made.

    `conflict` is a new key that another account has, with the id of that account.
    """
    reasons: dict[str, str] = {}
    if conflict is not None:
        kind = conflict[0].kind.value
        reasons[kind] = f"{kind}.taken"
    if change.state is AccountState.SUSPENDED and not account.is_learner:
        reasons["state"] = NOT_A_LEARNER
    return {**reasons, **value_refusals(fields, change.fields)}


def _refusal(field: Field, text: Value) -> str:
    if text is None:
        return ""
    if field.type.is_choice:
        return "" if text in field.choices else FIELD_CHOICE
    try:
        _READERS[field.type](text)
    except (ValueError, InvalidOperation):
        return FIELD_TYPE
    return "" if field.has_room_for(text) else FIELD_LIMIT


def _iso_date(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError("a date is YYYY-MM-DD")
    return day


_READERS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.STRING: str,
    FieldType.DECIMAL: Decimal,
    FieldType.INTEGER: int,
    FieldType.DATE: _iso_date,
}
