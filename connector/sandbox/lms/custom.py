"""Custom user data: which texts a field takes, and how values stand in a user's row. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from re import fullmatch

from connector.core.records import Field, FieldType, Value

from .models import TEXT_MAX, FieldDefinition

#: Why a value is refused: code -> what the pages say.
REASONS = {
    "field.unknown": "There is no such field.",
    "field.required": "This field must not be empty.",
    "field.choice": "Choose one of the listed values.",
    "field.type": "This does not fit the field's type: a date is YYYY-MM-DD, a number has digits only.",
    "field.length": f"This is too long: {TEXT_MAX} characters at most.",
    "field.text": "This contains a character that cannot be stored.",
}


class CustomFields:
    """The fields of one portal, by key."""

    def __init__(self, definitions: Iterable[FieldDefinition]) -> None:
        self.definitions = list(definitions)
        self._by_key = {definition.key: definition for definition in self.definitions}
        self._required = [definition.key for definition in self.definitions if definition.required]
        self._ids = [(str(definition.id), definition.key) for definition in self.definitions]

    def problem(self, values: Mapping[str, Value], *, complete: bool) -> str:
        """The code of the first thing wrong with these values (key -> text), or an empty text.

        With `complete` they are all that a new user has, so that a required field must be among them.
        """
        for key, value in values.items():
            definition = self._by_key.get(key)
            code = "field.unknown" if definition is None else problem(definition, value)
            if code:
                return code
        if complete and any(not values.get(key) for key in self._required):
            return "field.required"
        return ""

    def stored(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Values by key as they stand in a row: by field id, without the empty ones."""
        return {str(self._by_key[key].id): value for key, value in values.items() if value}

    def merged(self, stored: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, str]:
        """A row's values after a sparse change (key -> text, None clears)."""
        result = dict(stored)
        for key, value in values.items():
            if value:
                result[str(self._by_key[key].id)] = value
            else:
                result.pop(str(self._by_key[key].id), None)
        return result

    def shown(self, stored: Mapping[str, str]) -> dict[str, Value]:
        """A row's values by key, None for every field that is empty."""
        return {key: stored.get(field_id) for field_id, key in self._ids}

    def as_fields(self) -> list[Field]:
        """The fields as the connector's mapping page wants them."""
        return [
            Field(item.key, item.label, FieldType(item.type), item.required, tuple(item.choices))
            for item in self.definitions
        ]


def problem(definition: FieldDefinition, value: Value) -> str:
    """Why this field does not take this text (a key of REASONS), or an empty text."""
    if not value:
        return "field.required" if definition.required else ""
    if len(value) > TEXT_MAX:
        return "field.length"
    if not storable(value):
        return "field.text"
    if definition.type.is_choice:
        return "" if value in definition.choices else "field.choice"
    return "" if fits(definition.type, value) else "field.type"


def fits(field_type: FieldType, value: str) -> bool:
    """Whether a text is a canonical one of this type; for a choice field, of the type of its choices."""
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
