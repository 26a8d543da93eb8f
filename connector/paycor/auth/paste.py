"""A connection by paste (rule B3): the values that the customer copied from their own Paycor application, checked.

In: a mapping from a form or a JSON file; out: a `PastedConnection`, or a ValidationError with a sentence for each wrong
field. No sentence repeats a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load
from marshmallow.validate import OneOf

from connector.errors import ConfigurationError
from connector.paycor.auth.credentials import Credentials
from connector.paycor.environments import ENVIRONMENTS, Environment, resolve_environment

_INT32_MAX = 2_147_483_647
_MAX_DIGITS = 10
#: The longest name that is stored, and the longest secret: Paycor's have a few hundred characters.
_MAX_NAME, _MAX_SECRET = 200, 8_000


@dataclass(frozen=True, slots=True)
class PastedConnection:
    """The pasted values: the application, its refresh token and the legal entities to read, in the pasted order."""

    environment: Environment
    credentials: Credentials
    legal_entity_ids: tuple[int, ...]
    refresh_token: str = field(repr=False)


class SecretField(fields.String):
    """One word without blanks, trimmed; an empty one counts as missing, which only an optional field may be."""

    def __init__(self, missing: str, longest: int = _MAX_SECRET, **options: Any) -> None:
        self._longest = longest
        super().__init__(
            error_messages={"required": missing, "null": missing, "invalid": missing},
            **{"required": True} | options,
        )

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text and self.required:
            raise self.make_error("required")
        if len(text) > self._longest:
            raise ValidationError(f"It has more than {self._longest:,} characters. Copy it again.")
        if len(text.split()) > 1 or not text.isprintable() or not text.isascii():
            raise ValidationError(
                "It contains a blank or an unusual character. Copy it again, without anything before or after it."
            )
        return text


class ScopeField(SecretField):
    """A scope identifier, or none: only a consent sends it, never a refresh. `offline_access` is dropped."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> str:
        words = value.split() if isinstance(value, str) else value
        scope = (
            " ".join(word for word in words if word != "offline_access") if isinstance(words, list) else value
        )
        return super()._deserialize(scope, attr, data, **kwargs)


class LegalEntityIdsField(fields.Raw):
    """Legal entity ids: a number, a text of numbers with commas or blanks, or a list of these or Paycor's objects."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> tuple[int, ...]:
        items = value if isinstance(value, list | tuple) else [value]
        ids_as_written = [item.get("legalEntityId") if isinstance(item, dict) else item for item in items]
        words = [word for item in ids_as_written for word in str(item).replace(",", " ").split()]
        if not words or not all(word.isascii() and word.isdigit() for word in words):
            raise ValidationError(
                "A legal entity id is a number such as 190204. Put a comma between several ids."
            )
        # The digits are counted first: Python does not read a number of thousands of them.
        if not all(len(word) <= _MAX_DIGITS and 1 <= int(word) <= _INT32_MAX for word in words):
            raise ValidationError(f"A legal entity id is between 1 and {_INT32_MAX}.")
        return tuple(dict.fromkeys(int(word) for word in words))


class PasteSchema(Schema):
    """The paste form or file. `legal_entity_id` and `legal_entities` are the same field; unknown keys are ignored."""

    class Meta:
        """Unknown keys are left out."""

        unknown = EXCLUDE

    client_id = SecretField(
        "The client id is missing: developer portal, your application, Application OAuth Client ID.",
        _MAX_NAME,
    )
    client_secret = SecretField(
        "The client secret is missing: Paycor shows it once, when you create the application."
    )
    subscription_key = SecretField(
        "The subscription key is missing: Security Connections tab, APIm Subscription Key."  # noqa: S106
    )
    scope = ScopeField(
        "The scope is the identifier of the current scope version, on the General tab.",
        _MAX_NAME,
        required=False,
        load_default="",
    )
    refresh_token = SecretField(
        "The refresh token is missing: activate the application and copy it from there."
    )
    legal_entity_ids = LegalEntityIdsField(
        data_key="legal_entity_id",
        required=True,
        error_messages={
            "required": "The legal entity id is missing: Paycor calls it Client ID or Entity ID."
        },
    )
    environment = fields.String(
        load_default="production",
        validate=OneOf(tuple(ENVIRONMENTS), error="The environment is production or sandbox."),
    )
    base_url = fields.String(load_default=None, allow_none=True)
    authorize_url = fields.String(load_default=None, allow_none=True)

    @pre_load
    def _merge_aliases(self, pasted: Mapping[str, object], **_: object) -> dict[str, object]:
        """Map both names of the legal entities to one, and drop empty values."""
        filled = {key: value for key, value in pasted.items() if value not in (None, "", [])}
        if "legal_entity_id" not in filled and "legal_entities" in filled:
            filled["legal_entity_id"] = filled["legal_entities"]
        return filled

    @post_load
    def _build(self, loaded: Mapping[str, object], **_: object) -> PastedConnection:
        names = ("client_id", "client_secret", "subscription_key", "scope")
        try:
            environment = resolve_environment(
                str(loaded["environment"]), _text(loaded["base_url"]), _text(loaded["authorize_url"])
            )
        except ConfigurationError as error:
            key = "authorize_url" if error.message.startswith("authorize_url") else "base_url"
            raise ValidationError(error.message, key) from error
        return PastedConnection(
            environment=environment,
            credentials=Credentials(**{name: str(loaded[name]) for name in names}),
            legal_entity_ids=cast(tuple[int, ...], loaded["legal_entity_ids"]),
            refresh_token=str(loaded["refresh_token"]),
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
