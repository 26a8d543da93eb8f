"""The base of all forms, the small forms of the pages, and how what was typed is read.

Each form has its own token against forged requests, whether the LMS protects its forms or not.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import wtforms
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from connector.web.frame.bounds import MAX_DIGITS, row_id

#: Choices of the forms; `connector.words` has a label for each.
ENVIRONMENTS = ("production", "sandbox")
AFTERWARDS = ("keep", "forget")
CHOOSE = "Choose one of these."


def values(choices: Iterable[str]) -> Any:
    """Choices without labels; WTForms accepts them, but its type stubs do not."""
    return list(choices)


def lines(text: str | None) -> list[str]:
    """The lines of a text field, stripped, without empty ones."""
    return [stripped for line in (text or "").splitlines() if (stripped := line.strip())]


def ticked_and_added(
    saved: Sequence[str], ticked: Sequence[str] | None, added: Sequence[str]
) -> tuple[str, ...]:
    """A list after its form: the saved ones that are still ticked, then the added ones, each once."""
    return tuple(dict.fromkeys((*(one for one in saved if one in (ticked or ())), *added)))


class TokenForm(FlaskForm, wtforms.Form):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with its token, also where the LMS has switched off Flask-WTF's protection for its own forms."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """The host's configuration does not decide about the token, nor about its name, which our templates use."""

        csrf = True
        csrf_field_name = "csrf_token"

    def add_errors(self, errors: Mapping[str | int, str]) -> None:
        """Show a service's errors beside the fields they are about."""
        for name, sentence in errors.items():
            field = self._fields.get(str(name))
            if field is not None:
                field.errors = [*field.errors, sentence]


class WholeNumberField(wtforms.IntegerField):
    """A whole number of a form. One with more digits than any setting has is none: a library may fail on it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError for anything else."""
        super().process_formdata([text if len(text) <= MAX_DIGITS else "" for text in valuelist])


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


def _text(label: str, description: str, *, optional: bool = False) -> wtforms.StringField:
    return wtforms.StringField(
        label,
        description=description,
        validators=[Optional() if optional else DataRequired(f"{label} is missing.")],
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
    scope = _text(
        "Application scope (optional)",
        "Tab General: the identifier of the current scope version.",
        optional=True,
    )
    refresh_token = _secret(
        "Refresh token",
        "Shown at the end of activating the application. It works once: copy it right before.",
    )
    legal_entity_id = _text(
        "Legal entity id",
        "Paycor also calls it Client ID or Entity ID. Several are parted by commas.",
    )

    def payload(self) -> dict[str, object]:
        """The pasted values by field name, without the token."""
        return {name: value for name, value in self.data.items() if name != self.meta.csrf_field_name}


class DisconnectForm(TokenForm):
    """The choice at Disconnect: keep or forget what is stored (rule D17)."""

    afterwards = wtforms.RadioField(
        "Afterwards", choices=values(AFTERWARDS), default="keep", validators=[InputRequired(CHOOSE)]
    )


class CompletionsConsentForm(TokenForm):
    """The consent to writing finished courses to Paycor."""

    agreed = wtforms.BooleanField(
        "I consent to finished courses being written into our employees' records at Paycor.",
        validators=[DataRequired("Without this consent nothing is written to Paycor.")],
    )


class EntitiesForm(TokenForm):
    """The legal entities to read. The page takes the choices from Paycor's answer, so none are checked here."""

    entity = wtforms.SelectMultipleField("Legal entities", coerce=row_id, validate_choice=False)


class PersonForm(TokenForm):
    """The search for one person."""

    who = wtforms.StringField(
        "Employee id, employee number, account id or work email",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Enter an id, a number or a work email."), Length(max=320)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PeopleForm(TokenForm):
    """The people to mail (rules D13, X14)."""

    person = wtforms.SelectMultipleField("People", validate_choice=False)


class PlanForm(TokenForm):
    """The digest of the plan that the admin saw (rule X2)."""

    digest = wtforms.HiddenField("Digest", validators=[DataRequired()])


class RowsForm(TokenForm):
    """The rows of a plan to release (rule X4)."""

    row = wtforms.SelectMultipleField("Rows", coerce=row_id, validate_choice=False)
