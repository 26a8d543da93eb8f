"""What every host refuses before it writes."""

import pytest

from connector.core.model.account import Account, AccountState, Field, FieldType
from connector.core.ports.host import Change, Key, KeyKind, NewAccount
from connector.hosts import checks

FIELDS = (
    Field("title", "Title"),
    Field("hours", "Hours", FieldType.DECIMAL),
    Field("grade", "Grade", FieldType.INTEGER),
    Field("hired", "Hired", FieldType.DATE),
    Field("shift", "Shift", FieldType.STRING_CHOICE, choices=("Day", "Night")),
)
ADMIN = Account("1", "ada@example.test", "Ada", "Lovelace", AccountState.ACTIVE, is_learner=False)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        pytest.param("title", "Größe", "", id="a text"),
        pytest.param("title", None, "", id="a cleared field"),
        pytest.param("shoe_size", None, checks.FIELD_UNKNOWN, id="an unknown field"),
        pytest.param("hours", "37.5", "", id="a decimal"),
        pytest.param("hours", "many", checks.FIELD_TYPE, id="no decimal"),
        pytest.param("grade", "7.5", checks.FIELD_TYPE, id="no integer"),
        pytest.param("hired", "2026-03-02", "", id="a date"),
        pytest.param("hired", "20260302", checks.FIELD_TYPE, id="a date in another format"),
        pytest.param("shift", "Day", "", id="a choice"),
        pytest.param("shift", "day", checks.FIELD_CHOICE, id="a choice in another case"),
    ],
)
def test_a_value_has_to_fit_its_field(key: str, value: str | None, code: str) -> None:
    """None clears any field that exists."""
    assert checks.value_refusals(FIELDS, {key: value}) == ({f"field:{key}": code} if code else {})


def test_an_account_is_not_created_suspended() -> None:
    """It can only be active or pending."""
    row = NewAccount("p1", "ada@example.test", "Ada", "Lovelace", AccountState.SUSPENDED)

    assert checks.create_refusal(FIELDS, row) == {"state": checks.STATE}


def test_every_value_at_fault_is_named() -> None:
    """The key of another account first, then the suspension of more than a learner, then the values."""
    conflict = (Key(KeyKind.EMAIL, "bob@example.test"), "2")
    change = Change(
        "1", state=AccountState.SUSPENDED, fields={"shift": "Dusk", "hours": "many", "title": "A"}
    )

    reasons = checks.change_refusal(FIELDS, ADMIN, change, conflict)

    assert list(reasons.items()) == [
        ("email", "email.taken"),
        ("state", checks.NOT_A_LEARNER),
        ("field:shift", checks.FIELD_CHOICE),
        ("field:hours", checks.FIELD_TYPE),
    ]
    assert checks.rejected(ADMIN, reasons).code == "email.taken"
    assert checks.rejected(ADMIN, reasons).refused == reasons
