"""The forms of the LMS's pages. Flask-WTF checks the CSRF token of every POST."""

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FieldList,
    Form,
    FormField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import choices as choice_fields
from wtforms.validators import EqualTo, InputRequired, Length, Optional, ValidationError

from connector.core.model.account import AccountState, FieldType
from connector.sandbox.lms.db.tables import NAME_MAX, FieldDefinition, Operator, Subject, UserType
from connector.sandbox.lms.people import checks
from connector.sandbox.lms.people.custom_fields import REASONS as FIELD_REASONS
from connector.sandbox.lms.people.custom_fields import Check, CustomFields, fits

PASSWORD_MIN = 10
PASSWORD_MAX = 200
#: The most conditions of one rule.
CONDITIONS_MAX = 10
TYPE_LABELS = {
    FieldType.STRING: "Text",
    FieldType.DECIMAL: "Decimal number",
    FieldType.INTEGER: "Whole number",
    FieldType.DATE: "Date (YYYY-MM-DD)",
    FieldType.STRING_CHOICE: "Text, one of a list",
    FieldType.DECIMAL_CHOICE: "Decimal number, one of a list",
    FieldType.INTEGER_CHOICE: "Whole number, one of a list",
}
STATE_LABELS = {
    AccountState.ACTIVE: "Active",
    AccountState.PENDING: "Pending",
    AccountState.SUSPENDED: "Suspended",
}
TYPE_OF_USER_LABELS = {user_type: user_type.value.title() for user_type in UserType}
OPERATOR_LABELS = {
    Operator.EQUALS: "equals",
    Operator.CONTAINS: "contains",
    Operator.BEFORE: "is before (or less than)",
    Operator.AFTER: "is after (or more than)",
    Operator.IN: "is one of",
}
#: Prefix of a custom user data field's name in a form.
CUSTOM_PREFIX = "custom-"


#: WTForms has had a class for an option since 3.3, and warns about pairs.
_OPTION: Any = getattr(choice_fields, "SelectChoice", lambda value, label: (value, label))


def options(labels: Mapping[Any, str], empty: str | None = None) -> list[Any]:
    """The options of a select field, value -> label; `empty` is the label of no choice."""
    first = [] if empty is None else [_OPTION("", empty)]
    return first + [_OPTION(value, label) for value, label in labels.items()]


