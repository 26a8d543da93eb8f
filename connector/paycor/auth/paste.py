"""The second way to connect (rule B3): what the customer copied from their own Paycor application, checked.

In: a mapping from a form or a JSON file; out: a `Pasted`, or a ValidationError with a plain sentence for each field.
No sentence repeats a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load
from marshmallow.validate import OneOf

from connector.errors import ConfigurationError
from connector.paycor.auth.credentials import Credentials
from connector.paycor.environments import ENVIRONMENTS, Environment, environment

_INT32_MAX = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Pasted:
    """A connection by paste: the application, its refresh token and the legal entities to read, in the order given."""

    environment: Environment
    credentials: Credentials
    legal_entity_ids: tuple[int, ...]
    refresh_token: str = field(repr=False)


class Secret(fields.String):
    """One unbroken word, trimmed; blank counts as missing."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            required=True, error_messages={"required": missing, "null": missing, "invalid": missing}
        )

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text:
            raise self.make_error("required")
        if len(text.split()) > 1 or not text.isprintable() or not text.isascii():
            raise ValidationError("There is a blank or a strange sign inside: copy it again, by itself.")
        return text


class ScopeField(Secret):
    """A scope identifier; an `offline_access` that was copied along with it is dropped."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> str:
        words = value.split() if isinstance(value, str) else value
        alone = (
            " ".join(word for word in words if word != "offline_access") if isinstance(words, list) else value
        )
        return super()._deserialize(alone, attr, data, **kwargs)


class LegalEntityIds(fields.Raw):
    """A number, a text with numbers between commas or blanks, or a list of either or of Paycor's own objects."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> tuple[int, ...]:
        parts = value if isinstance(value, list | tuple) else [value]
        named = [part.get("legalEntityId") if isinstance(part, dict) else part for part in parts]
        words = [word for part in named for word in str(part).replace(",", " ").split()]
        if not words or not all(word.isascii() and word.isdigit() for word in words):
            raise ValidationError(
                "A legal entity id is a number such as 190204; put a comma between two of them."
            )
        ids = tuple(dict.fromkeys(int(word) for word in words))
        if not all(1 <= entity_id <= _INT32_MAX for entity_id in ids):
            raise ValidationError(f"A legal entity id is between 1 and {_INT32_MAX}.")
        return ids


class PasteSchema(Schema):
    """The paste form or file. `legal_entity_id` and `legal_entities` are the same field; other keys are ignored."""

    class Meta:
        """Unknown keys are left out."""

        unknown = EXCLUDE

    client_id = Secret(
        "The client id is missing: developer portal, your application, Application OAuth Client ID."
    )
    client_secret = Secret(
        "The client secret is missing: Paycor shows it once, when the application is made."
    )
    subscription_key = Secret(
        "The subscription key is missing: tab Security Connections, APIm Subscription Key."  # noqa: S106
    )
    scope = ScopeField("The scope is missing: tab General, the identifier of the current scope version.")
    refresh_token = Secret("The refresh token is missing: activate the application and copy it from there.")
    legal_entity_ids = LegalEntityIds(
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
    def _one_name(self, pasted: Mapping[str, object], **_: object) -> dict[str, object]:
        """Bring both names of the legal entities together; blank optional fields count as not given."""
        given = {key: value for key, value in pasted.items() if value not in (None, "", [])}
        if "legal_entity_id" not in given and "legal_entities" in given:
            given["legal_entity_id"] = given["legal_entities"]
        return given

    @post_load
    def _made(self, loaded: Mapping[str, object], **_: object) -> Pasted:
        names = ("client_id", "client_secret", "subscription_key", "scope")
        try:
            place = environment(
                str(loaded["environment"]), _text(loaded["base_url"]), _text(loaded["authorize_url"])
            )
        except ConfigurationError as error:
            key = "authorize_url" if error.message.startswith("authorize_url") else "base_url"
            raise ValidationError(error.message, key) from error
        return Pasted(
            environment=place,
            credentials=Credentials(**{name: str(loaded[name]) for name in names}),
            legal_entity_ids=cast(tuple[int, ...], loaded["legal_entity_ids"]),
            refresh_token=str(loaded["refresh_token"]),
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
