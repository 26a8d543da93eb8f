"""Mail to people: learners who were added without a mail, and invitations without an answer (rules D13, X14)."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access
from connector.web.frame.bounds import optional_row_id
from connector.web.frame.forms import PeopleForm

NONE_TICKED = "Tick at least one person."


def not_invited() -> str | Response:
    """Learners without a mail so far: tick some and send, or send to all; the mails go out in the background."""
    visit = access.visit()
    form = PeopleForm()
    everybody = "everybody" in request.form
    if request.method == "POST" and (everybody or form.person.data):
        person_keys = None if everybody else list(form.person.data or ())
        run_id = visit.services.invitations.send(visit.portal_id, visit.viewer_id, person_keys)
        access.flash("The welcome mails are on their way.")
        return redirect(url_for("connector.run", run_id=run_id))
    page = visit.services.views.not_invited(visit.portal_id, optional_row_id(request.args, "after"))
    return render_template("connector/people/not_invited.html", form=form, page=page, error=_error())


def no_answer() -> str | Response:
    """Learners who have not answered their invitation: tick some to invite them again, in the background."""
    visit = access.visit()
    invitations = visit.services.invitations
    form = PeopleForm()
    if request.method == "POST" and form.person.data:
        run_id = invitations.resend(visit.portal_id, visit.viewer_id, list(form.person.data))
        access.flash("The invitations are on their way.")
        return redirect(url_for("connector.run", run_id=run_id))
    page = invitations.unanswered(visit.portal_id, optional_row_id(request.args, "after"))
    return render_template("connector/people/no_answer.html", form=form, page=page, error=_error())


def _error() -> str:
    """A POST whose page is drawn again had no tick."""
    return NONE_TICKED if request.method == "POST" else ""
