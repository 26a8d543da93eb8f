"""Marshmallow schemas of Paycor's small answers. A JSON object that does not fit raises a ValidationError.

Employee records are too many for marshmallow: see `records`. An error names the field, never its value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

#: Legal entity and tenant ids are int32.
_ENTITY_ID = validate.Range(1, 2_147_483_647)

#: The `expires_in` of every answer seen, used when an answer has none.
ACCESS_TOKEN_LIFE_S = 1800


class Text(fields.Raw):
    """A trimmed text; a number becomes its digits, and a blank text None."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **kwargs: object
    ) -> str | None:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValidationError("Not a text.")
        return str(value).strip() or None


class PaycorSchema(Schema):
    """A schema that ignores unknown keys."""

    class Meta:
        """Unknown keys are ignored."""

        unknown = EXCLUDE


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """The answer of a token endpoint. `refresh_token` is None when the consent does not include offline access."""

    access_token: str
    refresh_token: str | None
    expires_in_s: int


class TokenAnswerSchema(PaycorSchema):
    """The answer of either token endpoint, in snake_case or camelCase."""

    access_token = fields.String(required=True, validate=validate.Length(min=1))
    refresh_token = fields.String(load_default=None, allow_none=True)
    expires_in = fields.Integer(load_default=ACCESS_TOKEN_LIFE_S, validate=validate.Range(min=1, max=86_400))

    @pre_load
    def _snake_case(self, answer: Mapping[str, object], **_: object) -> dict[str, object]:
        names = {"accessToken": "access_token", "refreshToken": "refresh_token", "expiresIn": "expires_in"}
        return {names.get(key, key): value for key, value in answer.items()}

    @post_load
    def _build(self, loaded: Mapping[str, object], **_: object) -> TokenAnswer:
        refresh_token = str(loaded["refresh_token"] or "") or None
        return TokenAnswer(str(loaded["access_token"]), refresh_token, int(str(loaded["expires_in"])))


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The fields of an error body: they identify the error and are never repeated in a message."""

    correlation_id: str = ""
    detail: str = ""
    message: str = ""
    error: str = ""
    error_description: str = ""


class ErrorBodySchema(PaycorSchema):
    """Every kind of error body: of the API, the gateway and OAuth. The case of the keys does not matter."""

    correlation_id = Text(data_key="correlationid", load_default="", allow_none=True)
    detail = Text(load_default="", allow_none=True)
    message = Text(load_default="", allow_none=True)
    error = Text(load_default="", allow_none=True)
    error_description = Text(load_default="", allow_none=True)

    @pre_load
    def _lower_case(self, body: Mapping[str, object], **_: object) -> dict[str, object]:
        return {key.lower(): value for key, value in body.items() if isinstance(value, str | int)}

    @post_load
    def _build(self, loaded: Mapping[str, str | None], **_: object) -> ErrorBody:
        return ErrorBody(**{name: value or "" for name, value in loaded.items()})


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """One employer that a consent covers. Paycor's pages call the tenant id the company id."""

    legal_entity_id: int
    tenant_id: int


class LegalEntitySchema(PaycorSchema):
    """One row of the activated list."""

    legal_entity_id = fields.Integer(data_key="legalEntityId", required=True, validate=_ENTITY_ID)
    tenant_id = fields.Integer(data_key="tenantId", required=True, validate=_ENTITY_ID)

    @post_load
    def _build(self, loaded: Mapping[str, int], **_: object) -> LegalEntity:
        return LegalEntity(**loaded)


class ActivatedSchema(PaycorSchema):
    """`ActivatedLegalEntityTenantList`: every legal entity that the consent covers."""

    legal_entities = fields.List(
        fields.Nested(LegalEntitySchema), data_key="userLegalEntities", required=True
    )

    @post_load
    def _build(self, loaded: Mapping[str, list[LegalEntity]], **_: object) -> tuple[LegalEntity, ...]:
        return tuple(loaded["legal_entities"])


@dataclass(frozen=True, slots=True)
class Department:
    """A department; Paycor keeps its name in `description`."""

    department_id: str | None
    name: str | None
    code: str | None


class DepartmentSchema(PaycorSchema):
    """One record of a legal entity's departments."""

    department_id = Text(data_key="id", load_default=None, allow_none=True)
    name = Text(data_key="description", load_default=None, allow_none=True)
    code = Text(load_default=None, allow_none=True)

    @post_load
    def _build(self, loaded: Mapping[str, str | None], **_: object) -> Department:
        return Department(**loaded)


@dataclass(frozen=True, slots=True)
class OnboardingEmployee:
    """A person who is still being onboarded. Their id is not an employee id."""

    onboarding_id: str | None
    first_name: str | None
    last_name: str | None
    steps_total: int | None
    steps_completed: int | None

    @property
    def is_complete(self) -> bool:
        """Whether every step is done. The person is an employee then, or becomes one in a moment."""
        return bool(self.steps_total) and (self.steps_completed or 0) >= (self.steps_total or 0)


class OnboardingSchema(PaycorSchema):
    """One record of a legal entity's onboarding list. Its email address and dates are not read."""

    onboarding_id = Text(data_key="onboardingEmployeeId", load_default=None, allow_none=True)
    first_name = Text(data_key="firstName", load_default=None, allow_none=True)
    last_name = Text(data_key="lastName", load_default=None, allow_none=True)
    steps_total = fields.Integer(data_key="stepsTotal", load_default=None, allow_none=True)
    steps_completed = fields.Integer(data_key="stepsCompleted", load_default=None, allow_none=True)

    @post_load
    def _build(self, loaded: Mapping[str, object], **_: object) -> OnboardingEmployee:
        return OnboardingEmployee(**loaded)  # type: ignore[arg-type]  # the fields above are these types