class SignInForm(Form):
    """Portal, address and password."""

    portal = StringField(
        "Portal", [InputRequired(), Length(max=50)], description="As in the address: northfield"
    )
    email = EmailField("Email", [InputRequired(), Length(max=254)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        "Password",
        [InputRequired(), Length(max=PASSWORD_MAX)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(
        "New password",
        [InputRequired(), Length(PASSWORD_MIN, PASSWORD_MAX)],
        description=f"{PASSWORD_MIN} characters or more.",
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        "The same again",
        [InputRequired(), EqualTo("password", "The two passwords differ.")],
        render_kw={"autocomplete": "new-password"},
    )


class EmailForm(Form):
    """An email address alone."""

    email = EmailField("Email", [InputRequired(), Length(max=254)], render_kw={"autocomplete": "username"})


class FilterForm(Form):
    """The filters of the list of users."""

    text = StringField("Name or email", [Optional(), Length(max=100)])
    state = SelectField("Status", choices=options(STATE_LABELS, "Any"))
    created = StringField(
        "Created since", [Optional()], description="A date, such as 2026-01-31", render_kw={"size": 22}
    )
    source = SelectField(
        "Comes from", choices=options({"paycor": "Paycor", "hand": "Added by hand"}, "Anywhere")
    )


class UserForm(Form):
    """A user; `user_form` adds the portal's custom user data."""

    first_name = StringField("First name", [Length(max=NAME_MAX)])
    last_name = StringField("Last name", [Length(max=NAME_MAX)])
    email = EmailField("Email", [InputRequired()])
    type = SelectField("Type", choices=options(TYPE_OF_USER_LABELS))
    full_permissions = BooleanField("Full portal permissions", description="For admins: may change settings.")

    def validate_email(self, field: Field) -> None:
        """Refuse an address that the portal cannot mail."""
        if checks.email_problem(field.data or ""):
            raise ValidationError(checks.REASONS["email"])


class EditUserForm(UserForm):
    """An existing user."""

    state = SelectField("Status", choices=options(STATE_LABELS))


class NewUserForm(UserForm):
    """A new user, and the mail that they get."""

    mail = SelectField(
        "How to add",
        choices=options(
            {
                "invitation": "Pending, with an invitation email",
                "welcome": "Active, with a welcome email",
                "none": "Active, without an email",
            }
        ),
    )


class DefinitionForm(Form):
    """A custom user data field."""

    label = StringField("Label", [InputRequired(), Length(max=100)])
    type = SelectField("Type", choices=options(TYPE_LABELS))
    required = BooleanField("Required")
    choices = TextAreaField(
        "Choices",
        description="For the three types with a list: one value a line. What comes from elsewhere must match.",
        render_kw={"rows": 6},
    )


class GroupForm(Form):
    """A group's name."""

    name = StringField("Name", [InputRequired(), Length(max=100)])


class CourseForm(Form):
    """A course."""

    title = StringField("Title", [InputRequired(), Length(max=NAME_MAX)])
    summary = TextAreaField("Summary", [Length(max=2000)], render_kw={"rows": 3})
    ends_on_leaving = BooleanField(
        "End the enrolment on leaving",
        description="Of users in none of these groups any more. Otherwise, or once finished, the course is kept.",
    )
    send_link = BooleanField(
        "Mail the course link", description="To people who are enrolled after they were welcomed."
    )
    groups = SelectMultipleField(
        "Enrol the members of", coerce=int, description="Now, and users who join later."
    )


class ConditionForm(Form):
    """One condition of a dynamic rule."""

    subject = SelectField("Look at")
    operator = SelectField("Which", choices=options(OPERATOR_LABELS))
    operand = TextAreaField(
        "Value",
        [InputRequired(), Length(max=2000)],
        description="For “is one of”: one value a line.",
        render_kw={"rows": 2},
    )

    def validate_operand(self, field: Field) -> None:
        """Refuse a value that cannot be ordered: such a rule would never match."""
        text = str(field.data or "").strip()
        orders = self.operator.data in (Operator.BEFORE, Operator.AFTER)
        is_date, is_number = fits(FieldType.DATE, text), fits(FieldType.DECIMAL, text)
        if orders and not (is_date or (is_number and self.subject.data != Subject.CREATED)):
            raise ValidationError("Write a date as 2026-01-31; for a field with numbers, a number.")


class RuleForm(Form):
    """A dynamic rule: users must meet all its conditions."""

    conditions = FieldList(FormField(ConditionForm), min_entries=1, max_entries=CONDITIONS_MAX)
    group_id = SelectField("Add to group", coerce=int)


class PortalForm(Form):
    """The settings of a portal that its admin may change."""

    name = StringField("Name", [InputRequired(), Length(max=NAME_MAX)])
    time_zone = SelectField("Time zone")
    sso = BooleanField(
        "Single sign-on", description="People sign in elsewhere: no passwords, no emails about them."
    )


def user_form(base: type[UserForm], fields: CustomFields) -> type[UserForm]:
    """The form plus one field for each custom user data field, named CUSTOM_PREFIX and its id."""
    extra = {f"{CUSTOM_PREFIX}{item.id}": _custom_field(item) for item in fields.definitions}
    return type("CustomUserForm", (base,), extra)


def custom_values(form: Form, fields: CustomFields) -> dict[str, str | None]:
    """Field key -> text, None for an empty one, from a form made by `user_form`."""
    return {
        item.key: str(form[f"{CUSTOM_PREFIX}{item.id}"].data or "").strip() or None
        for item in fields.definitions
    }


def custom_data(stored: Mapping[str, str]) -> dict[str, Any]:
    """A row's custom user data as the form's initial values."""
    return {f"{CUSTOM_PREFIX}{field_id}": value for field_id, value in stored.items()}


def _custom_field(definition: FieldDefinition) -> Field:
    def check(_form: Form, field: Field) -> None:
        code = Check.of(definition).problem(str(field.data or "").strip() or None)
        if code:
            raise ValidationError(FIELD_REASONS[code])

    label = definition.label
    if definition.type.is_choice:
        choices = options({choice: choice for choice in definition.choices}, "–")
        return SelectField(label, [check], choices=choices, validate_choice=False)
    hint = {FieldType.DATE: "YYYY-MM-DD", FieldType.INTEGER: "A whole number"}.get(definition.type, "")
    return StringField(label, [check], description=hint)
