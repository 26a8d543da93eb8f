"""Invite configuration: when and how people are added, what ends access, when the daily sync runs."""

from dataclasses import asdict

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.settings.invitations_form import InviteForm


def edit() -> str | Response:
    """The form; Save changes keeps all of it for this portal (rule A39), a mistake keeps what was typed."""
    visit = access.visit()
    portal_id = visit.portal.portal_id
    connection = visit.services.views.connection(portal_id)
    if connection is None:
        return redirect(url_for("connector.overview"))
    configuring = visit.services.settings
    policy = configuring.policy(portal_id)
    form = InviteForm(**asdict(policy), **asdict(policy.mail_pace), daily_hour=connection.daily_hour)
    if form.validate_on_submit():
        try:
            configuring.save_policy(
                portal_id, visit.viewer.viewer_id, form.policy(policy), form.daily_hour.data or 0
            )
        except InvalidSettings as error:
            form.take_errors(error.errors)
        else:
            access.flash("The invite configuration is saved. It holds for daily syncs and for those by hand.")
            return redirect(url_for("connector.invites"))
    return render_template("connector/settings/invitations.html", form=form)
