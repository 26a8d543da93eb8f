"""Invited, no answer yet: learners who may be invited once more (rule X14)."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.web.frame import access
from connector.web.frame.forms import PeopleForm
from connector.web.people.not_invited import NOBODY


def resend() -> str | Response:
    """Tick some and invite them again; the mail goes out in the background."""
    visit = access.visit()
    resending, portal_id = visit.services.invitations, visit.portal.portal_id
    form = PeopleForm()
    if request.method == "POST" and form.person.data:
        run_id = resending.resend(portal_id, visit.viewer.viewer_id, list(form.person.data))
        access.flash("The invitations are on their way.")
        return redirect(url_for("connector.run", run_id=run_id))
    page = resending.unanswered(portal_id, request.args.get("after", type=int))
    error = NOBODY if request.method == "POST" else ""
    return render_template("connector/people/no_answer.html", form=form, page=page, error=error)
