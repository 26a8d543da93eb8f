"""Invite configuration: when and how people are added, when access ends, how fast mail goes out, the daily sync."""

from dataclasses import asdict, replace
from enum import StrEnum

import wtforms
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, NumberRange

from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    FirstName,
    InviteWhen,
    ListVersion,
    MailPace,
    OnLeave,
    Policy,
    ReadInterval,
    SettingsSection,
)
from connector.errors import SettingsConflict
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings.choices import Choices
from connector.web.frame import access
from connector.web.frame.forms import CHOOSE, TokenForm, WholeNumberField, values
from connector.web.settings import versions


def _choice(label: str, choices: type[StrEnum], description: str) -> wtforms.RadioField:
    required = InputRequired(CHOOSE)
    return wtforms.RadioField(
        label,
        choices=values(choice.value for choice in choices),
        description=description,
        validators=[required],
    )


def _whole_number(label: str, minimum: int, maximum: int, description: str) -> WholeNumberField:
    range_text = f"A whole number from {minimum} to {maximum}."
    return WholeNumberField(
        label,
        description=f"{description} {range_text}",
        validators=[InputRequired(range_text), NumberRange(minimum, maximum, range_text)],
    )


class InviteForm(TokenForm):
    """Invite configuration (rules A37 to A39, D5 to D7, D10), and when and how often Paycor is read (X28)."""

    invite_when = _choice(
        "When do you want to invite them?",
        InviteWhen,
        "Either way nobody is invited before Paycor lists them as employed.",
    )
    invite_days = _whole_number(
        "Days after the hiring date",
        -365,
        365,
        "Only with the second choice: 0 is the day itself, -7 a week before it.",
    )
    add_as = _choice(
        "How to add new users?",
        AddAs,
        "Learners who have an account already are linked to it and get no mail. With the second choice nobody"
        " is told until you do so under Not told yet.",
    )
    first_name = _choice(
        "Which first name does the account get?",
        FirstName,
        "The legal one needs the permission View Legal Entity Persons. Where Paycor does not send it, an account keeps"
        " its name.",
    )
    on_leave = _choice("During a leave", OnLeave, "Paycor's leave statuses, whatever the reason.")
    access_ends = _choice(
        "When somebody leaves, access ends",
        AccessEnds,
        "A termination date still to come changes nothing until that day; one that is withdrawn is undone.",
    )
    grace_days = _whole_number(
        "Days of grace",
        0,
        30,
        "Access ends so many days after the last day: 0 for none. Nobody gets a new account in these days.",
    )
    day_zone = _choice(
        "A day begins",
        DayZone,
        "Hiring and termination dates are days, not instants. Whose midnight counts?",
    )
    list_version = _choice(
        "Which of Paycor's employee lists is read?",
        ListVersion,
        "What only the other list has cannot be mapped then; if it is mapped already, its field keeps its value.",
    )
    per_hour = _whole_number("Mails an hour", 0, 100_000, "At most so many; 0 for any number.")
    quiet_from = _whole_number("Quiet from, hour", 0, 23, "No mail goes out in the quiet hours; it waits.")
    quiet_until = _whole_number("Quiet until, hour", 0, 23, "None are quiet when both hours are the same.")
    todo_mail = wtforms.BooleanField("Tell admins by mail when HR's to-do list has changed")
    daily_hour = _whole_number(
        "Hour of the daily sync", 0, 23, "On this portal's clock; at night it is in nobody's way."
    )
    read_interval = _choice(
        "How often is everybody read from Paycor?",
        ReadInterval,
        "The hour of the daily sync is always one of the times. A person counts as missing after several reads"
        " without them: the more often you read, the sooner.",
    )

    def policy(self, saved: Policy) -> Policy:
        """The saved policy with the choices of this form; only after the form was found valid."""
        return replace(
            saved,
            invite_when=InviteWhen(self.invite_when.data),
            invite_days=self.invite_days.data or 0,
            mail_pace=MailPace(
                self.per_hour.data or 0, self.quiet_from.data or 0, self.quiet_until.data or 0
            ),
            todo_mail=bool(self.todo_mail.data),
            add_as=AddAs(self.add_as.data),
            first_name=FirstName(self.first_name.data),
            on_leave=OnLeave(self.on_leave.data),
            access_ends=AccessEnds(self.access_ends.data),
            grace_days=self.grace_days.data or 0,
            day_zone=DayZone(self.day_zone.data),
            list_version=ListVersion(self.list_version.data),
        )

    def choices(self, saved: Choices) -> Choices:
        """The saved choices with those of this form."""
        return Choices(
            saved.mapping,
            self.policy(saved.policy),
            self.daily_hour.data or 0,
            ReadInterval(self.read_interval.data),
        )


def edit() -> tuple[str, int] | Response:
    """The form; Save changes saves all of it for this portal (rule A39), an error keeps what was typed."""
    visit = access.visit()
    connection = access.require_connection(visit)
    policy = visit.services.settings.policy(visit.portal_id)
    shown = versions.current(visit, SettingsSection.INVITATIONS)
    form = InviteForm(
        **asdict(policy),
        **asdict(policy.mail_pace),
        daily_hour=connection.daily_hour,
        read_interval=connection.read_interval,
    )
    if form.validate_on_submit():
        try:
            versions.save(visit, SettingsSection.INVITATIONS, form.choices)
        except SettingsConflict as conflict:
            shown = versions.after_conflict(conflict)
        except InvalidSettings as error:
            form.add_errors(error.errors)
        else:
            access.flash("The invite configuration is saved. It holds for daily syncs and for those by hand.")
            return redirect(url_for("connector.invites"))
    page = render_template("connector/settings/invitations.html", form=form, shown=shown)
    return page, shown.status
