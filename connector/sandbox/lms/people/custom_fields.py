"""Custom user data: which texts a field takes, and how a user's row stores them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from re import fullmatch

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Value
from connector.sandbox.lms.db.tables import TEXT_MAX, FieldDefinition

#: Why a value is refused: code -> what the pages say.
REASONS = {
    "field.unknown": "There is no such field.",
    "field.required": "This field must not be empty.",
    "field.choice": "Choose one of the listed values.",
    "field.type": "This does not fit the field's type: a date is YYYY-MM-DD, a number has digits only.",
    "field.length": f"This is too long: {TEXT_MAX} characters at most.",
    "field.text": "This contains a character that cannot be stored.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """The check of one field's values; `stored_as` is the field's key in a user's row."""

    stored_as: str
    type: FieldType
    required: bool
    choices: frozenset[str]
    is_choice: bool

    @classmethod
    def of(cls, definition: FieldDefinition) -> "Check":
        """The check for a field."""
        field_type = definition.type
        choices = frozenset(definition.choices)
        return cls(str(definition.id), field_type, definition.required, choices, field_type.is_choice)

    def problem(self, value: Value) -> str:
        """Why the field does not take this text (a key of REASONS); empty when it does."""
        if not value:
            return "field.required" if self.required else ""
        if self.is_choice:
            return "" if value in self.choices else "field.choice"
        if len(value) > TEXT_MAX:
            return "field.length"
        if not storable(value):
            return "field.text"
        return "" if self.type is FieldType.STRING or fits(self.type, value) else "field.type"


class CustomFields:
    """The fields of one portal, by key. They are read once, for the checks of thousands of users."""

    def __init__(self, definitions: Iterable[FieldDefinition]) -> None:
        self.definitions = list(definitions)
        self._checks = {definition.key: Check.of(definition) for definition in self.definitions}
        self._required = [key for key, check in self._checks.items() if check.required]

    def problems(self, values: Mapping[str, Value], *, complete: bool) -> dict[str, str]:
        """The code of the problem with each of these values (key -> text) that has one, by key.

        With `complete` they are all values of a new user, so that every required field must be among them.
        """
        missing = [key for key in self._required if complete and not values.get(key)]
        codes = {
            key: self._checks[key].problem(value) if key in self._checks else "field.unknown"
            for key, value in values.items()
        }
        return {key: code for key, code in codes.items() if code} | dict.fromkeys(missing, "field.required")

    def stored(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Values by key as a row stores them: by field id, without the empty ones."""
        return {self._checks[key].stored_as: value for key, value in values.items() if value}

    def merged(self, stored: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, str]:
        """A row's values after a sparse change (key -> text, None clears)."""
        result = dict(stored)
        for key, value in values.items():
            if value:
                result[self._checks[key].stored_as] = value
            else:
                result.pop(self._checks[key].stored_as, None)
        return result

    def shown(self, stored: Mapping[str, str]) -> dict[str, Value]:
        """A row's values by key, None for every field that is empty."""
        return {key: stored.get(check.stored_as) for key, check in self._checks.items()}

    def as_fields(self) -> list[Field]:
        """The fields for the connector's mapping page."""
        return [
            Field(item.key, item.label, item.type, item.required, tuple(item.choices))
            for item in self.definitions
        ]


def fits(field_type: FieldType, value: str) -> bool:
    """Whether a text is canonical for this type; for a choice field, for the type of its choices."""
    match field_type:
        case FieldType.INTEGER | FieldType.INTEGER_CHOICE:
            return fullmatch(r"-?[0-9]{1,18}", value) is not None
        case FieldType.DECIMAL | FieldType.DECIMAL_CHOICE:
            return fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value) is not None
        case FieldType.DATE:
            return _is_date(value)
        case _:
            return True


def storable(text: str) -> bool:
    """Whether every database takes it: no NUL and no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _is_date(value: str) -> bool:
    if fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
