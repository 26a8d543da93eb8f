"""What every host refuses before it writes: fields and values in, the code of a refusal out, empty for none."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.model.employee import Value
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus

#: There is no such custom user data field, or no longer.
FIELD_UNKNOWN = "field.unknown"
#: The value is not one of the field's choices; the comparison is exact and case-sensitive (rule A32).
FIELD_CHOICE = "field.choice"
#: The value is not of the field's type.
FIELD_TYPE = "field.type"
#: The text is too long for the field, or the date is not one of those it accepts.
FIELD_LIMIT = "field.limit"
#: A sync never suspends an account that is more than a learner.
NOT_A_LEARNER = "not_a_learner"
#: A new account can only be active or pending.
STATE = "state"
#: There is no such account, or no longer.
NOT_FOUND = "not_found"
#: There is no such group, or no longer.
GROUP_UNKNOWN = "group.unknown"
#: A suspended account gets no mail.
SUSPENDED = "suspended"


def exists(conflict: tuple[Key, str]) -> Outcome:
    """The outcome of a create whose key another account has; `conflict` is that key and the account's id."""
    key, account_id = conflict
    return Outcome(OutcomeStatus.EXISTS, account_id, code=f"{key.kind.value}.taken")


def rejected(account: Account | None, code: str) -> Outcome:
    """The outcome of a row that was refused; `account` is None for a create."""
    if account is None:
        return Outcome(OutcomeStatus.REJECTED, code=code)
    return Outcome(OutcomeStatus.REJECTED, account.account_id, account.version, code)


def value_refusal(fields: Iterable[Field], values: Mapping[str, Value]) -> str:
    """The code of why these values cannot be stored in these fields; empty when they can. None clears any field."""
    fields_by_key = {field.key: field for field in fields}
    for key, value in values.items():
        if key not in fields_by_key:
            return FIELD_UNKNOWN
        if value is not None:
            refusal = _refusal(fields_by_key[key], value)
            if refusal:
                return refusal
    return ""


def create_refusal(fields: Iterable[Field], row: NewAccount) -> str:
    """The code of why this account cannot be created; empty when it can."""
    if row.state is AccountState.SUSPENDED:
        return STATE
    return value_refusal(fields, row.fields)


def change_refusal(
    fields: Iterable[Field], account: Account, change: Change, conflict: tuple[Key, str] | None
) -> str:
    """The code of why this change cannot be made; empty when it can.

    `conflict` is a new key that another account has, with the id of that account.
    """
    if conflict is not None:
        return f"{conflict[0].kind.value}.taken"
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
