"""The form of the invite configuration: choices and numbers in, a `Policy` out, with the help that each needs."""

from dataclasses import replace
from enum import StrEnum

import wtforms
from wtforms.validators import InputRequired, NumberRange

from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    ListVersion,
    MailPace,
    OnLeave,
    Policy,
)
from connector.web.frame.forms import CHOOSE, TokenForm, values


def _choice(label: str, choices: type[StrEnum], description: str) -> wtforms.RadioField:
    required = InputRequired(CHOOSE)
    return wtforms.RadioField(
        label,
        choices=values(choice.value for choice in choices),
        description=description,
        validators=[required],
    )


def _whole_number(label: str, minimum: int, maximum: int, description: str) -> wtforms.IntegerField:
    wanted = f"A whole number from {minimum} to {maximum}."
    return wtforms.IntegerField(
        label,
        description=f"{description} {wanted}",
        validators=[InputRequired(wanted), NumberRange(minimum, maximum, wanted)],
    )


class InviteForm(TokenForm):
    """Invite configuration (rules A37 to A39, D5 to D7, D10) and the hour of the daily sync."""

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
    on_leave = _choice("During a leave", OnLeave, "Paycor's leave statuses, whatever the reason.")
    access_ends = _choice(
        "When somebody leaves, access ends",
        AccessEnds,
        "A termination date still to come changes nothing until that day; one that is withdrawn is undone.",
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

    def policy(self, kept: Policy) -> Policy:
        """What was chosen, beside what is chosen elsewhere; only after the form was found valid."""
        return replace(
            kept,
            invite_when=InviteWhen(self.invite_when.data),
            invite_days=self.invite_days.data or 0,
            mail_pace=MailPace(
                self.per_hour.data or 0, self.quiet_from.data or 0, self.quiet_until.data or 0
            ),
            todo_mail=bool(self.todo_mail.data),
            add_as=AddAs(self.add_as.data),
            on_leave=OnLeave(self.on_leave.data),
            access_ends=AccessEnds(self.access_ends.data),
            day_zone=DayZone(self.day_zone.data),
            list_version=ListVersion(self.list_version.data),
        )
