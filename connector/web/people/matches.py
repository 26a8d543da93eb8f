"""Disputed accounts: people whose account the sync does not know, and the three ways out (rule D2)."""

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.errors import Refused
from connector.services.people.account_matching import UNCLEAR_MATCHES
from connector.services.settings.invalid import InvalidSettings
from connector.web.frame import access
from connector.web.frame.forms import TokenForm


class SettleForm(TokenForm):
    """What is typed for two of the three ways; which way it is, the button says."""

    account = wtforms.StringField("Email or id of the account")
    until = wtforms.DateField("Last day", validators=[wtforms.validators.Optional()])
    reason = wtforms.StringField("Why")


def queue() -> str:
    """Everybody whose account is disputed as of the last decision about them."""
    visit = access.visit()
    page = visit.services.views.findings(
        visit.portal.portal_id, after=request.args.get("after", type=int), skips=UNCLEAR_MATCHES
    )
    return render_template("connector/people/matches.html", page=page)


def settle(employee_id: str) -> str | Response:
    """One of them, with the accounts there are; a button links, keeps apart or lets it be."""
    visit = access.visit()
    form = SettleForm()
    problem = ""
    if form.validate_on_submit():
        try:
            access.flash(_settled(visit, employee_id, form))
            return redirect(url_for("connector.disputes"))
        except InvalidSettings as error:
            form.take_errors(error.errors)
        except Refused as error:
            problem = error.message
    return render_template(
        "connector/people/match.html",
        form=form,
        problem=problem,
        dispute=visit.services.matching.dispute(visit.portal.portal_id, employee_id),
    )


def _settled(visit: access.Visit, employee_id: str, form: SettleForm) -> str:
    """Do what the button says; gives what there is to tell."""
    services, portal_id, viewer_id = visit.services, visit.portal.portal_id, visit.viewer.viewer_id
    if "separate" in request.form:
        services.matching.separate(portal_id, viewer_id, employee_id)
        return "They are kept apart from that account. The next sync decides about them anew."
    if "ignore" in request.form:
        services.overrides.add(
            portal_id, viewer_id, employee_id, reason=form.reason.data or "", until=form.until.data
        )
        return "They are left as they are, and listed under Exceptions."
    chosen = request.form.get("choose") or form.account.data or ""
    services.matching.link(portal_id, viewer_id, employee_id, chosen)
    return "The account is linked. The next sync makes it true to Paycor, and mails nobody."
