"""Unclear matches: people whose account the sync does not know, and the three decisions about each (rule D2)."""

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.errors import Refused
from connector.services.invalid_settings import InvalidSettings
from connector.services.people.account_matching import UNCLEAR_MATCHES
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import TokenForm


class MatchForm(TokenForm):
    """The input of two of the three decisions; the button says which decision it is."""

    account = wtforms.StringField("Email or id of the account")
    until = wtforms.DateField("Last day", validators=[wtforms.validators.Optional()])
    reason = wtforms.StringField("Why")


def show() -> str:
    """Every person whose account was unclear at the last decision about them."""
    visit = access.visit()
    page = visit.services.views.findings(
        visit.portal_id, after=optional_row_id(request.args, "after"), skips=UNCLEAR_MATCHES
    )
    return render_template("connector/people/matches.html", page=page)


def decide(employee_id: str) -> str | Response:
    """One person with the accounts that may be theirs; a button links one, separates them or leaves it for now."""
    visit = access.visit()
    form = MatchForm()
    problem = ""
    if form.validate_on_submit():
        try:
            access.flash(_apply(visit, employee_id, form))
            return redirect(url_for("connector.matches"))
        except InvalidSettings as error:
            form.add_errors(error.errors)
        except Refused as error:
            problem = error.message
    return render_template(
        "connector/people/match.html",
        form=form,
        problem=problem,
        match=visit.services.matching.unclear_match(visit.portal_id, employee_id),
    )


def _apply(visit: access.Visit, employee_id: str, form: MatchForm) -> str:
    """Do what the button says; returns the notice."""
    services, portal_id, viewer_id = visit.services, visit.portal_id, visit.viewer_id
    if "separate" in request.form:
        services.matching.separate(portal_id, viewer_id, employee_id)
        return "They are kept apart from that account. The next sync decides about them again."
    if "hand_over" in request.form:
        services.handover.hand_over(portal_id, viewer_id, [employee_id])
        return "The account is handed over: both ids are one person. The next sync restores access."
    if "ignore" in request.form:
        services.overrides.add(
            portal_id, viewer_id, employee_id, reason=form.reason.data or "", until=form.until.data
        )
        return "They are left as they are, and listed under Exceptions."
    account = request.form.get("choose") or form.account.data or ""
    services.matching.link(portal_id, viewer_id, employee_id, account)
    return "The account is linked. The next sync makes it true to Paycor, and mails nobody."
