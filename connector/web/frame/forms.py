"""The pages' forms, but for the invite configuration's.

Each carries a token of its own against forged requests, whatever the LMS does about them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import wtforms
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Length

from connector.core.model.attributes import Attribute

#: The words for them are those of `words`.
ENVIRONMENTS = ("production", "sandbox")
AFTERWARDS = ("keep", "forget")
CHOOSE = "Choose one of these."


def values(choices: Iterable[str]) -> Any:
    """A field's choices as values alone; WTForms takes them so, which its type stubs do not know."""
    return list(choices)


def by_permission(attributes: Sequence[Attribute]) -> Mapping[str, Sequence[Attribute]]:
    """The attributes under the right that each needs, both in the order of the catalogue."""
    found: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        found.setdefault(attribute.permission, []).append(attribute)
    return found


def lines(text: str | None) -> list[str]:
    """What was typed one a line, without blanks around it and without empty lines."""
    return [line for typed in (text or "").splitlines() if (line := typed.strip())]


class TokenForm(FlaskForm, wtforms.Form):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with its token, also where the LMS has switched Flask-WTF's protection off for its own."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """The token is not a matter of the host's configuration."""

        csrf = True

    def take_errors(self, errors: Mapping[str | int, str]) -> None:
        """Show what a service found wrong beside the field it is about."""
        for name, sentence in errors.items():
            field = self._fields.get(str(name))
            if field is not None:
                field.errors = [*field.errors, sentence]


class ActionForm(TokenForm):
    """A button: nothing but the token."""


class ConsentForm(TokenForm):
    """The first way to connect: sign in at Paycor."""

    environment = wtforms.RadioField(
        "Environment",
        choices=values(ENVIRONMENTS),
        default="production",
        validators=[InputRequired(CHOOSE)],
    )


def _secret(label: str, description: str) -> wtforms.PasswordField:
    missing = f"{label} is missing."
    return wtforms.PasswordField(
        label,
        description=description,
        validators=[DataRequired(missing)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _text(label: str, description: str) -> wtforms.StringField:
    return wtforms.StringField(
        label,
        description=description,
        validators=[DataRequired(f"{label} is missing.")],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PasteForm(TokenForm):
    """The second way to connect (rule B3): the customer's own Paycor application. Secrets are never shown again."""

    environment = wtforms.RadioField(
        "Environment",
        choices=values(ENVIRONMENTS),
        default="production",
        validators=[InputRequired(CHOOSE)],
        description="A sandbox application, for a trial with made-up people, works with the sandbox alone.",
    )
    client_id = _text("OAuth client id", "Developer portal, your application, tab Security Connections.")
    client_secret = _secret(
        "OAuth client secret", "Shown once, when the application is made. Lost: make a new one there."
    )
    subscription_key = _secret("APIm subscription key", "Tab Security Connections.")
    scope = _text("Application scope", "Tab General: the identifier of the current scope version.")
    refresh_token = _secret(
        "Refresh token",
        "Shown at the end of activating the application. It works once: copy it right before.",
    )
    legal_entity_id = _text(
        "Legal entity id",
        "Paycor also calls it Client ID or Entity ID. Several are parted by commas.",
    )

    def payload(self) -> dict[str, object]:
        """What was pasted, by the names of the fields, without the token."""
        return {name: value for name, value in self.data.items() if name != self.meta.csrf_field_name}


class DisconnectForm(TokenForm):
    """What becomes of what is stored (rule D17)."""

    afterwards = wtforms.RadioField(
        "Afterwards", choices=values(AFTERWARDS), default="keep", validators=[InputRequired(CHOOSE)]
    )


class SendingForm(TokenForm):
    """The consent to completions being written to Paycor."""

    agreed = wtforms.BooleanField(
        "I consent to finished courses being written into our employees' records at Paycor.",
        validators=[DataRequired("Without this consent nothing is written to Paycor.")],
    )


class EntitiesForm(TokenForm):
    """The legal entities to read; which ones there are is known only by asking."""

    entity = wtforms.SelectMultipleField("Legal entities", coerce=int, validate_choice=False)


class PersonForm(TokenForm):
    """Whom somebody is looking for."""

    who = wtforms.StringField(
        "Employee id, employee number, account id or work email",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Say whom you are looking for."), Length(max=320)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PeopleForm(TokenForm):
    """The people to tell (rule D13)."""

    person = wtforms.SelectMultipleField("People", validate_choice=False)


class PlanForm(TokenForm):
    """The plan that was seen (rule X2)."""

    digest = wtforms.HiddenField("Digest", validators=[DataRequired()])


class RowsForm(TokenForm):
    """The rows of a plan that are released (rule X4)."""

    row = wtforms.SelectMultipleField("Rows", coerce=int, validate_choice=False)
