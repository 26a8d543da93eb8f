"""What every host refuses before it writes: fields and values in, the code of a refusal or nothing out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.model.employee import Value
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus

#: The custom user data field does not exist (any more).
FIELD_UNKNOWN = "field.unknown"
#: The value is none of the field's choices, letter by letter (rule A32).
FIELD_CHOICE = "field.choice"
#: The value is not of the field's type.
FIELD_TYPE = "field.type"
#: Somebody who is more than a learner is never suspended by a sync.
NOT_A_LEARNER = "not_a_learner"
#: A new account is active or pending, nothing else.
STATE = "state"
#: There is no such account (any more).
NOT_FOUND = "not_found"
#: There is no such group (any more).
GROUP_UNKNOWN = "group.unknown"
#: A suspended account is not mailed.
SUSPENDED = "suspended"


def exists(taken: tuple[Key, str]) -> Outcome:
    """The outcome of a create whose key is somebody's."""
    key, account_id = taken
    return Outcome(OutcomeStatus.EXISTS, account_id, code=f"{key.kind.value}.taken")


def rejected(account: Account | None, code: str) -> Outcome:
    """The outcome of a row that the LMS will not have; `account` is None for a create."""
    if account is None:
        return Outcome(OutcomeStatus.REJECTED, code=code)
    return Outcome(OutcomeStatus.REJECTED, account.account_id, account.version, code)


def value_refusal(fields: Iterable[Field], values: Mapping[str, Value]) -> str:
    """Why these values cannot be stored in these fields; empty when they can. None clears any field."""
    known = {field.key: field for field in fields}
    for key, value in values.items():
        if key not in known:
            return FIELD_UNKNOWN
        if value is not None:
            refusal = _refusal(known[key], value)
            if refusal:
                return refusal
    return ""


def create_refusal(fields: Iterable[Field], row: NewAccount) -> str:
    """Why this account cannot be made; empty when it can."""
    if row.state is AccountState.SUSPENDED:
        return STATE
    return value_refusal(fields, row.fields)


def change_refusal(
    fields: Iterable[Field], account: Account, change: Change, taken: tuple[Key, str] | None
) -> str:
    """Why this account cannot be changed so; empty when it can. `taken` is a new key that is somebody else's."""
    if taken is not None:
        return f"{taken[0].kind.value}.taken"
    if change.state is AccountState.SUSPENDED and not account.is_learner:
        return NOT_A_LEARNER
    return value_refusal(fields, change.fields)


def _refusal(field: Field, text: str) -> str:
    if field.type.is_choice:
        return "" if text in field.choices else FIELD_CHOICE
    try:
        _READERS[field.type](text)
    except (ValueError, InvalidOperation):
        return FIELD_TYPE
    return ""


def _iso_date(text: str) -> date:
    read = date.fromisoformat(text)
    if read.isoformat() != text:
        raise ValueError("a date is YYYY-MM-DD")
    return read


_READERS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.STRING: str,
    FieldType.DECIMAL: Decimal,
    FieldType.INTEGER: int,
    FieldType.DATE: _iso_date,
}
