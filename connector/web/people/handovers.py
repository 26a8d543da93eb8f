"""Accounts that can change hands: each person, the account and its holder; an admin confirms some of them or all."""

import wtforms
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.errors import Refused
from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import PeopleForm

NOT_SURE = "Confirm that each of them is one person. Nothing was changed."
NONE_TICKED = "Tick at least one person. Nothing was changed."


class HandoverForm(PeopleForm):
    """The people who get an account (rule D25), and the admin's word that each is the account's holder."""

    sure = wtforms.BooleanField("I have checked it: each of them is the same person as the account's holder")


def show() -> str | Response:
    """The list; some that are ticked, or all on every page of it, are handed over."""
    visit = access.visit()
    form, problem = HandoverForm(), ""
    if form.validate_on_submit():
        try:
            access.flash(_confirm(visit, form))
            return redirect(url_for("connector.handovers"))
        except Refused as error:
            problem = error.message
    page = visit.services.handover.offers(visit.portal_id, optional_row_id(request.args, "after"))
    return render_template("connector/people/handovers.html", form=form, page=page, problem=problem)


def _confirm(visit: access.Visit, form: HandoverForm) -> str:
    """Hand over what the button says; returns the notice."""
    handover, employee_ids = visit.services.handover, form.person.data or []
    if not form.sure.data:
        raise Refused(NOT_SURE)
    if "everybody" in request.form:
        count = handover.hand_over_all(visit.portal_id, visit.viewer_id)
    elif employee_ids:
        count = handover.hand_over(visit.portal_id, visit.viewer_id, employee_ids)
    else:
        raise Refused(NONE_TICKED)
    return (
        f"Accounts handed over: {count}. The next sync fills them with Paycor's values and restores access."
    )
