"""The custom fields of a legal entity, one of every data type, and what each person has in them.

A value is text on the wire, whatever its type: a number with or without its decimals, a date in one of
Paycor's spellings, several choices with commas. One person in six has no value in an optional field.
"""

from datetime import date, timedelta
from typing import NamedTuple

from connector.sandbox.company.person import Person
from connector.sandbox.company.samples import DEPARTMENTS

_EMPTY_STRIDE = 6


class CustomFieldSpec(NamedTuple):
    """A custom field: its name, Paycor's name of its data type, its choices, whether it is required."""

    name: str
    data_type: str
    options: tuple[str, ...] = ()
    is_required: bool = False


CUSTOM_FIELDS = (
    CustomFieldSpec("LMS Group", "DropDownAlphaNumeric", ("Clinical", "Office", "Field"), is_required=True),
    CustomFieldSpec("Desk", "FreeFormAlphaNumeric"),
    CustomFieldSpec("Training Budget", "FreeFormCurrency"),
    CustomFieldSpec("Drives for Work", "DropDownYesNo", ("Yes", "No")),
    CustomFieldSpec("Phone Stipend", "DropDownCurrency", ("25.00", "50.00", "75.00")),
    CustomFieldSpec("License Renewal", "Date"),
    CustomFieldSpec("Languages", "PickListAlphaNumeric", ("English", "Spanish", "French", "Vietnamese")),
    CustomFieldSpec("Shift Bonus", "PickListCurrency", ("10.00", "15.00", "20.00")),
)


def custom_value(field_index: int, person: Person, anchor: date) -> str | None:
    """A person's value of the field at an index of `CUSTOM_FIELDS`."""
    field, number = CUSTOM_FIELDS[field_index], person.index + 7 * field_index
    if not field.is_required and number % _EMPTY_STRIDE == 0:
        return None
    if field.name == "LMS Group":
        return "Clinical" if DEPARTMENTS[person.department].code.startswith("3") else "Office"
    if field.name == "Languages":
        return "English, Spanish" if number % 4 == 1 else field.options[number % len(field.options)]
    if field.options:
        return field.options[number % len(field.options)]

    return _free(field, number, anchor)


def _free(field: CustomFieldSpec, number: int, anchor: date) -> str:
    if field.data_type == "Date":
        day = (anchor + timedelta(days=number * 13 % 900 - 200)).isoformat()
        return day if number % 2 else f"{day}T00:00:00"
    if field.data_type == "FreeFormCurrency":
        amount = 100 + number % 20 * 50
        return f"{amount}.00" if number % 3 else str(amount)

    return f" N-{number % 400:03d} " if number % 9 == 1 else f"N-{number % 400:03d}"
