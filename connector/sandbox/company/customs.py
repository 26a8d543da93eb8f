"""The custom fields of a legal entity, one of every data type, and what each person has in them.

A value is text on the wire, whatever its type: a number with or without its decimals, a date in one of
Paycor's spellings, several choices with commas. One person in six has nothing in a given field.
"""

from datetime import date, timedelta
from typing import NamedTuple

from connector.sandbox.company.person import Person
from connector.sandbox.company.words import DEPARTMENTS

_EMPTY_STRIDE = 6


class CustomField(NamedTuple):
    """A custom field: its name, Paycor's name of its data type, what may be chosen, whether it must be filled."""

    name: str
    data_type: str
    options: tuple[str, ...] = ()
    is_required: bool = False


CUSTOM_FIELDS = (
    CustomField("LMS Group", "DropDownAlphaNumeric", ("Clinical", "Office", "Field"), is_required=True),
    CustomField("Desk", "FreeFormAlphaNumeric"),
    CustomField("Training Budget", "FreeFormCurrency"),
    CustomField("Drives for Work", "DropDownYesNo", ("Yes", "No")),
    CustomField("Phone Stipend", "DropDownCurrency", ("25.00", "50.00", "75.00")),
    CustomField("License Renewal", "Date"),
    CustomField("Languages", "PickListAlphaNumeric", ("English", "Spanish", "French", "Vietnamese")),
    CustomField("Shift Bonus", "PickListCurrency", ("10.00", "15.00", "20.00")),
)


def custom_value(place: int, person: Person, anchor: date) -> str | None:
    """What a person has in the field at a place of `CUSTOM_FIELDS`."""
    field, chance = CUSTOM_FIELDS[place], person.index + 7 * place
    if not field.is_required and chance % _EMPTY_STRIDE == 0:
        return None
    if field.name == "LMS Group":
        return "Clinical" if DEPARTMENTS[person.department].code.startswith("3") else "Office"
    if field.name == "Languages":
        return "English, Spanish" if chance % 4 == 1 else field.options[chance % len(field.options)]
    if field.options:
        return field.options[chance % len(field.options)]

    return _free(field, chance, anchor)


def _free(field: CustomField, chance: int, anchor: date) -> str:
    if field.data_type == "Date":
        day = (anchor + timedelta(days=chance * 13 % 900 - 200)).isoformat()
        return day if chance % 2 else f"{day}T00:00:00"
    if field.data_type == "FreeFormCurrency":
        amount = 100 + chance % 20 * 50
        return f"{amount}.00" if chance % 3 else str(amount)

    return f" N-{chance % 400:03d} " if chance % 9 == 1 else f"N-{chance % 400:03d}"
