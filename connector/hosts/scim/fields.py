"""SCIM attributes as custom user data: schemas in, fields out; a resource's value in, canonical text out, and back.

Source: RFC 7643, sections 2.3 (types) and 7 (schema definitions). No input, no output.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Value

Json = Mapping[str, Any]

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"

YES, NO = "Yes", "No"

#: Attributes of the core schema that are offered as fields; the others have a fixed meaning.
_OFFERED = ("title", "userType", "nickName", "preferredLanguage", "locale", "timezone")
_TYPES = {
    "string": FieldType.STRING,
    "boolean": FieldType.STRING_CHOICE,
    "integer": FieldType.INTEGER,
    "decimal": FieldType.DECIMAL,
    "dateTime": FieldType.DATE,
}


@dataclass(frozen=True, slots=True)
class ScimAttribute:
    """An attribute that is offered as a field. `schema` is empty for the core schema."""

    field: Field
    name: str
    schema: str = ""
    type: str = "string"

    @property
    def path(self) -> str:
        """Its path in a PATCH."""
        return f"{self.schema}:{self.name}" if self.schema else self.name

    def read(self, resource: Json) -> Value:
        """Its canonical text in a resource; None when there is no value."""
        holder = resource.get(self.schema) if self.schema else resource
        value = holder.get(self.name) if isinstance(holder, Mapping) else None
        return _text(value, self.type)

    def scim(self, text: str) -> object:
        """The value for SCIM: a boolean, a number, an instant or a text."""
        if self.type == "boolean":
            return text == YES
        if self.type == "integer":
            return int(text)
        if self.type == "decimal":
            return float(text)
        return f"{text}T00:00:00Z" if self.type == "dateTime" else text


def offered_attributes(
    schemas: Mapping[str, Json], extensions: Iterable[str], named: tuple[str, ...] | None
) -> list[ScimAttribute]:
    """The attributes offered as fields, the core schema's first; the second of two with one name has its path as key.

    `named` are the keys to keep, None for all. Without schemas each named one is taken for a text.
    """
    if not schemas:
        return [_unlisted(key) for key in named or ()]
    attributes: dict[str, ScimAttribute] = {}
    for urn in (CORE, *extensions):
        for definition in schemas.get(urn, {}).get("attributes", ()):
            attribute = _attribute(definition, "" if urn == CORE else urn, attributes)
            if attribute is not None:
                attributes[attribute.field.key] = attribute
    return [one for one in attributes.values() if named is None or {one.field.key, one.path} & set(named)]


def _unlisted(key: str) -> ScimAttribute:
    schema, _, name = key.rpartition(":")
    return ScimAttribute(Field(key, name), name, schema)


def _attribute(definition: Json, schema: str, earlier: Mapping[str, ScimAttribute]) -> ScimAttribute | None:
    name, scim_type = definition.get("name", ""), definition.get("type", "string")
    if scim_type not in _TYPES or definition.get("multiValued") or not is_writable(definition):
        return None
    if not name or not (schema or name in _OFFERED):
        return None
    key = f"{schema}:{name}" if name in earlier else name
    choices = tuple(definition.get("canonicalValues") or ()) if scim_type == "string" else ()
    kind = FieldType.STRING_CHOICE if choices else _TYPES[scim_type]
    field = Field(
        key, name, kind, bool(definition.get("required")), (YES, NO) if scim_type == "boolean" else choices
    )
    return ScimAttribute(field, name, schema, scim_type)


def is_writable(definition: Json) -> bool:
    """Whether the attribute can be written and read back, according to its schema."""
    return definition.get("mutability", "readWrite") == "readWrite" and definition.get("returned") != "never"


def _text(value: object, scim_type: str) -> Value:
    if value is None or value == "":
        return None
    if scim_type == "boolean":
        return YES if value in (True, "true", "True") else NO
    if scim_type == "decimal":
        return f"{Decimal(str(value)):f}"
    return str(value)[:10] if scim_type == "dateTime" else str(value)
